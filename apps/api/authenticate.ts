import type { MiddlewareHandler } from 'hono'
import type { Db } from '#db/connect.ts'
import { hashApiKey, isApiKey } from '#db/model/api-key.ts'
import type { Actor } from '#db/model/actor.ts'
import { findKeyActor } from '#db/queries/api-keys.ts'
import type { ApiEnv } from './app.ts'
import { problem } from './problems.ts'

/** How long a revoked key may still pass here. */
const rememberMillis = 1000
const rememberedAtMost = 1000

/** Lets a request in that carries a known API key (RFC 6750 §2.1), and says who acts. */
export function authenticate(db: Db): MiddlewareHandler<ApiEnv> {
  const remembered = new Map<string, { actor: Actor | undefined; until: number }>()
  const actorOf = async (key: string) => {
    const hash = hashApiKey(key)
    const id = hash.toString('base64')
    const known = remembered.get(id)
    if (known && known.until > performance.now()) return known.actor
    const actor = (await findKeyActor(db, hash))?.actor
    if (remembered.size >= rememberedAtMost) remembered.clear()
    remembered.set(id, { actor, until: performance.now() + rememberMillis })
    return actor
  }
  return async (c, next) => {
    const [, key] = /^Bearer ([^ ]+)$/i.exec(c.req.header('authorization') ?? '') ?? []
    const actor = key !== undefined && isApiKey(key) ? await actorOf(key) : undefined
    if (!actor) return problem(c, 'unauthenticated')
    c.set('actor', actor)
    return next()
  }
}
