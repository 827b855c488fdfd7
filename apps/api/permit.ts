import type { Context, MiddlewareHandler, Next } from 'hono'
import { denialOf, type PermissionName, permissions } from '#db/model/permission.ts'
import { writeAudit } from '#db/queries/audit.ts'
import { auditBy } from './accounts/self.ts'
import type { ApiEnv } from './app.ts'
import type { Asker } from './authenticate.ts'
import { idempotent } from './idempotent.ts'
import { problem } from './problems.ts'
import { actorOfTicket } from './streams/ticket.ts'
import { isFromOurPages, isSafe } from './same-origin.ts'

/** What a route's contract says of who may call it: the check, and the line that the OpenAPI document shows and a test reads. */
export const permit = (name: PermissionName, ...then: MiddlewareHandler<ApiEnv>[]) => ({
  middleware: [permitted(name), ...then, idempotent],
  'x-permission': name,
})

/** As `permit`, and a one-use ticket in the query opens it too: for clients that can send neither a cookie nor a header. */
export const permitWithTicket = (name: PermissionName) => ({
  middleware: [permitted(name, (c) => actorOfTicket(c))],
  'x-permission': name,
})

/** A route for whoever has no credential yet. It is counted by address, and no page of others may send it. */
export const open = (...then: MiddlewareHandler<ApiEnv>[]) => ({
  middleware: [openToStrangers, ...then],
  'x-permission': 'none' as const,
  security: [],
})

const permitted =
  (
    name: PermissionName,
    identify: (c: Context<ApiEnv>) => Promise<Asker> = (c) => c.get('identify')(c),
  ): MiddlewareHandler<ApiEnv> =>
  async (c, next) => {
    const asker = await identify(c)
    const limiter = c.get('limiter')
    if (typeof asker === 'string') {
      const isAdmitted = await limiter.admits(c, 'strangers', null)
      return problem(c, isAdmitted ? asker : 'too-many-requests')
    }
    c.set('actor', asker)
    if (isSafe(c.req.method)) return admitted(c, next, name, 'reads')
    const leave = await limiter.turns.enter(asker.credential.id)
    if (leave === null) {
      c.header('Retry-After', '1')
      return problem(c, 'too-many-requests')
    }
    try {
      return await admitted(c, next, name, 'writes')
    } finally {
      leave()
    }
  }

async function admitted(c: Context<ApiEnv>, next: Next, name: PermissionName, as: 'reads' | 'writes') {
  const actor = c.get('actor')
  if (!(await c.get('limiter').admits(c, as, actor))) return problem(c, 'too-many-requests')
  const denial = denialOf(actor, name)
  if (denial === null) return next()
  const entry = auditBy(c, 'permission.use', { kind: 'permission', id: name }, { denial })
  await writeAudit(c.get('db'), { ...entry, outcome: 'refused' })
  return problem(c, denial, { detail: `This needs \`${name}\`: to ${permissions[name].means}.` })
}

const openToStrangers: MiddlewareHandler<ApiEnv> = async (c, next) => {
  if (!isSafe(c.req.method) && isFromOurPages(c, c.get('site').publicUrl) === false) return problem(c, 'cross-origin')
  if (!(await c.get('limiter').admits(c, 'sign-in', null))) return problem(c, 'too-many-requests')
  return next()
}
