import { createRoute, z } from '@hono/zod-openapi'
import { deliveryStatuses, webhookEvents } from '#db/model/webhook.ts'
import { listAllDeliveries, listMails, mailStatuses } from '#db/queries/outboxes.ts'
import type { Api, Deps } from '../../app.ts'
import { readCursor, writeCursor } from '../../documents/cursor.ts'
import { permit } from '../../permit.ts'
import { json, refusals } from '../answers.ts'

const page = {
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.string().max(200).optional().openapi({ description: '`next` of the page before.' }),
}
const next = z.string().nullable().openapi({ description: 'Null on the last page.' })
const tried = {
  id: z.uuid(),
  reason: z.string().nullable(),
  tries: z.int(),
  tryAfter: z.iso.datetime(),
  createdAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
}
const placeOf = (cursor: string | undefined) => (cursor === undefined ? null : readCursor(cursor))

interface Sent {
  readonly id: string
  readonly cursor: string
  readonly tryAfter: Date
  readonly createdAt: Date
  readonly endedAt: Date | null
}

/** One row more than the page was asked for, to see whether there is another page. */
const pageOf = <Row extends Sent>(rows: readonly Row[], limit: number) => ({
  page: rows.slice(0, limit).map(({ cursor: _cursor, ...row }) => ({
    ...row,
    tryAfter: row.tryAfter.toISOString(),
    createdAt: row.createdAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
  })),
  next: rows.length > limit ? writeCursor(rows[limit - 1]!) : null,
})

const mails = createRoute({
  method: 'get',
  path: '/v1/instance/mails',
  tags: ['Instance'],
  summary: 'See mails and how they stand, newest first',
  description: 'Neither what they say nor to whom: of an address its first letter and its host. Kept for a week.',
  ...permit('instance:read'),
  request: { query: z.strictObject({ ...page, status: z.enum(mailStatuses).optional() }) },
  responses: {
    200: json(
      'One page.',
      z.object({
        mails: z.array(z.object({ ...tried, kind: z.string(), recipient: z.string(), status: z.enum(mailStatuses) })),
        next,
      }),
    ),
    ...refusals('invalid-input', 'invalid-cursor'),
  },
})

export function listMailsRoute(app: Api, { db }: Deps) {
  app.openapi(mails, async (c) => {
    const { limit, cursor, status = null } = c.req.valid('query')
    const { page, next } = pageOf(await listMails(db, status, { limit: limit + 1, after: placeOf(cursor) }), limit)
    return c.json({ mails: page, next }, 200)
  })
}

const deliveries = createRoute({
  method: 'get',
  path: '/v1/instance/deliveries',
  tags: ['Instance'],
  summary: 'See what webhooks of all organisations were told, or are owed, newest first',
  description: 'Of their URLs the host alone. Kept for 30 days.',
  ...permit('instance:read'),
  request: { query: z.strictObject({ ...page, status: z.enum(deliveryStatuses).optional() }) },
  responses: {
    200: json(
      'One page.',
      z.object({
        deliveries: z.array(
          z.object({
            ...tried,
            webhookId: z.uuid(),
            organisationId: z.uuid(),
            organisation: z.string(),
            host: z.string(),
            type: z.enum(webhookEvents),
            status: z.enum(deliveryStatuses),
          }),
        ),
        next,
      }),
    ),
    ...refusals('invalid-input', 'invalid-cursor'),
  },
})

export function listAllDeliveriesRoute(app: Api, { db }: Deps) {
  app.openapi(deliveries, async (c) => {
    const { limit, cursor, status = null } = c.req.valid('query')
    const rows = await listAllDeliveries(db, status, { limit: limit + 1, after: placeOf(cursor) })
    const { page, next } = pageOf(rows, limit)
    return c.json({ deliveries: page, next }, 200)
  })
}
