import { createRoute, z } from '@hono/zod-openapi'
import { scanStatuses } from '#db/model/scan.ts'
import { parseTarget } from '#db/model/target.ts'
import { listScans as list } from '#db/queries/scans.ts'
import { reachOf } from '#db/queries/targets.ts'
import type { Api, Deps } from '../../app.ts'
import { readCursor, writeCursor } from '../../documents/cursor.ts'
import { summarise } from '#workers/documents/scan.ts'
import { scanSummary } from '../../documents/scan.ts'
import { permit } from '../../permit.ts'
import { json, refusals } from '../answers.ts'

const route = createRoute({
  method: 'get',
  path: '/v1/scans',
  tags: ['Scans'],
  summary: 'List scans, newest first',
  ...permit('scans:read'),
  request: {
    query: z.strictObject({
      limit: z.coerce.number().int().min(1).max(100).default(20),
      cursor: z.string().max(200).optional().openapi({ description: '`next` of the page before.' }),
      target: z.string().max(300).optional().openapi({ description: 'Scans of this host only.' }),
      status: z.enum(scanStatuses).optional(),
      requestId: z
        .string()
        .max(64)
        .optional()
        .openapi({ description: 'What the request with this `X-Request-Id` made.' }),
    }),
  },
  responses: {
    200: json(
      'One page.',
      z.object({
        scans: z.array(scanSummary),
        next: z.string().nullable().openapi({ description: 'Null on the last page.' }),
      }),
    ),
    ...refusals('invalid-input', 'invalid-cursor', 'invalid-target'),
  },
})

export function listScans(app: Api, { db }: Deps) {
  app.openapi(route, async (c) => {
    const { limit, cursor, target, status = null, requestId = null } = c.req.valid('query')
    const rows = await list(db, reachOf(c.get('actor')), {
      limit: limit + 1,
      after: cursor === undefined ? null : readCursor(cursor),
      target: target === undefined ? null : parseTarget(target).canonical,
      status,
      requestId,
    })
    const page = rows.slice(0, limit)
    const next = rows.length > limit ? writeCursor(page.at(-1)!) : null
    return c.json({ scans: page.map(summarise), next }, 200)
  })
}
