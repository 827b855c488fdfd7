import type { Context } from 'hono'
import { writeAudit } from '#db/queries/audit.ts'
import { findSessionActor, rotateSession } from '#db/queries/sessions.ts'
import { findUser } from '#db/queries/users.ts'
import { withMail } from '#workers/queue/with-mail.ts'
import type { ApiEnv, Deps } from '../app.ts'
import type { AccessTokenSubject } from '../credentials/access-token.ts'
import { dropTokens, makeTokens, type Tokens, writeTokens } from './tokens.ts'

type RefreshDeps = Pick<Deps, 'db' | 'bell' | 'credentials'>

/** Exchanges a refresh token; null for one that is no longer good. One that was exchanged before ends its session, and the owner is told by mail. */
export async function refresh(deps: RefreshDeps, token: string, requestId: string): Promise<Tokens | null> {
  const read = deps.credentials.refreshTokens.read(token)
  if (read === null) return null
  const { sessionId, generation } = read
  const rotation = await withMail(deps, async (db, mail) => {
    const rotation = await rotateSession(db, sessionId, generation)
    if (rotation.status !== 'reused') return rotation
    await writeAudit(db, {
      organisationId: null,
      actor: { kind: 'user', id: rotation.userId, credentialId: sessionId },
      action: 'session.refresh',
      outcome: 'refused',
      subject: { kind: 'session', id: sessionId },
      facts: { reason: 'refresh-token-reused' },
      requestId,
    })
    const user = await findUser(db, rotation.userId)
    if (user) await mail({ kind: 'session-reused', recipient: user.email, challengeId: null, facts: {} })
    return rotation
  })
  if (rotation.status !== 'rotated' && rotation.status !== 'repeated') return null
  const { userId, organisationId, isRemembered, expiresAt } = rotation
  if (!(await findSessionActor(deps.db, sessionId, userId))) return null
  const subject = { userId, sessionId, organisationId }
  return makeTokens(deps.credentials, { subject, generation: rotation.generation, isRemembered, expiresAt })
}

/** Does so for a browser whose access token is over; the answer carries the new ones. */
export async function refreshInCookies(
  c: Context<ApiEnv>,
  deps: RefreshDeps,
  token: string,
): Promise<AccessTokenSubject | null> {
  const tokens = await refresh(deps, token, c.get('requestId'))
  if (tokens === null) dropTokens(c)
  else writeTokens(c, tokens)
  return tokens?.subject ?? null
}
