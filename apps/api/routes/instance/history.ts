import { createRoute, z } from '@hono/zod-openapi'
import { listCounts } from '#db/queries/scan-counts.ts'
import type { Api, Deps } from '../../app.ts'
import { permit } from '../../permit.ts'
import { json, refusals } from '../answers.ts'

const count = z.int().nonnegative()

const route = createRoute({
  method: 'get',
  path: '/v1/instance/history',
  tags: ['Instance'],
  summary: 'How many scans were asked for, and how they ended, by the day or the hour',
  description: 'Counted within a minute, in UTC, and kept when scans are deleted. A time without any scan has no row.',
  ...permit('instance:read'),
  request: {
    query: z.strictObject({
      days: z.coerce.number().int().min(1).max(3660).default(30),
      by: z.enum(['day', 'hour']).default('day').openapi({ description: 'By the hour for 31 days at most.' }),
    }),
  },
  responses: {
    200: json(
      'The oldest first.',
      z.object({
        counts: z.array(
          z.object({
            at: z.iso.datetime().openapi({ description: 'Its beginning.' }),
            accepted: count,
            completed: count,
            failed: count,
            cancelled: count,
            refused: count,
          }),
        ),
      }),
    ),
    ...refusals('invalid-input'),
  },
})

const daysByTheHour = 31

export function readHistory(app: Api, { db }: Deps) {
  app.openapi(route, async (c) => {
    const { days, by } = c.req.valid('query')
    const counts = await listCounts(db, by, by === 'hour' ? Math.min(days, daysByTheHour) : days)
    return c.json({ counts: counts.map(({ at, ...rest }) => ({ at: at.toISOString(), ...rest })) }, 200)
  })
}
