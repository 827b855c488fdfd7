import type { MiddlewareHandler } from 'hono'
import { denialOf, type PermissionName, permissions } from '#db/model/permission.ts'
import type { ApiEnv } from './app.ts'
import { problem } from './problems.ts'

/** What a route's contract says of who may call it: the check, and the line that the OpenAPI document shows and a test reads. */
export const permit = (name: PermissionName, ...then: MiddlewareHandler<ApiEnv>[]) => ({
  middleware: [permitted(name), ...then],
  'x-permission': name,
})

const permitted =
  (name: PermissionName): MiddlewareHandler<ApiEnv> =>
  async (c, next) => {
    const denial = denialOf(c.get('actor'), name)
    return denial === null
      ? next()
      : problem(c, denial, { detail: `This needs \`${name}\`: to ${permissions[name].means}.` })
  }
