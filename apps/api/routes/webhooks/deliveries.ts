import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { DomainError } from '#db/model/errors.ts'
import { deliveryStatuses } from '#db/model/webhook.ts'
import { writeAudit } from '#db/queries/audit.ts'
import {
  attemptsOf,
  type DeliveryRow,
  findDelivery,
  listDeliveries,
  noteTest,
  replayDeliveries,
} from '#db/queries/deliveries.ts'
import { bodyOf } from '#workers/documents/webhook-event.ts'
import { auditBy } from '../../accounts/self.ts'
import type { Api, ApiEnv, Deps } from '../../app.ts'
import { readCursor, writeCursor } from '../../documents/cursor.ts'
import * as fields from '../../documents/fields.ts'
import { deliveryDocument, redactBody, wholeDelivery, writeAttempt, writeDelivery } from '../../documents/webhook.ts'
import { jsonBody } from '../../middleware.ts'
import { permit } from '../../permit.ts'
import { bodyRefusals, json, refusals } from '../answers.ts'
import { webhookOf } from './webhooks.ts'

const params = z.object({ id: z.uuid() })
const deliveryParams = params.extend({ deliveryId: z.uuid() })

/** @throws DomainError `not-found` */
async function deliveryOf(
  c: Context<ApiEnv>,
  { id, deliveryId }: z.output<typeof deliveryParams>,
): Promise<DeliveryRow> {
  await webhookOf(c, id)
  const found = await findDelivery(c.get('db'), id, deliveryId)
  if (!found) throw new DomainError('not-found', `There is no delivery ${deliveryId}.`)
  return found
}

/** @throws DomainError `conflict` */
async function enabledWebhook(c: Context<ApiEnv>, id: string): Promise<void> {
  if ((await webhookOf(c, id)).disabledAt !== null)
    throw new DomainError('conflict', 'It is disabled: enable it first.')
}

const test = createRoute({
  method: 'post',
  path: '/v1/webhooks/{id}/test',
  tags: ['Webhooks'],
  summary: 'Send a test',
  ...permit('webhooks:write'),
  request: { params },
  responses: {
    202: json('Noted: read the delivery.', deliveryDocument),
    ...refusals('not-found', 'conflict', 'invalid-input'),
  },
})

export function testWebhook(app: Api, { db }: Deps) {
  app.openapi(test, async (c) => {
    const { id } = c.req.valid('param')
    await enabledWebhook(c, id)
    const deliveryId = await db.transaction().execute((db) => noteTest(db, c.get('actor').organisationId, id))
    return c.json(writeDelivery(await deliveryOf(c, { id, deliveryId })), 202)
  })
}

const list = createRoute({
  method: 'get',
  path: '/v1/webhooks/{id}/deliveries',
  tags: ['Webhooks'],
  summary: 'List what a webhook was told, newest first',
  ...permit('webhooks:read'),
  request: {
    params,
    query: z.strictObject({
      limit: z.coerce.number().int().min(1).max(100).default(20),
      cursor: z.string().max(200).optional().openapi({ description: '`next` of the page before.' }),
      status: z.enum(deliveryStatuses).optional(),
    }),
  },
  responses: {
    200: json(
      'One page; 30 days are kept.',
      z.object({ deliveries: z.array(deliveryDocument), next: z.string().nullable() }),
    ),
    ...refusals('not-found', 'invalid-input', 'invalid-cursor'),
  },
})

export function listDeliveriesRoute(app: Api, { db }: Deps) {
  app.openapi(list, async (c) => {
    const { id } = await webhookOf(c, c.req.valid('param').id)
    const { limit, cursor, status = null } = c.req.valid('query')
    const after = cursor === undefined ? null : readCursor(cursor)
    const rows = await listDeliveries(db, id, { limit: limit + 1, after, status })
    const page = rows.slice(0, limit)
    return c.json(
      { deliveries: page.map(writeDelivery), next: rows.length > limit ? writeCursor(page.at(-1)!) : null },
      200,
    )
  })
}

const read = createRoute({
  method: 'get',
  path: '/v1/webhooks/{id}/deliveries/{deliveryId}',
  tags: ['Webhooks'],
  summary: 'Read a delivery with its body and every try',
  ...permit('webhooks:read'),
  request: { params: deliveryParams },
  responses: { 200: json('As it stands.', wholeDelivery), ...refusals('not-found', 'invalid-input') },
})

export function readDelivery(app: Api, { db }: Deps) {
  app.openapi(read, async (c) => {
    const row = await deliveryOf(c, c.req.valid('param'))
    const [body, attempts] = await Promise.all([bodyOf(db, row), attemptsOf(db, row.id)])
    return c.json(
      {
        ...writeDelivery(row),
        body: body === null ? null : (redactBody(JSON.parse(body)) as object),
        attempts: attempts.map(writeAttempt),
      },
      200,
    )
  })
}

const replay = createRoute({
  method: 'post',
  path: '/v1/webhooks/{id}/deliveries/{deliveryId}/replay',
  tags: ['Webhooks'],
  summary: 'Tell it once more',
  description: 'With the same `webhook-id`, so that a receiver which has it already can tell.',
  ...permit('webhooks:write'),
  request: { params: deliveryParams },
  responses: { 202: json('Noted.', deliveryDocument), ...refusals('not-found', 'conflict', 'invalid-input') },
})

export function replayDelivery(app: Api, { db }: Deps) {
  app.openapi(replay, async (c) => {
    const { id, deliveryId } = c.req.valid('param')
    await deliveryOf(c, { id, deliveryId })
    await enabledWebhook(c, id)
    await replayDeliveries(db, id, { id: deliveryId })
    await writeAudit(db, auditBy(c, 'webhook.replay', { kind: 'webhook', id }))
    return c.json(writeDelivery(await deliveryOf(c, { id, deliveryId })), 202)
  })
}

const replayAll = createRoute({
  method: 'post',
  path: '/v1/webhooks/{id}/replay',
  tags: ['Webhooks'],
  summary: 'Tell once more all that was given up',
  ...permit('webhooks:write', jsonBody()),
  request: { params, body: fields.body(z.strictObject({ since: z.iso.datetime() })) },
  responses: {
    202: json('Noted.', z.object({ replayed: z.int() })),
    ...refusals(...bodyRefusals, 'not-found', 'conflict'),
  },
})

export function replayWebhook(app: Api, { db }: Deps) {
  app.openapi(replayAll, async (c) => {
    const { id } = c.req.valid('param')
    await enabledWebhook(c, id)
    const replayed = await replayDeliveries(db, id, { since: new Date(c.req.valid('json').since) })
    await writeAudit(db, auditBy(c, 'webhook.replay', { kind: 'webhook', id }))
    return c.json({ replayed }, 202)
  })
}
