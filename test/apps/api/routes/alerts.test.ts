import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { sql } from 'kysely'
import type { z } from 'zod'
import type { alertDocument, alertRouteDocument } from '#apps/api/documents/alert.ts'
import type { webhookDocument } from '#apps/api/documents/webhook.ts'
import { hashApiKey } from '#db/model/api-key.ts'
import { findKeyActor } from '#db/queries/api-keys.ts'
import { takeDueWebhooks } from '#db/queries/deliveries.ts'
import { sealedUrlOf, secretsOf } from '#db/queries/webhooks.ts'
import { expectProblem, useApi } from '#test/support/api.ts'
import { useCalendar } from '#test/support/calendar.ts'
import { endedPortScan } from '#test/support/port-scan.ts'
import { makePerson } from '#test/support/people.ts'
import { startReceiver, status } from '#test/support/webhook-receiver.ts'
import { keepAlerts } from '#workers/queue/alerts/keep-alerts.ts'
import type { WorkerContext } from '#workers/jobs/job.ts'
import { tellWebhook } from '#workers/jobs/tell-webhook.ts'
import { recordNothing } from '#workers/metrics/metrics.ts'
import { createChannelPost } from '#workers/network/channel-post.ts'

const { db, api } = await useApi()
const calendar = await useCalendar(db, '2026-05-01T12:00:00Z')
const { actor } = (await findKeyActor(db, hashApiKey(api.key)))!
const receiver = await startReceiver()
afterAll(() => receiver.close())
const owner = await makePerson(api, { role: 'owner' })
const admin = await makePerson(api, { role: 'admin' })

type Alert = z.output<typeof alertDocument>
type Route = z.output<typeof alertRouteDocument>

beforeEach(async () => {
  await sql`truncate scans, targets, alerts, alert_routes, webhooks, webhook_events, mails cascade`.execute(db)
  await calendar.set('2026-05-01T12:00:00Z')
  receiver.received.length = 0
  receiver.answers.length = 0
})

const context = {
  db,
  log: { info: () => {}, warn: () => {}, error: () => {} },
  signal: new AbortController().signal,
  recorder: recordNothing,
  workerId: null,
  isOutwardOff: () => false,
  isStopping: () => false,
  channels: {
    post: createChannelPost({
      allow: ['127.0.0.0/8'],
      own: [],
      dnsServers: [{ address: '127.0.0.1', port: 9 }],
      extraRoots: null,
    }),
    secretsOf: (id: string) => secretsOf(db, api.deps.masterKey, id),
    sealedUrlOf: (id: string) => sealedUrlOf(db, api.deps.masterKey, id),
  },
} as unknown as WorkerContext

async function scan(open: string, closed = '', address = '127.0.0.1', facts: object = {}): Promise<void> {
  await api.send('POST', '/v1/targets', { target: address, ...facts })
  await endedPortScan(db, actor, { address, open, closed })
}
/** News of ports is told when two scans in a row say it. */
async function twice(...given: Parameters<typeof scan>): Promise<void> {
  await scan(...given)
  await scan(...given)
}
const keep = () => keepAlerts(api.deps)
const alerts = async () => ((await (await api.send('GET', '/v1/alerts')).json()) as { alerts: Alert[] }).alerts
const route = async (body: object): Promise<Route> => {
  const answer = await admin.send('POST', '/v1/alert-routes', body)
  expect(answer.status).toBe(201)
  return (await answer.json()) as Route
}
const webhook = async (body: object = {}) => {
  const answer = await admin.send('POST', '/v1/webhooks', { url: receiver.url, ...body })
  expect(answer.status).toBe(201)
  return ((await answer.json()) as { webhook: z.output<typeof webhookDocument> }).webhook
}
const mails = () =>
  db.selectFrom('mails').select(['recipient', 'facts']).where('kind', '=', 'alert').orderBy('created_at').execute()
/** Sends what is due by then. */
async function until(at: string): Promise<void> {
  await calendar.set(at)
  await keep()
  for (const id of await takeDueWebhooks(db, 100)) await tellWebhook({ webhookId: id }, context)
}

test('where nobody made a route the owners are mailed what is new, once, with what to do', async () => {
  await twice('5432')
  await keep()
  expect(await mails()).toEqual([])
  expect(await alerts()).toMatchObject([{ severity: 'high', messages: [{ status: 'waiting' }] }])
  await Promise.all([until('2026-05-01T12:01:01Z'), keep(), keep()])
  await until('2026-05-01T12:05:00Z')
  const sent = await mails()
  expect(sent.map(({ recipient }) => recipient)).toEqual([owner.email])
  expect(sent[0]!.facts).toMatchObject({
    title: '127.0.0.1: 1 new',
    lines: [
      expect.stringMatching(
        /^New, high: A database can be reached \(127\.0\.0\.1, 5432\/tcp at 127\.0\.0\.1\)\. Let the database listen/,
      ),
    ],
  })
  expect(await alerts()).toMatchObject([
    {
      changes: [{ news: 'New', title: 'A database can be reached' }],
      messages: [{ userId: owner.id, status: 'waiting' }],
    },
  ])
  expect((await alerts())[0]!.changes).toHaveLength(1)
})

test('what one cause changed at many targets within a minute is one message, to each channel once', async () => {
  const { id } = await webhook()
  await route({ name: 'all', webhookIds: [id], toOwners: true })
  await route({ name: 'again', webhookIds: [id] })
  for (let n = 1; n <= 5; n++) await twice('5432', '', `127.0.1.${n}`)
  await until('2026-05-01T12:01:01Z')
  await until('2026-05-01T12:10:00Z')
  expect(receiver.received).toHaveLength(1)
  const { type, data } = JSON.parse(receiver.received[0]!.body) as {
    type: string
    data: { id: string; title: string; alerts: Alert[] }
  }
  expect([type, data.title]).toEqual(['alert', '5 targets: 5 new'])
  expect(data.alerts).toHaveLength(5)
  expect(receiver.received[0]!.headers['webhook-id']).toBe(data.id)
  expect(await mails()).toHaveLength(1)
  expect((await alerts()).every(({ messages }) => messages.length === 2)).toBe(true)
})

test('a message that was not taken comes again with the same id', async () => {
  const { id } = await webhook()
  await route({ webhookIds: [id] })
  receiver.answers.push(status(500))
  await twice('5432')
  await until('2026-05-01T12:01:01Z')
  await sql`update webhook_deliveries set try_after = now()`.execute(db)
  await sql`update webhooks set resume_at = null, rung_at = null`.execute(db)
  await until('2026-05-01T12:02:00Z')
  expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toHaveLength(2)
  expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
  expect(await alerts()).toMatchObject([{ messages: [{ webhookId: id, status: 'delivered' }] }])
})

test('a chat gets a text, at a URL that nobody can read again', async () => {
  const made = await webhook({ format: 'slack' })
  expect(made.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/…$/)
  await route({ webhookIds: [made.id] })
  await twice('23')
  await until('2026-05-01T12:01:01Z')
  const { text } = JSON.parse(receiver.received[0]!.body) as { text: string }
  expect(text).toMatch(/^127\.0\.0\.1: 1 new\nNew, medium: /)
  await expectProblem(
    admin.send('POST', '/v1/webhooks', { url: receiver.url, format: 'slack', events: ['scan.failed'] }),
    409,
    'conflict',
  )
  await expectProblem(admin.send('PATCH', `/v1/webhooks/${made.id}`, { url: receiver.url }), 409, 'conflict')
  const { rows } = await sql<{ url: string }>`select url from webhooks`.execute(db)
  expect(rows[0]!.url).not.toContain('/hook')
})

test('routes choose by tag and severity, wait for quiet hours and digests, and what nobody takes is told to nobody', async () => {
  await route({
    name: 'web',
    targets: { tags: ['web'] },
    leastSeverity: 'high',
    userIds: [admin.id],
    quietHours: { from: '13:00', to: '15:00' },
    zone: 'Europe/Berlin',
  })
  await twice('23', '', '127.0.0.1', { tags: ['web'] })
  await twice('5432', '', '127.0.0.2')
  await twice('5432', '', '127.0.0.3', { tags: ['web'] })
  await until('2026-05-01T12:30:00Z')
  expect(await mails()).toEqual([])
  await until('2026-05-01T13:00:01Z')
  const sent = await mails()
  expect(sent.map(({ recipient, facts }) => [recipient, (facts as { title: string }).title])).toEqual([
    [admin.email, '127.0.0.3: 1 new'],
  ])
  expect((await alerts()).map(({ messages }) => messages.length).toSorted((one, other) => one - other)).toEqual([
    0, 0, 1,
  ])
})

test('who has left the organisation is told nothing', async () => {
  const leaver = await makePerson(api, { role: 'viewer' })
  await route({ userIds: [leaver.id] })
  await twice('5432')
  await keep()
  await sql`delete from memberships where user_id = ${leaver.id}::uuid`.execute(db)
  await until('2026-05-01T12:01:01Z')
  expect(await mails()).toEqual([])
  expect(await alerts()).toMatchObject([{ messages: [{ status: 'given-up' }] }])
})

describe('routes', () => {
  test('are made, changed in part, disabled and removed', async () => {
    const made = await route({ name: 'night', toOwners: true, digestCron: '0 8 * * *', zone: 'Europe/Berlin' })
    expect(made).toMatchObject({ leastSeverity: 'medium', quietHours: null, isDisabled: false })
    expect(
      (await admin.send('PATCH', `/v1/alert-routes/${made.id}`, { isDisabled: true, digestCron: null })).status,
    ).toBe(204)
    const list = async () =>
      ((await (await admin.send('GET', '/v1/alert-routes')).json()) as { routes: Route[] }).routes
    expect(await list()).toMatchObject([{ name: 'night', digestCron: null, isDisabled: true, zone: 'Europe/Berlin' }])
    expect((await admin.send('DELETE', `/v1/alert-routes/${made.id}`)).status).toBe(204)
    expect(await list()).toEqual([])
  })
  test.each([
    [{}, 409, 'conflict'],
    [{ toOwners: true, digestCron: 'often' }, 422, 'invalid-schedule'],
    [{ toOwners: true, zone: 'Mars/Olympus' }, 422, 'invalid-schedule'],
    [{ toOwners: true, quietHours: { from: '25:00', to: '07:00' } }, 422, 'invalid-input'],
    [{ webhookIds: ['01890000-0000-7000-8000-000000000000'] }, 404, 'not-found'],
    [{ userIds: ['01890000-0000-7000-8000-000000000000'] }, 404, 'not-found'],
    [{ toOwners: true, targets: { ids: ['01890000-0000-7000-8000-000000000000'] } }, 404, 'not-found'],
  ])('%j is refused in words', async (body, status, code) => {
    await expectProblem(admin.send('POST', '/v1/alert-routes', body), status, code)
  })
  test('can be tested', async () => {
    const { id: webhookId } = await webhook()
    const { id } = await route({ webhookIds: [webhookId], toOwners: true })
    const answer = await admin.send('POST', `/v1/alert-routes/${id}/test`)
    expect(await answer.json()).toEqual({ webhooks: 1, mails: 1 })
    await until('2026-05-01T12:00:01Z')
    expect(receiver.received.map(({ body }) => (JSON.parse(body) as { type: string }).type)).toEqual(['webhook.test'])
    expect(await mails()).toHaveLength(1)
  })
})
