import { createHash } from 'node:crypto'
import type { Context, MiddlewareHandler } from 'hono'
import { addressBits, familyOf, isWithin, parseRange } from '#db/model/address.ts'
import type { Actor } from '#db/model/actor.ts'
import { hashApiKey, isApiKey } from '#db/model/api-key.ts'
import { findActorOfKey, findKeyActor, type KeyActor, noteKeyUse } from '#db/queries/api-keys.ts'
import { findSessionActor } from '#db/queries/sessions.ts'
import { refreshInCookies } from './accounts/refresh.ts'
import type { ApiEnv, Deps } from './app.ts'
import type { AccessTokenSubject } from './credentials/access-token.ts'
import { readCookie } from './credentials/cookies.ts'
import { clientAddress } from './limits/client-address.ts'
import type { ProblemCode } from './problems.ts'
import { remembering } from './remember.ts'
import { isFromOurPages, isSafe } from './same-origin.ts'

/** Who asks: an actor, or why what was shown makes nobody one. */
export type Asker = Actor | Extract<ProblemCode, 'unauthenticated' | 'cross-origin' | 'source-not-allowed'>

export interface Authenticate {
  (c: Context<ApiEnv>): Promise<Asker>
  /** Who a credential that was shown earlier stands for now; null for one that has ended since. */
  again(credential: Actor['credential'], principal: Actor['principal']): Promise<Actor | null>
}

/** Says who asks, for the routes' permits to judge, and from which address. */
export function authenticate(deps: Deps): MiddlewareHandler<ApiEnv> {
  const identify = identifying(deps)
  const { trustedProxies } = deps.site
  return async (c, next) => {
    const socketAddress = c.env?.incoming?.socket.remoteAddress ?? '127.0.0.1'
    c.set('client', clientAddress({ socketAddress, forwardedFor: c.req.header('x-forwarded-for') }, trustedProxies))
    c.set('identify', identify)
    await next()
  }
}

/** A key or an access token by `Authorization: Bearer` (RFC 6750 §2.1), else a session's cookies. */
function identifying(deps: Deps): Authenticate {
  const { db, bus, credentials, site } = deps
  const rememberKey = remembering<KeyActor | undefined>(bus)
  const rememberSession = remembering<Actor | undefined>(bus)

  const used = onceAMinute()

  const byKey = async (key: string, client: string): Promise<Asker> => {
    const hash = hashApiKey(key)
    const found = await rememberKey(hash.toString('base64'), () => findKeyActor(db, hash))
    if (!found) return 'unauthenticated'
    if (used.isDue(found.actor.credential.id)) void noteKeyUse(db, found.actor.credential.id).catch(() => {})
    return isFrom(client, found.sourceRanges) ? found.actor : 'source-not-allowed'
  }
  const bySubject = async ({ userId, sessionId, organisationId }: AccessTokenSubject): Promise<Asker> => {
    // By organisation too: the first request after a switch may come before the word of it, and finds nothing of the organisation before.
    const key = `${sessionId} ${organisationId}`
    const actor = await rememberSession(key, async () => (await findSessionActor(db, sessionId, userId))?.actor)
    // What is remembered of a session is its own person's: a token that names another one with it is nobody's.
    const isTheirs = actor?.organisationId === organisationId && actor.principal.id === userId
    return isTheirs ? actor : 'unauthenticated'
  }
  const subjectOf = async (token: string) => {
    const read = await credentials.accessTokens.verify(token)
    if (read !== 'unknown-key') return read
    await credentials.reload()
    return credentials.accessTokens.verify(token)
  }
  const byToken = async (c: Context<ApiEnv>, token: string): Promise<Asker> => {
    const subject = await subjectOf(token)
    if (typeof subject !== 'string') return bySubject(subject)
    // Which token it was can be told from its hash by whoever has it, and by nobody else.
    const hash = createHash('sha256').update(token).digest('hex').slice(0, 16)
    c.get('log').warn({ requestId: c.get('requestId'), reason: subject, token: hash }, 'auth.token_rejected')
    return 'unauthenticated'
  }
  const byCookies = async (c: Context<ApiEnv>): Promise<Asker> => {
    const [access, refresh] = [readCookie(c, 'access'), readCookie(c, 'refresh')]
    if (access === undefined && refresh === undefined) return 'unauthenticated'
    if (!isSafe(c.req.method) && isFromOurPages(c, site.publicUrl) !== true) return 'cross-origin'
    const subject = access === undefined ? 'expired' : await subjectOf(access)
    if (typeof subject !== 'string') return bySubject(subject)
    const refreshed = refresh === undefined ? null : await refreshInCookies(c, deps, refresh)
    return refreshed === null ? 'unauthenticated' : bySubject(refreshed)
  }

  const again: Authenticate['again'] = async ({ kind, id }, principal) => {
    const actor =
      kind === 'session'
        ? await rememberSession(id, async () => (await findSessionActor(db, id, principal.id))?.actor)
        : (await rememberKey(id, () => findActorOfKey(db, id)))?.actor
    return actor ?? null
  }
  const identify = async (c: Context<ApiEnv>): Promise<Asker> => {
    const fields = authorizationFields(c)
    if (fields.length === 0) return byCookies(c)
    const [, token] = /^Bearer ([\w.~+/=-]+)$/i.exec(fields[0]!) ?? []
    // Two fields, or one that is two, are two readings of one request.
    if (fields.length > 1 || token === undefined) return 'unauthenticated'
    return isApiKey(token) ? byKey(token, c.get('client')) : byToken(c, token)
  }
  return Object.assign(identify, { again })
}

/** True for each id once a minute. */
function onceAMinute() {
  const notedAt = new Map<string, number>()
  return {
    isDue: (id: string): boolean => {
      const at = notedAt.get(id)
      if (at !== undefined && performance.now() - at < 60_000) return false
      if (notedAt.size > 1000) notedAt.clear()
      notedAt.set(id, performance.now())
      return true
    },
  }
}

/** As they came: Node joins or drops what came twice. */
function authorizationFields(c: Context<ApiEnv>): string[] {
  const raw = c.env?.incoming?.rawHeaders
  if (raw === undefined) return c.req.header('authorization') === undefined ? [] : [c.req.header('authorization')!]
  return raw.flatMap((name, i) => (i % 2 === 0 && name.toLowerCase() === 'authorization' ? [raw[i + 1]!] : []))
}

function isFrom(client: string, ranges: readonly string[] | null): boolean {
  if (ranges === null) return true
  const family = familyOf(client)
  return family !== null && ranges.some((range) => isWithin(parseRange(range), family, addressBits(client)))
}
