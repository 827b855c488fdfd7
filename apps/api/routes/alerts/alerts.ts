import { createRoute, z } from '@hono/zod-openapi'
import { listAlerts } from '#db/queries/alerts.ts'
import { reachOf } from '#db/queries/targets.ts'
import type { Api, Deps } from '../../app.ts'
import { alertDocument, writeListedAlert } from '../../documents/alert.ts'
import { cursorOf, instantText } from '../../documents/cursor.ts'
import { permit } from '../../permit.ts'
import { json, refusals } from '../answers.ts'

const place = cursorOf(z.tuple([instantText, z.uuid()]))

const route = createRoute({
  method: 'get',
  path: '/v1/alerts',
  tags: ['Alerts'],
  summary: 'List alerts, the latest first, with who was told',
  ...permit('alerts:read'),
  request: {
    query: z.strictObject({
      limit: z.coerce.number().int().min(1).max(100).default(20),
      cursor: z.string().max(200).optional().openapi({ description: '`next` of the page before.' }),
      target: z.uuid().optional(),
    }),
  },
  responses: {
    200: json('One page.', z.object({ alerts: z.array(alertDocument), next: z.string().nullable() })),
    ...refusals('invalid-input', 'invalid-cursor'),
  },
})

export function listAlertsRoute(app: Api, { db }: Deps) {
  app.openapi(route, async (c) => {
    const { limit, cursor, target = null } = c.req.valid('query')
    const from = cursor === undefined ? null : place.read(cursor)
    const after = from === null ? null : { at: from[0], id: from[1] }
    const rows = await listAlerts(db, reachOf(c.get('actor')), { limit: limit + 1, after, targetId: target })
    const page = rows.slice(0, limit)
    const last = page.at(-1)
    const next = rows.length > limit && last ? place.write([last.atText, last.id]) : null
    return c.json({ alerts: page.map(writeListedAlert), next }, 200)
  })
}
