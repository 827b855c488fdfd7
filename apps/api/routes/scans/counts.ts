import { createRoute, z } from '@hono/zod-openapi'
import { scanStatuses } from '#db/model/scan.ts'
import { parseTarget } from '#db/model/target.ts'
import { countScans } from '#db/queries/scans.ts'
import { reachOf } from '#db/queries/targets.ts'
import type { Api, Deps } from '../../app.ts'
import { permit } from '../../permit.ts'
import { json, refusals } from '../answers.ts'

const scans = z.int().nonnegative()

const route = createRoute({
  method: 'get',
  path: '/v1/scans/counts',
  tags: ['Scans'],
  summary: 'Count scans by how they stand',
  description: 'Of those that are kept; what counts nothing is left out.',
  ...permit('scans:read'),
  request: {
    query: z.strictObject({
      target: z.string().max(300).optional().openapi({ description: 'Scans of this host only.' }),
    }),
  },
  responses: {
    200: json(
      'Counted.',
      z
        .object({ total: scans, status: z.array(z.object({ value: z.enum(scanStatuses), scans })) })
        .openapi('ScanCounts'),
    ),
    ...refusals('invalid-input', 'invalid-target'),
  },
})

export function countScansRoute(app: Api, { db }: Deps) {
  app.openapi(route, async (c) => {
    const { target } = c.req.valid('query')
    const host = target === undefined ? null : parseTarget(target).canonical
    const rows = await countScans(db, reachOf(c.get('actor')), host)
    const total = rows.reduce((sum, { scans }) => sum + scans, 0)
    return c.json({ total, status: rows.map(({ status, scans }) => ({ value: status, scans })) }, 200)
  })
}
