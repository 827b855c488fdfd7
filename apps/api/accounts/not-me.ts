import { isLinkToken } from '#db/model/link-token.ts'
import { writeAudit } from '#db/queries/audit.ts'
import { forgetDevices } from '#db/queries/devices.ts'
import { endSessions, findReportedSession } from '#db/queries/sessions.ts'
import { clearPassword } from '#db/queries/users.ts'
import type { Deps } from '../app.ts'
import { type Arrival, auditOf } from './context.ts'
import { wrongCredentials } from './refusals.ts'

/**
 * "This was not me", by the link of the mail about a new sign-in: ends every session, forgets every browser, and takes the password away, so that
 * nobody is in before a new one is chosen by a mailed code. Works once. @throws DomainError `wrong-credentials`
 */
export async function reportSignIn(
  { db, credentials }: Deps,
  { sessionId, token }: { readonly sessionId: string; readonly token: string },
  arrival: Arrival,
): Promise<void> {
  const keys = credentials.keys('mailed-link').map(({ secret }) => secret)
  if (!isLinkToken(keys, 'not-me', sessionId, token)) throw wrongCredentials()
  const isReported = await db.transaction().execute(async (db) => {
    const session = await findReportedSession(db, sessionId)
    if (!session) return false
    await endSessions(db, session.userId, { allBut: null }, 'not-me')
    await forgetDevices(db, session.userId, null)
    await clearPassword(db, session.userId)
    await writeAudit(db, {
      ...auditOf(arrival, session.userId, 'session.report', 'done'),
      subject: { kind: 'session', id: sessionId },
    })
    return true
  })
  if (!isReported) throw wrongCredentials()
}
