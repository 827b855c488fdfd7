import { z } from '@hono/zod-openapi'
import { webhookFormats } from '#db/model/alert.ts'
import { deliveryStatuses, subscribable, webhookEvents } from '#db/model/webhook.ts'
import type { attemptsOf, DeliveryRow } from '#db/queries/deliveries.ts'
import type { WebhookRow } from '#db/queries/webhooks.ts'

const instant = z.iso.datetime()

export const webhookDocument = z
  .object({
    id: z.uuid(),
    name: z.string(),
    url: z.string().openapi({ description: 'Of a chat only its beginning: the rest is a secret.' }),
    events: z.array(z.enum(subscribable)),
    format: z.enum(webhookFormats),
    isDisabled: z.boolean(),
    disabledReason: z
      .string()
      .nullable()
      .openapi({ description: '`by-hand`, or why the last try failed of a day in which all did.' }),
    failingSince: instant.nullable().openapi({ description: 'Every try since then has failed.' }),
    createdAt: instant,
  })
  .openapi('Webhook')

/** What is shown once, when it is made. */
export const webhookKeys = z
  .object({
    secret: z.string().openapi({ description: '`whsec_…`: checks the signature `v1` (HMAC-SHA256). Shown once.' }),
    publicKey: z.string().openapi({ description: '`whpk_…`: checks the signature `v1a` (Ed25519).' }),
    publicKeyPem: z.string(),
  })
  .openapi('WebhookKeys')

export const deliveryDocument = z
  .object({
    id: z.uuid(),
    eventId: z.uuid().openapi({ description: '`webhook-id` of every try.' }),
    event: z.enum(webhookEvents),
    scanId: z.uuid().nullable(),
    batchId: z.uuid().nullable(),
    bundleId: z.uuid().nullable().openapi({ description: 'Of an `alert`.' }),
    status: z.enum(deliveryStatuses),
    reason: z.string().nullable().openapi({ description: 'Why the last try failed.' }),
    tries: z.int(),
    nextTryAt: instant.nullable(),
    createdAt: instant,
    endedAt: instant.nullable(),
  })
  .openapi('Delivery')

export const wholeDelivery = deliveryDocument
  .extend({
    body: z
      .unknown()
      .openapi({ description: 'What is sent, with the texts blotted out that targets and scanners wrote.' }),
    attempts: z.array(
      z.object({
        number: z.int(),
        at: instant,
        millis: z.int(),
        statusCode: z.int().nullable(),
        reason: z.string().nullable(),
        response: z
          .string()
          .openapi({ description: 'The first 1,000 characters, what looks like a secret blotted out.' }),
      }),
    ),
  })
  .openapi('WholeDelivery')

export const writeWebhook = (row: WebhookRow): z.input<typeof webhookDocument> => ({
  id: row.id,
  name: row.name,
  url: row.url,
  events: row.events as (typeof subscribable)[number][],
  format: row.format,
  isDisabled: row.disabledAt !== null,
  disabledReason: row.disabledReason,
  failingSince: row.failingSince?.toISOString() ?? null,
  createdAt: row.createdAt.toISOString(),
})

export const writeDelivery = (row: DeliveryRow): z.input<typeof deliveryDocument> => ({
  id: row.id,
  eventId: row.eventId,
  event: row.type,
  scanId: row.scanId,
  batchId: row.batchId,
  bundleId: row.bundleId,
  status: row.status,
  reason: row.reason,
  tries: row.tries,
  nextTryAt: row.status === 'waiting' ? row.tryAfter.toISOString() : null,
  createdAt: row.createdAt.toISOString(),
  endedAt: row.endedAt?.toISOString() ?? null,
})

export const writeAttempt = (row: Awaited<ReturnType<typeof attemptsOf>>[number]) => ({
  ...row,
  at: row.at.toISOString(),
  response: blotted(row.response),
})

const shownFields = new Set([
  'type',
  'timestamp',
  'id',
  'status',
  'version',
  'rule',
  'scanner',
  'severity',
  'verdict',
  'createdAt',
  'finishedAt',
  'total',
])

/** The body's shape, and of its texts those that we wrote: an admin of the instance may look at a log without reading what others' hosts show. */
export function redactBody(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => redactBody(item, name))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redactBody(item, key)]))
  return typeof value === 'string' && !shownFields.has(name) ? '[redacted]' : value
}

/** Long words without a sense are what keys look like. */
const blotted = (text: string) => text.replaceAll(/[\w+/=-]{20,}/g, (word) => `${word.slice(0, 4)}…`)
