import { execFileSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import type { z } from 'zod'
import type { deliveryDocument, webhookDocument, webhookKeys, wholeDelivery } from '#apps/api/documents/webhook.ts'
import { triesAtMost } from '#db/model/webhook.ts'
import { takeDueWebhooks } from '#db/queries/deliveries.ts'
import { sealedUrlOf, secretsOf } from '#db/queries/webhooks.ts'
import type { WorkerContext } from '#workers/jobs/job.ts'
import { tellWebhook } from '#workers/jobs/tell-webhook.ts'
import { recordNothing } from '#workers/metrics/metrics.ts'
import { createChannelPost } from '#workers/network/channel-post.ts'
import { expectProblem, useApi } from '#test/support/api.ts'
import { makePerson } from '#test/support/people.ts'
import { cut, startReceiver, status } from '#test/support/webhook-receiver.ts'

const { db, api } = await useApi()
const receiver = await startReceiver()
afterAll(() => receiver.close())
const admin = await makePerson(api, { role: 'admin' })

type Keys = z.output<typeof webhookKeys>
type Made = { webhook: z.output<typeof webhookDocument>; keys: Keys }
type Delivery = z.output<typeof deliveryDocument>
type Whole = z.output<typeof wholeDelivery>

beforeEach(async () => {
  await sql`truncate webhooks, webhook_events, scans, mails cascade`.execute(db)
  receiver.received.length = 0
  receiver.answers.length = 0
})

const nobody = { address: '127.0.0.1', port: 9 }
let isOutwardOff = false
const context = {
  db,
  log: { info: () => {}, warn: () => {}, error: () => {} },
  signal: new AbortController().signal,
  recorder: recordNothing,
  workerId: null,
  isOutwardOff: () => isOutwardOff,
  isStopping: () => false,
  channels: {
    post: createChannelPost({ allow: ['127.0.0.0/8'], own: [], dnsServers: [nobody], extraRoots: null }),
    secretsOf: (id: string) => secretsOf(db, api.deps.masterKey, id),
    sealedUrlOf: (id: string) => sealedUrlOf(db, api.deps.masterKey, id),
  },
} as unknown as WorkerContext
const tell = (webhookId: string) => tellWebhook({ webhookId }, context)

const create = async (given: object = {}): Promise<Made> => {
  const body = { url: receiver.url, events: ['scan.completed', 'scan.failed', 'scan.cancelled'], ...given }
  const answer = await admin.send('POST', '/v1/webhooks', body)
  expect(answer.status).toBe(201)
  return (await answer.json()) as Made
}
/** A scan that has ended. */
async function cancelledScan(): Promise<string> {
  const { id } = (await (await api.send('POST', '/v1/scans', { target: '127.0.0.1' })).json()) as { id: string }
  await api.send('DELETE', `/v1/scans/${id}`)
  return id
}
const deliveriesOf = async (id: string, query = '') =>
  (await (await admin.send('GET', `/v1/webhooks/${id}/deliveries${query}`)).json()) as {
    deliveries: Delivery[]
    next: string | null
  }
const wholeOf = async (id: string, deliveryId: string) =>
  (await (await admin.send('GET', `/v1/webhooks/${id}/deliveries/${deliveryId}`)).json()) as Whole
/** Lets the pause before the next try be over. */
const passPause = async () => {
  await sql`update webhook_deliveries set try_after = now() where status = 'waiting'`.execute(db)
  await sql`update webhooks set resume_at = null, rung_at = null`.execute(db)
}
const headersOf = (headers: object) => headers as Record<string, string>

test('a scan that ends is told once, as the document that GET gives', async () => {
  const { webhook } = await create()
  const scanId = await cancelledScan()
  expect(await takeDueWebhooks(db, 10)).toEqual([webhook.id])
  await tell(webhook.id)
  await tell(webhook.id)
  expect(receiver.received).toHaveLength(1)
  const { type, data, timestamp } = JSON.parse(receiver.received[0]!.body) as Record<string, unknown>
  expect(type).toBe('scan.cancelled')
  expect(data).toEqual(await (await api.send('GET', `/v1/scans/${scanId}`)).json())
  expect(new Date(timestamp as string).getTime()).toBeGreaterThan(Date.now() - 60_000)
  expect((await deliveriesOf(webhook.id)).deliveries).toMatchObject([{ status: 'delivered', tries: 1, scanId }])
})

test('a try that we broke off ourselves, or of what is deleted, is no failure of the receiver', async () => {
  const { webhook } = await create()
  const scanId = await cancelledScan()
  receiver.answers.push((response) => {
    isOutwardOff = true
    cut(response)
  })
  await tell(webhook.id)
  isOutwardOff = false
  expect((await deliveriesOf(webhook.id)).deliveries).toMatchObject([{ status: 'waiting', tries: 0 }])
  await sql`delete from scans where id = ${scanId}::uuid`.execute(db)
  await tell(webhook.id)
  expect((await deliveriesOf(webhook.id)).deliveries).toMatchObject([{ status: 'given-up', reason: 'deleted' }])
  const { rows } = await sql`select failing_since, resume_at from webhooks`.execute(db)
  expect(rows).toEqual([{ failing_since: null, resume_at: null }])
})

describe('signatures', () => {
  test('the Standard Webhooks library takes the HMAC, and openssl the Ed25519', async () => {
    const { webhook, keys } = await create()
    await cancelledScan()
    await tell(webhook.id)
    const { headers, body } = receiver.received[0]!
    expect(() => new Webhook(keys.secret).verify(body, headersOf(headers))).not.toThrow()
    expect(() => new Webhook(keys.secret).verify(`${body} `, headersOf(headers))).toThrow()

    const folder = mkdtempSync(join(tmpdir(), 'portlight-webhook-'))
    const [, signature] = /v1a,(\S+)/.exec(String(headers['webhook-signature']))!
    writeFileSync(join(folder, 'key.pem'), keys.publicKeyPem)
    writeFileSync(join(folder, 'signature'), Buffer.from(signature!, 'base64'))
    writeFileSync(join(folder, 'content'), [headers['webhook-id'], headers['webhook-timestamp'], body].join('.'))
    const verify = () =>
      execFileSync(
        'openssl',
        ['pkeyutl', '-verify', '-pubin', '-inkey', 'key.pem', '-rawin', '-in', 'content', '-sigfile', 'signature'],
        {
          cwd: folder,
          stdio: 'pipe',
        },
      )
    expect(verify().toString()).toContain('Verified Successfully')
    writeFileSync(join(folder, 'content'), 'something else')
    expect(verify).toThrow()
    expect(keys.publicKey).toMatch(/^whpk_[\w+/]{43}=$/)
  })

  test('after a rotation both the old and the new secret are good, until the overlap is over', async () => {
    const { webhook, keys: old } = await create()
    const rotate = async (overlapHours: number) =>
      (await (await admin.send('POST', `/v1/webhooks/${webhook.id}/rotate`, { overlapHours })).json()) as { keys: Keys }
    const { keys: next } = await rotate(24)
    await cancelledScan()
    await tell(webhook.id)
    const first = receiver.received[0]!
    for (const { secret } of [old, next])
      expect(() => new Webhook(secret).verify(first.body, headersOf(first.headers))).not.toThrow()
    expect(String(first.headers['webhook-signature']).split(' ')).toHaveLength(4)

    const { keys: last } = await rotate(0)
    await sql`update webhook_secrets set ends_at = now() where ends_at is not null`.execute(db)
    await cancelledScan()
    await tell(webhook.id)
    const second = receiver.received[1]!
    expect(() => new Webhook(last.secret).verify(second.body, headersOf(second.headers))).not.toThrow()
    for (const { secret } of [old, next])
      expect(() => new Webhook(secret).verify(second.body, headersOf(second.headers))).toThrow()
  })

  test('no answer but the first shows a secret, and no table holds one in the clear', async () => {
    const { webhook, keys } = await create()
    const shown = await (await admin.send('GET', `/v1/webhooks/${webhook.id}`)).text()
    expect(shown).not.toContain('whsec_')
    const secret = Buffer.from(keys.secret.slice('whsec_'.length), 'base64')
    const stored = await sql<{
      bytes: string
    }>`select encode(secret_sealed, 'hex') as bytes from webhook_secrets`.execute(db)
    expect(stored.rows).toHaveLength(2)
    for (const { bytes } of stored.rows) expect(bytes).not.toContain(secret.toString('hex'))
  })
})

describe('what fails', () => {
  test('is told again with the same id and body, after a pause, until it is taken', async () => {
    const { webhook } = await create()
    await cancelledScan()
    receiver.answers.push(status(500), cut, status(302, { location: '/elsewhere' }), status(204))
    for (let i = 0; i < 4; i++) {
      await tell(webhook.id)
      const [delivery] = (await deliveriesOf(webhook.id)).deliveries
      expect(delivery).toMatchObject({ tries: i + 1, status: i < 3 ? 'waiting' : 'delivered' })
      await tell(webhook.id)
      await passPause()
    }
    expect(receiver.received).toHaveLength(4)
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1)
    const { deliveries } = await deliveriesOf(webhook.id)
    const { attempts } = await wholeOf(webhook.id, deliveries[0]!.id)
    expect(attempts.map(({ statusCode, reason }) => [statusCode, reason])).toEqual([
      [500, 'http-500'],
      [null, 'protocol-error'],
      [null, 'too-many-redirects'],
      [204, null],
    ])
  })

  test('waits as long as a busy receiver asks', async () => {
    const { webhook } = await create()
    await cancelledScan()
    receiver.answers.push(status(503, { 'retry-after': '1000' }))
    await tell(webhook.id)
    const [delivery] = (await deliveriesOf(webhook.id)).deliveries
    expect(new Date(delivery!.nextTryAt!).getTime() - Date.now()).toBeGreaterThan(990_000)
  })

  test('for a whole day disables the webhook, with one mail to whoever made it', async () => {
    const { webhook } = await create({ name: 'ops' })
    await cancelledScan()
    await cancelledScan()
    for (let i = 0; i < triesAtMost; i++) {
      receiver.answers.push(status(500))
      await tell(webhook.id)
      await sql`update webhooks set failing_since = failing_since - interval '3 hours'`.execute(db)
      await sql`update webhook_deliveries set try_after = now() - interval '1 second' * (select count(*) from webhook_attempts a where a.delivery_id = webhook_deliveries.id) where status = 'waiting'`.execute(
        db,
      )
      await sql`update webhooks set resume_at = null, rung_at = null`.execute(db)
    }
    const found = (await (await admin.send('GET', `/v1/webhooks/${webhook.id}`)).json()) as Made['webhook']
    expect(found).toMatchObject({ isDisabled: true, disabledReason: 'http-500' })
    expect((await deliveriesOf(webhook.id, '?status=given-up')).deliveries).toHaveLength(2)
    const mails = await db.selectFrom('mails').select(['kind', 'recipient', 'facts']).execute()
    expect(mails).toMatchObject([{ kind: 'webhook-disabled', recipient: admin.email, facts: { name: 'ops' } }])
    await cancelledScan()
    expect((await deliveriesOf(webhook.id)).deliveries).toHaveLength(2)
  })

  test('again and again for one thing only, where others are taken, disables nothing', async () => {
    const { webhook } = await create()
    await cancelledScan()
    await sql`update webhook_deliveries set tries = ${triesAtMost - 1}`.execute(db)
    receiver.answers.push(status(500))
    await tell(webhook.id)
    expect((await deliveriesOf(webhook.id)).deliveries).toMatchObject([{ status: 'given-up', reason: 'http-500' }])
    expect(await (await admin.send('GET', `/v1/webhooks/${webhook.id}`)).json()).toMatchObject({ isDisabled: false })
  })

  test('with 410 disables it at once', async () => {
    const { webhook } = await create()
    await cancelledScan()
    receiver.answers.push(status(410))
    await tell(webhook.id)
    expect(await (await admin.send('GET', `/v1/webhooks/${webhook.id}`)).json()).toMatchObject({
      isDisabled: true,
      disabledReason: 'http-410',
    })
  })

  test('because its worker died is told again by another one', async () => {
    const { webhook } = await create()
    await cancelledScan()
    await sql`update webhooks set busy_until = now() + interval '60 seconds'`.execute(db)
    await tell(webhook.id)
    expect(receiver.received).toHaveLength(0)
    await sql`update webhooks set busy_until = now() - interval '1 second'`.execute(db)
    await tell(webhook.id)
    expect(receiver.received).toHaveLength(1)
  })
})

test('several workers that are rung at once tell everything once, in order', async () => {
  const { webhook } = await create()
  const scans: string[] = []
  for (let i = 0; i < 10; i++) scans.push(await cancelledScan())
  await Promise.all([tell(webhook.id), tell(webhook.id), tell(webhook.id)])
  const told = receiver.received.map(({ body }) => (JSON.parse(body) as { data: { id: string } }).data.id)
  expect(told).toEqual(scans)
})

test('only what a webhook asks for is told to it, and nothing of another organisation', async () => {
  await create({ events: ['scan.completed', 'batch.completed'] })
  const stranger = await makePerson(api, { organisationId: null })
  const foreign = await stranger.send('POST', '/v1/webhooks', { url: receiver.url, events: ['scan.cancelled'] })
  expect(foreign.status).toBe(201)
  await cancelledScan()
  expect(await takeDueWebhooks(db, 10)).toEqual([])
})

test('replayed deliveries have the ids that they had', async () => {
  const { webhook } = await create()
  await cancelledScan()
  await tell(webhook.id)
  const [first] = (await deliveriesOf(webhook.id)).deliveries
  expect((await admin.send('POST', `/v1/webhooks/${webhook.id}/deliveries/${first!.id}/replay`)).status).toBe(202)
  await tell(webhook.id)
  expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual([first!.eventId, first!.eventId])

  await admin.send('PATCH', `/v1/webhooks/${webhook.id}`, { isDisabled: true })
  await expectProblem(admin.send('POST', `/v1/webhooks/${webhook.id}/test`), 409, 'conflict')
  await admin.send('PATCH', `/v1/webhooks/${webhook.id}`, { isDisabled: false })
  await cancelledScan()
  await admin.send('PATCH', `/v1/webhooks/${webhook.id}`, { isDisabled: true })
  await admin.send('PATCH', `/v1/webhooks/${webhook.id}`, { isDisabled: false })
  const since = new Date(Date.now() - 60_000).toISOString()
  const all = await admin.send('POST', `/v1/webhooks/${webhook.id}/replay`, { since })
  expect(await all.json()).toEqual({ replayed: 1 })
  await tell(webhook.id)
  expect(receiver.received).toHaveLength(3)
})

test('the log shows what was sent without what targets wrote, and an answer without what looks like a secret', async () => {
  const { webhook } = await create()
  const scanId = await cancelledScan()
  const token = 'sk_live_0123456789abcdefghijklmnop'
  receiver.answers.push(status(400, {}, `no such token ${token}`))
  await tell(webhook.id)
  const [delivery] = (await deliveriesOf(webhook.id)).deliveries
  const whole = await wholeOf(webhook.id, delivery!.id)
  expect(whole.body).toMatchObject({
    type: 'scan.cancelled',
    data: { id: scanId, status: 'cancelled', target: { canonical: '[redacted]' } },
  })
  expect(JSON.stringify(whole)).not.toContain('127.0.0.1')
  expect(whole.attempts).toMatchObject([{ statusCode: 400, response: 'no such token sk_l…' }])
})

test('a test is told to this webhook alone, and nothing while outward packets are off', async () => {
  const [one, other] = [await create(), await create()]
  expect((await admin.send('POST', `/v1/webhooks/${one.webhook.id}/test`)).status).toBe(202)
  isOutwardOff = true
  await tell(one.webhook.id)
  isOutwardOff = false
  expect(receiver.received).toHaveLength(0)
  await tell(one.webhook.id)
  await tell(other.webhook.id)
  expect(receiver.received.map(({ body }) => (JSON.parse(body) as { type: string }).type)).toEqual(['webhook.test'])
})

describe('where it may lead', () => {
  test.each([
    'http://169.254.169.254/latest',
    'https://10.0.0.1/',
    'https://[::ffff:10.0.0.1]/',
    'https://167772161/',
    'https://0x0a.1/',
    'https://user:password@hooks.example.org/',
    'https://hooks.example.org/#part',
  ])('%s is refused by its spelling', async (url) => {
    const answer = await admin.send('POST', '/v1/webhooks', { url, events: ['scan.completed'] })
    expect(answer.status).toBe(422)
  })

  test.each(['ftp://hooks.example.org/', 'hooks.example.org', 'https://', 'javascript:alert(1)'])(
    '%s is no such address',
    async (url) => {
      await expectProblem(admin.send('POST', '/v1/webhooks', { url, events: ['scan.completed'] }), 422, 'invalid-input')
    },
  )

  test('is looked at each time: what leads elsewhere by then is not dialled', async () => {
    const { webhook } = await create()
    await sql`update webhooks set url = 'https://10.0.0.1/hook'`.execute(db)
    await cancelledScan()
    await tell(webhook.id)
    const [delivery] = (await deliveriesOf(webhook.id)).deliveries
    expect(delivery).toMatchObject({ status: 'waiting', reason: 'private-use' })
  })

  test('never our own servers, whatever OUTBOUND_ALLOW opens', async () => {
    const { port } = new URL(receiver.url)
    const own = createChannelPost({
      allow: ['127.0.0.0/8'],
      own: [{ address: '127.0.0.1', port: Number(port) }],
      dnsServers: [nobody],
      extraRoots: null,
    })
    const outcome = await own({ url: receiver.url, headers: {}, body: '{}' }, context.signal)
    expect(outcome).toEqual({ status: 'not-allowed', rule: 'own-socket' })
    expect(receiver.received).toHaveLength(0)
  })
})
