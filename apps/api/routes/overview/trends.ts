import { createRoute, z } from '@hono/zod-openapi'
import { findingsByDay } from '#db/queries/trends.ts'
import { reachOf } from '#db/queries/targets.ts'
import type { Api, Deps } from '../../app.ts'
import { permit } from '../../permit.ts'
import { json, refusals } from '../answers.ts'

const count = z.int().nonnegative()

const day = z
  .object({
    day: z.iso.date(),
    opened: count.openapi({ description: 'For the first time or again.' }),
    fixed: count,
    open: z.int().openapi({ description: 'Not fixed that evening, whatever was decided.' }),
  })
  .openapi('Day')

const route = createRoute({
  method: 'get',
  path: '/v1/trends',
  tags: ['Overview'],
  summary: 'Findings opened, fixed and open, day by day',
  description:
    'Findings from their history, which no retention of scans shortens. What a new version of a scanner judged anew moves `open` and is neither opened nor fixed. Days are those of UTC.',
  ...permit('findings:read'),
  request: { query: z.strictObject({ days: z.coerce.number().int().min(1).max(366).default(90) }) },
  responses: { 200: json('The oldest first.', z.object({ days: z.array(day) })), ...refusals('invalid-input') },
})

export function readTrends(app: Api, { db }: Deps) {
  app.openapi(route, async (c) =>
    c.json({ days: await findingsByDay(db, reachOf(c.get('actor')), c.req.valid('query').days) }, 200),
  )
}
