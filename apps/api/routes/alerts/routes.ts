import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { routesAtMost } from '#db/model/alert.ts'
import { DomainError } from '#db/model/errors.ts'
import { severities } from '#db/model/finding.ts'
import { parseCron } from '#db/model/schedule/cron.ts'
import { zoneOf } from '#db/model/schedule/zone.ts'
import {
  changeRoute,
  channelsWithin,
  createRoute as makeRoute,
  deleteRoute,
  emailOf,
  ownersOf,
  type RouteFacts,
  routesOf,
  type StoredRoute,
} from '#db/queries/alerts.ts'
import { writeAudit } from '#db/queries/audit.ts'
import { noteTest } from '#db/queries/deliveries.ts'
import { countTargets } from '#db/queries/schedules.ts'
import { withMail } from '#workers/queue/with-mail.ts'
import { auditBy } from '../../accounts/self.ts'
import type { Api, ApiEnv, Deps } from '../../app.ts'
import { alertRouteDocument, writeRoute } from '../../documents/alert.ts'
import * as fields from '../../documents/fields.ts'
import { jsonBody } from '../../middleware.ts'
import { permit } from '../../permit.ts'
import { bodyRefusals, json, noContent, refusals } from '../answers.ts'

const params = z.object({ id: z.uuid() })
const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is a time such as 22:00')

const request = z.strictObject({
  name: fields.personName.optional(),
  targets: z
    .strictObject({
      ids: z.array(z.uuid()).min(1).max(1000).optional(),
      tags: z.array(z.string().min(1).max(60)).min(1).max(50).optional(),
    })
    .optional()
    .openapi({ description: 'These, or those with one of the tags; all where neither is named.' }),
  leastSeverity: z.enum(severities).optional().openapi({ description: '`medium` when left out.' }),
  webhookIds: z.array(z.uuid()).max(50).optional(),
  userIds: z.array(z.uuid()).max(100).optional().openapi({ description: 'Members, who are told by mail.' }),
  toOwners: z.boolean().optional().openapi({ description: 'The organisation’s owners too, whoever they are then.' }),
  toTargetOwner: z.boolean().optional().openapi({
    description:
      'The member whose address is the target’s `ownerContact`; the organisation’s owners where it is no member’s.',
  }),
  digestCron: z.string().max(200).nullable().optional().openapi({
    description: 'Collects until then, in `zone`; what is critical is told at once.',
    example: '0 8 * * 1-5',
  }),
  quietHours: z.strictObject({ from: time, to: time }).nullable().optional().openapi({
    description: 'In `zone`; what is not critical waits for their end.',
  }),
  zone: z.string().max(60).optional(),
  isDisabled: z.boolean().optional(),
})

const noRoute = (id: string) => new DomainError('not-found', `There is no route ${id}.`)

/** @throws DomainError `not-found` */
async function routeOf(c: Context<ApiEnv>, id: string): Promise<StoredRoute> {
  const found = (await routesOf(c.get('db'), c.get('actor').organisationId)).find((route) => route.id === id)
  if (!found) throw noRoute(id)
  return found
}

const usual: RouteFacts = {
  name: '',
  targetIds: null,
  targetTags: null,
  leastSeverity: 'medium',
  webhookIds: [],
  userIds: [],
  toOwners: false,
  toTargetOwner: false,
  digestCron: null,
  quiet: null,
  zone: 'UTC',
  isDisabled: false,
}

/** What is stored of it, over what stood before. @throws DomainError for what is nobody's of this organisation, and for times that are none */
async function factsOf(
  c: Context<ApiEnv>,
  { targets, quietHours, ...given }: z.output<typeof request>,
  before: RouteFacts,
): Promise<RouteFacts> {
  const said = Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  ) as Partial<RouteFacts>
  const facts: RouteFacts = {
    ...before,
    ...said,
    ...(targets === undefined ? {} : { targetIds: targets.ids ?? null, targetTags: targets.tags ?? null }),
    ...(quietHours === undefined ? {} : { quiet: quietHours }),
  }
  if (facts.digestCron !== null) parseCron(facts.digestCron)
  zoneOf(facts.zone)
  const { organisationId } = c.get('actor')
  const { webhookIds, userIds } = await channelsWithin(c.get('db'), organisationId, facts)
  const missing = [
    webhookIds.length < new Set(facts.webhookIds).size && 'One of these webhooks does not exist.',
    userIds.length < new Set(facts.userIds).size && 'One of these people is no member.',
    (await countTargets(c.get('db'), organisationId, facts.targetIds ?? [])) < new Set(facts.targetIds).size &&
      'One of these targets does not exist.',
  ].find((sentence) => sentence !== false)
  if (missing !== undefined) throw new DomainError('not-found', missing)
  if (facts.webhookIds.length + facts.userIds.length === 0 && !facts.toOwners && !facts.toTargetOwner)
    throw new DomainError('conflict', 'A route leads to webhooks, people or the owners.')
  return facts
}

const list = createRoute({
  method: 'get',
  path: '/v1/alert-routes',
  tags: ['Alerts'],
  summary: 'List where alerts go',
  description: 'Where there is none, the owners are told by mail, at once, of what is medium or worse.',
  ...permit('alerts:read'),
  responses: { 200: json('All of them.', z.object({ routes: z.array(alertRouteDocument) })), ...refusals() },
})

export function listAlertRoutes(app: Api, { db }: Deps) {
  app.openapi(list, async (c) =>
    c.json({ routes: (await routesOf(db, c.get('actor').organisationId)).map(writeRoute) }, 200),
  )
}

const create = createRoute({
  method: 'post',
  path: '/v1/alert-routes',
  tags: ['Alerts'],
  summary: 'Say where alerts go',
  description:
    'Each channel is told of an alert once, however many routes lead to it. What comes true within a minute is one message.',
  ...permit('alerts:write', jsonBody()),
  request: { body: fields.body(request) },
  responses: {
    201: json('Made.', alertRouteDocument),
    ...refusals(...bodyRefusals, 'not-found', 'conflict', 'invalid-schedule'),
  },
})

export function createAlertRoute(app: Api, { db }: Deps) {
  app.openapi(create, async (c) => {
    const facts = await factsOf(c, c.req.valid('json'), usual)
    const id = await db.transaction().execute(async (db) => {
      const id = await makeRoute(db, c.get('actor').organisationId, facts)
      if (id === undefined) throw new DomainError('conflict', `An organisation has at most ${routesAtMost} routes.`)
      await writeAudit(db, auditBy(c, 'alert-route.add', { kind: 'alert-route', id }))
      return id
    })
    return c.json(writeRoute(await routeOf(c, id)), 201)
  })
}

const change = createRoute({
  method: 'patch',
  path: '/v1/alert-routes/{id}',
  tags: ['Alerts'],
  summary: 'Change a route, or disable it',
  ...permit('alerts:write', jsonBody()),
  request: { params, body: fields.body(request) },
  responses: {
    204: noContent('Changed.'),
    ...refusals(...bodyRefusals, 'not-found', 'conflict', 'invalid-schedule'),
  },
})

export function changeAlertRoute(app: Api, { db }: Deps) {
  app.openapi(change, async (c) => {
    const { id } = c.req.valid('param')
    const facts = await factsOf(c, c.req.valid('json'), await routeOf(c, id))
    await db.transaction().execute(async (db) => {
      await changeRoute(db, c.get('actor').organisationId, id, facts)
      await writeAudit(db, auditBy(c, 'alert-route.change', { kind: 'alert-route', id }))
    })
    return c.body(null, 204)
  })
}

const remove = createRoute({
  method: 'delete',
  path: '/v1/alert-routes/{id}',
  tags: ['Alerts'],
  summary: 'Remove a route',
  ...permit('alerts:write'),
  request: { params },
  responses: { 204: noContent('Removed.'), ...refusals('not-found', 'invalid-input') },
})

export function removeAlertRoute(app: Api, { db }: Deps) {
  app.openapi(remove, async (c) => {
    const { id } = c.req.valid('param')
    await db.transaction().execute(async (db) => {
      if (!(await deleteRoute(db, c.get('actor').organisationId, id))) throw noRoute(id)
      await writeAudit(db, auditBy(c, 'alert-route.remove', { kind: 'alert-route', id }))
    })
    return c.body(null, 204)
  })
}

const test = createRoute({
  method: 'post',
  path: '/v1/alert-routes/{id}/test',
  tags: ['Alerts'],
  summary: 'Send a test to everybody whom a route leads to',
  ...permit('alerts:write'),
  request: { params },
  responses: {
    202: json('Noted.', z.object({ webhooks: z.int(), mails: z.int() })),
    ...refusals('not-found', 'invalid-input'),
  },
})

export function testAlertRoute(app: Api, deps: Deps) {
  app.openapi(test, async (c) => {
    const route = await routeOf(c, c.req.valid('param').id)
    const { organisationId } = c.get('actor')
    const { webhookIds, userIds } = await channelsWithin(deps.db, organisationId, route)
    const people = new Set([...userIds, ...(route.toOwners ? await ownersOf(deps.db, organisationId) : [])])
    const mails = await withMail(deps, async (db, mail) => {
      for (const webhookId of webhookIds) await noteTest(db, organisationId, webhookId)
      let sent = 0
      for (const userId of people) {
        const recipient = await emailOf(db, organisationId, userId)
        if (recipient === undefined) continue
        const facts = {
          title: 'a test of your alerts',
          lines: ['Somebody tested a route of alerts that leads to you.'],
        }
        await mail({ kind: 'alert', recipient, challengeId: null, facts })
        sent++
      }
      await writeAudit(db, auditBy(c, 'alert-route.test', { kind: 'alert-route', id: route.id }))
      return sent
    })
    return c.json({ webhooks: webhookIds.length, mails }, 202)
  })
}
