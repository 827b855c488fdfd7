import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { webhookFormats } from '#db/model/alert.ts'
import { DomainError } from '#db/model/errors.ts'
import { parseTarget } from '#db/model/target.ts'
import { overlapHours, subscribable, webhooksAtMost } from '#db/model/webhook.ts'
import { writeAudit } from '#db/queries/audit.ts'
import {
  changeWebhook,
  createWebhook,
  deleteWebhook,
  findWebhook,
  listWebhooks,
  makeSecrets,
  sealUrl,
  secretsOf,
} from '#db/queries/webhooks.ts'
import { keysForReceiver } from '#workers/channels/webhook/sign.ts'
import { auditBy } from '../../accounts/self.ts'
import type { Api, ApiEnv, Deps } from '../../app.ts'
import * as fields from '../../documents/fields.ts'
import { webhookDocument, webhookKeys, writeWebhook } from '../../documents/webhook.ts'
import { jsonBody } from '../../middleware.ts'
import { permit } from '../../permit.ts'
import { bodyRefusals, json, noContent, refusals } from '../answers.ts'

const params = z.object({ id: z.uuid() })

const url = z
  .url({ protocol: /^https?$/, hostname: /./ })
  .max(2000)
  .openapi({
    description: 'https; plain http only at addresses of `OUTBOUND_ALLOW`. No user information, no fragment.',
    example: 'https://hooks.example.org/portlight',
  })
const events = z.array(z.enum(subscribable)).min(1).max(subscribable.length)

/** @throws DomainError `not-found` */
export async function webhookOf(c: Context<ApiEnv>, id: string) {
  const found = await findWebhook(c.get('db'), c.get('actor').organisationId, id)
  if (!found) throw noWebhook(id)
  return found
}

const noWebhook = (id: string) => new DomainError('not-found', `There is no webhook ${id}.`)

/** What its spelling tells already; where its name leads is looked at each time. @throws DomainError `target-refused`, `invalid-target` */
function judgeUrl({ outboundGuard }: Pick<Deps, 'outboundGuard'>, text: string): void {
  const { hostname, username, password, hash } = new URL(text)
  if (username !== '' || password !== '' || hash !== '')
    throw new DomainError(
      'target-refused',
      'A webhook has neither user information nor a fragment.',
      'user-information',
    )
  const refusal = outboundGuard.judgeSpelling(parseTarget(hostname.replace(/^\[(.+)\]$/, '$1')))
  if (refusal) throw new DomainError('target-refused', refusal.detail, refusal.rule)
}

const list = createRoute({
  method: 'get',
  path: '/v1/webhooks',
  tags: ['Webhooks'],
  summary: 'List webhooks',
  ...permit('webhooks:read'),
  responses: { 200: json('All of them.', z.object({ webhooks: z.array(webhookDocument) })), ...refusals() },
})

export function listWebhooksRoute(app: Api, { db }: Deps) {
  app.openapi(list, async (c) => {
    const rows = await listWebhooks(db, c.get('actor').organisationId)
    return c.json({ webhooks: rows.map(writeWebhook) }, 200)
  })
}

const create = createRoute({
  method: 'post',
  path: '/v1/webhooks',
  tags: ['Webhooks'],
  summary: 'Add a webhook',
  description:
    'It is told by `POST {type, timestamp, data}`, whose data is the document that `GET` gives, signed as Standard Webhooks says. A 2xx takes it; anything else is tried again over a day, in order, with the same `webhook-id`.',
  ...permit('webhooks:write', jsonBody()),
  request: {
    body: fields.body(
      z.strictObject({
        url,
        events: events
          .optional()
          .openapi({ description: 'What it is told by itself; alerts it is told where a route leads to it.' }),
        format: z.enum(webhookFormats).default('standard').openapi({
          description:
            '`slack` (Mattermost too) and `json` (Telegram, Matrix and others that take a `text`) get alerts as a text, unsigned, at a URL that is kept as a secret.',
        }),
        name: fields.personName.optional(),
      }),
    ),
  },
  responses: {
    201: json('Added. The secret is shown this once.', z.object({ webhook: webhookDocument, keys: webhookKeys })),
    ...refusals(...bodyRefusals, 'invalid-target', 'target-refused', 'conflict'),
  },
})

export function createWebhookRoute(app: Api, deps: Deps) {
  const { db, masterKey } = deps
  app.openapi(create, async (c) => {
    const { url, events = [], name = '', format } = c.req.valid('json')
    judgeUrl(deps, url)
    if (format !== 'standard' && events.length > 0) throw new DomainError('conflict', 'A chat is told of alerts only.')
    const shownUrl = format === 'standard' ? url : `${new URL(url).origin}/…`
    const { organisationId, principal } = c.get('actor')
    const madeBy = principal.kind === 'user' ? principal.id : null
    const made = await db.transaction().execute(async (db) => {
      const id = await createWebhook(db, { organisationId, name, url: shownUrl, events, format, madeBy })
      if (id === undefined) throw new DomainError('conflict', `An organisation has at most ${webhooksAtMost} webhooks.`)
      await makeSecrets(db, masterKey, id, 0)
      if (format !== 'standard') await sealUrl(db, masterKey, id, url)
      await writeAudit(db, auditBy(c, 'webhook.add', { kind: 'webhook', id }))
      return { id, keys: keysForReceiver(await secretsOf(db, masterKey, id)) }
    })
    return c.json({ webhook: writeWebhook(await webhookOf(c, made.id)), keys: made.keys }, 201)
  })
}

const read = createRoute({
  method: 'get',
  path: '/v1/webhooks/{id}',
  tags: ['Webhooks'],
  summary: 'Read a webhook',
  ...permit('webhooks:read'),
  request: { params },
  responses: { 200: json('As it stands.', webhookDocument), ...refusals('not-found', 'invalid-input') },
})

export function readWebhookRoute(app: Api) {
  app.openapi(read, async (c) => c.json(writeWebhook(await webhookOf(c, c.req.valid('param').id)), 200))
}

const change = createRoute({
  method: 'patch',
  path: '/v1/webhooks/{id}',
  tags: ['Webhooks'],
  summary: 'Change a webhook, disable it, or enable it again',
  ...permit('webhooks:write', jsonBody()),
  request: {
    params,
    body: fields.body(
      z.strictObject({
        url: url.optional(),
        events: events.optional(),
        name: fields.personName.optional(),
        isDisabled: z.boolean().optional(),
      }),
    ),
  },
  responses: {
    204: noContent('Changed.'),
    ...refusals(...bodyRefusals, 'not-found', 'conflict', 'invalid-target', 'target-refused'),
  },
})

export function changeWebhookRoute(app: Api, deps: Deps) {
  app.openapi(change, async (c) => {
    const { id } = c.req.valid('param')
    const given = c.req.valid('json')
    if (given.url !== undefined) judgeUrl(deps, given.url)
    if (given.url !== undefined && (await webhookOf(c, id)).format !== 'standard')
      throw new DomainError('conflict', 'The URL of a chat stays: add another webhook, and remove this one.')
    await deps.db.transaction().execute(async (db) => {
      if (!(await changeWebhook(db, c.get('actor').organisationId, id, given))) throw noWebhook(id)
      await writeAudit(db, auditBy(c, 'webhook.change', { kind: 'webhook', id }))
    })
    return c.body(null, 204)
  })
}

const remove = createRoute({
  method: 'delete',
  path: '/v1/webhooks/{id}',
  tags: ['Webhooks'],
  summary: 'Remove a webhook, and its log',
  ...permit('webhooks:write'),
  request: { params },
  responses: { 204: noContent('Removed.'), ...refusals('not-found', 'invalid-input') },
})

export function removeWebhook(app: Api, { db }: Deps) {
  app.openapi(remove, async (c) => {
    const { id } = c.req.valid('param')
    await db.transaction().execute(async (db) => {
      if (!(await deleteWebhook(db, c.get('actor').organisationId, id))) throw noWebhook(id)
      await writeAudit(db, auditBy(c, 'webhook.remove', { kind: 'webhook', id }))
    })
    return c.body(null, 204)
  })
}

const rotate = createRoute({
  method: 'post',
  path: '/v1/webhooks/{id}/rotate',
  tags: ['Webhooks'],
  summary: 'Give a webhook a new secret and a new key',
  description:
    'The old ones sign beside the new ones until the overlap is over, so that a receiver may change at any time.',
  ...permit('webhooks:write', jsonBody()),
  request: {
    params,
    body: fields.body(z.strictObject({ overlapHours: z.int().min(0).max(168).default(overlapHours) })),
  },
  responses: {
    200: json('Rotated. The secret is shown this once.', z.object({ keys: webhookKeys })),
    ...refusals(...bodyRefusals, 'not-found'),
  },
})

export function rotateWebhook(app: Api, { db, masterKey }: Deps) {
  app.openapi(rotate, async (c) => {
    const { id } = c.req.valid('param')
    const { overlapHours } = c.req.valid('json')
    await webhookOf(c, id)
    const keys = await db.transaction().execute(async (db) => {
      await makeSecrets(db, masterKey, id, overlapHours * 3600)
      await writeAudit(db, auditBy(c, 'webhook.rotate', { kind: 'webhook', id }))
      return keysForReceiver(await secretsOf(db, masterKey, id))
    })
    return c.json({ keys }, 200)
  })
}
