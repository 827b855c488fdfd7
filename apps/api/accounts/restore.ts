import { isLinkToken } from '#db/model/link-token.ts'
import { writeAudit } from '#db/queries/audit.ts'
import { findUser, setUserState } from '#db/queries/users.ts'
import type { Deps } from '../app.ts'
import { type Arrival, auditOf } from './context.ts'
import { wrongCredentials } from './refusals.ts'

/** @throws DomainError `wrong-credentials` for another's link, or an account that was not deleted */
export async function restoreAccount(
  { db, credentials }: Deps,
  { id, token }: { readonly id: string; readonly token: string },
  arrival: Arrival,
): Promise<void> {
  const keys = credentials.keys('mailed-link').map(({ secret }) => secret)
  if (!isLinkToken(keys, 'restore', id, token)) throw wrongCredentials()
  await db.transaction().execute(async (db) => {
    const user = await findUser(db, id)
    if (user?.state !== 'deleted') throw wrongCredentials()
    await setUserState(db, id, 'active')
    await writeAudit(db, auditOf(arrival, id, 'user.restore', 'done'))
  })
}
