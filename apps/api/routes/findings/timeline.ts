import { createRoute, z } from '@hono/zod-openapi'
import { timelineOf } from '#db/queries/findings.ts'
import { findTarget, reachOf } from '#db/queries/targets.ts'
import type { Api, Deps } from '../../app.ts'
import { cursorOf, instantText } from '../../documents/cursor.ts'
import { timelineEntry, writeTimelineEntry } from '../../documents/finding.ts'
import { permit } from '../../permit.ts'
import { json, refusals } from '../answers.ts'
import { noTarget } from '../targets/targets.ts'

const place = cursorOf(z.tuple([instantText, z.uuid()]))

const route = createRoute({
  method: 'get',
  path: '/v1/targets/{id}/timeline',
  tags: ['Findings'],
  summary: 'See what happened to a target’s findings, the latest first',
  ...permit('findings:read'),
  request: {
    params: z.object({ id: z.uuid() }),
    query: z.strictObject({
      limit: z.coerce.number().int().min(1).max(100).default(20),
      cursor: z.string().max(200).optional().openapi({ description: '`next` of the page before.' }),
    }),
  },
  responses: {
    200: json('One page.', z.object({ timeline: z.array(timelineEntry), next: z.string().nullable() })),
    ...refusals('invalid-input', 'invalid-cursor', 'not-found'),
  },
})

export function timelineRoute(app: Api, { db }: Deps) {
  app.openapi(route, async (c) => {
    const { id } = c.req.valid('param')
    const { limit, cursor } = c.req.valid('query')
    const from = cursor === undefined ? null : place.read(cursor)
    if (!(await findTarget(db, reachOf(c.get('actor')), id))) throw noTarget(id)
    const after = from === null ? null : { at: from[0], id: from[1] }
    const rows = await timelineOf(db, id, { limit: limit + 1, after })
    const page = rows.slice(0, limit)
    const last = page.at(-1)
    const next = rows.length > limit && last ? place.write([last.atText, last.id]) : null
    return c.json({ timeline: page.map(writeTimelineEntry), next }, 200)
  })
}
