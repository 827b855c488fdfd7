import { sql } from 'kysely'
import type { Actor } from '#db/model/actor.ts'
import { type Email } from '#db/model/email.ts'
import { DomainError } from '#db/model/errors.ts'
import { isSetUpCode } from '#db/model/set-up-code.ts'
import { createKey } from '#db/queries/api-keys.ts'
import { writeAudit } from '#db/queries/audit.ts'
import { createUser, firstOrganisation, isAnyUser, joinOrganisation } from '#db/queries/users.ts'
import { withMail } from '#workers/queue/with-mail.ts'
import type { Deps } from '../app.ts'
import { type Arrival, auditOf } from './context.ts'
import { enter, type SignedIn } from './enter.ts'
import { newPasswordHash } from './password.ts'
import { wrongCredentials } from './refusals.ts'

export interface SetUp {
  /** As the first start printed it; null where this machine's own key is shown in its place. */
  readonly code: string | null
  readonly email: Email
  readonly name: string
  /** Null: a password is chosen later, by a mailed code. */
  readonly password: string | null
  /** Whether a key for scripts is wanted too. */
  readonly wantsKey: boolean
}

/** Whether the first account is still to be made. */
export const isToBeSetUp = async ({ db }: Pick<Deps, 'db'>): Promise<boolean> => !(await isAnyUser(db))

/** Makes the first account: admin of the instance, and owner of the first organisation. Of many at once one wins. @throws DomainError */
export async function setUp(
  deps: Deps,
  { code, email, name, password, wantsKey }: SetUp,
  asker: Actor | null,
  arrival: Arrival,
): Promise<{ signedIn: SignedIn; userId: string; organisationId: string; apiKey: string | null }> {
  const keys = deps.credentials.keys('set-up').map(({ secret }) => secret)
  const isThisMachine = asker?.principal.kind === 'service-account' && asker.instanceRole === 'instance-admin'
  if (!isThisMachine && (code === null || !isSetUpCode(keys, code))) throw wrongCredentials()
  if (!(await isToBeSetUp(deps))) throw isSetUpAlready()
  const passwordHash = password === null ? null : await newPasswordHash(password, [email.canonical, name])
  return withMail(deps, async (db, mail) => {
    await sql`select pg_advisory_xact_lock(hashtextextended('set-up', 0))`.execute(db)
    if (await isAnyUser(db)) throw isSetUpAlready()
    const organisationId = await firstOrganisation(db)
    const { id: userId } = (await createUser(db, { email, name, passwordHash, instanceRole: 'instance-admin' }))!
    await joinOrganisation(db, { organisationId, userId, role: 'owner' })
    await writeAudit(db, { ...auditOf(arrival, userId, 'instance.set-up', 'done'), organisationId })
    const noLimits = { scopes: null, targetTags: null, sourceRanges: null, expiresAt: null }
    const key = wantsKey
      ? await createKey(db, { ...noLimits, organisationId, owner: { userId }, name: 'set-up' })
      : undefined
    const user = { id: userId, email: email.canonical, emailDisplay: email.display }
    const entrance = {
      user,
      isRemembered: false,
      deviceId: null,
      by: 'set-up',
      tellsOwner: false,
      organisationId,
    } as const
    const signedIn = await enter(deps, db, mail, entrance, arrival)
    return { signedIn, userId, organisationId, apiKey: key?.key ?? null }
  })
}

const isSetUpAlready = () => new DomainError('conflict', 'This instance has been set up: its first account exists.')
