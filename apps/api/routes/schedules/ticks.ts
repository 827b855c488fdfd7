import { createRoute, z } from '@hono/zod-openapi'
import { tickStatuses } from '#db/model/schedule/schedule.ts'
import { listTicks } from '#db/queries/ticks.ts'
import type { Api, Deps } from '../../app.ts'
import { tickDocument, writeTick } from '../../documents/schedule.ts'
import { permit } from '../../permit.ts'
import { json, refusals } from '../answers.ts'
import { mustReachAll } from './asked.ts'
import { params, scheduleOf } from './schedules.ts'

const list = createRoute({
  method: 'get',
  path: '/v1/schedules/{id}/runs',
  tags: ['Schedules'],
  summary: 'See what became of each run, the latest first',
  description: 'Every instant at which the schedule was due stands here: run, under way, or `missed` with the reason.',
  ...permit('schedules:read'),
  request: {
    params,
    query: z.strictObject({
      limit: z.coerce.number().int().min(1).max(100).default(20),
      before: z.iso.datetime().optional().openapi({ description: '`next` of the page before.' }),
      status: z.enum(tickStatuses).optional(),
    }),
  },
  responses: {
    200: json('One page.', z.object({ runs: z.array(tickDocument), next: z.iso.datetime().nullable() })),
    ...refusals('not-found', 'invalid-input', 'target-out-of-reach'),
  },
})

export function listTicksRoute(app: Api, deps: Deps) {
  app.openapi(list, async (c) => {
    mustReachAll(c)
    const { limit, before, status = null } = c.req.valid('query')
    const { id, timing } = await scheduleOf(deps, c.get('actor').organisationId, c.req.valid('param').id)
    const rows = await listTicks(deps.db, id, {
      limit: limit + 1,
      before: before === undefined ? null : new Date(before),
      status,
    })
    const runs = rows.slice(0, limit).map((row) => writeTick(row, timing.zone))
    return c.json({ runs, next: rows.length > limit ? runs.at(-1)!.dueAt : null }, 200)
  })
}
