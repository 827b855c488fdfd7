import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { useApi } from '#test/support/api.ts'
import { useCalendar } from '#test/support/calendar.ts'
import { makePerson } from '#test/support/people.ts'
import { startReceiver, type WebhookReceiver } from '#test/support/webhook-receiver.ts'
import { deliver, lookAt, type Seen, stageOn, work } from '#test/simulate/stage.ts'
import { type Certificate, tlsResult, whoisResult } from '#test/simulate/world.ts'
import { readBatch } from '#workers/jobs/read-batch.ts'
import { feedBatches } from '#workers/queue/feed-batches.ts'
import { keepAlerts } from '#workers/queue/alerts/keep-alerts.ts'
import { tellOutages } from '#workers/queue/alerts/tell-outages.ts'
import { keepSchedules } from '#workers/queue/schedules/keep-schedules.ts'

vi.setConfig({ testTimeout: 120_000 })

// From a Monday over the change of the clock in Amsterdam (29 March) to the end of April: each working night at two.
const began = '2026-03-16T12:00:00Z'
const { db, api } = await useApi()
const calendar = await useCalendar(db, began)
const { deps, context } = stageOn(db, api.deps.masterKey)
const [shop, web] = ['127.20.0.1', '127.20.0.2']

const instant = (text: string) => Date.parse(text)
const within = (at: number, from: string, to: string) => instant(from) <= at && at < instant(to)
const certificate = (fingerprint: string, from: string, to: string): Certificate => ({
  fingerprint: fingerprint.padStart(64, '0'),
  notBefore: instant(from),
  notAfter: instant(to),
  isForUs: true,
})
const [old, renewed] = [
  certificate('a', '2026-01-20T00:00:00Z', '2026-04-20T00:00:00Z'),
  certificate('b', '2026-03-24T00:00:00Z', '2026-06-22T00:00:00Z'),
]
let turn = 0

/** What really was so, night by night. */
const world: Seen = {
  versionAt: () => 1,
  isOut: () => false,
  // Our own network is lost for two nights, while the database of the shop stands open.
  isSilent: (_host, at) => within(at, '2026-04-08T00:00:00Z', '2026-04-10T00:00:00Z'),
  ports(address, at) {
    const isExposed =
      address === shop &&
      (within(at, '2026-04-06T00:00:00Z', '2026-04-14T00:00:00Z') ||
        within(at, '2026-04-21T00:00:00Z', '2026-04-24T00:00:00Z'))
    const flaps = address === web && within(at, '2026-03-30T00:00:00Z', '2026-04-03T00:00:00Z') && turn++ % 2 === 0
    const isOpen = isExposed || flaps
    const [open, closed] = isOpen ? ['5432', '23'] : ['', '23,5432']
    const silent = world.isSilent(address, at)
    return {
      addresses: [
        {
          address,
          open: silent ? '' : open,
          closed: silent ? '' : closed,
          filtered: silent ? '23,5432' : '',
          services: [],
        },
      ],
    }
  },
  tls(address, at) {
    if (world.isSilent(address, at)) return null
    // Behind a balancer the old one and the renewed one are shown in turn for three nights.
    const isMidRotation = within(at, '2026-03-24T00:00:00Z', '2026-03-27T00:00:00Z')
    const isNew = at >= instant('2026-03-27T00:00:00Z') || (isMidRotation && turn++ % 2 === 0)
    return tlsResult(address, isNew ? renewed : old)
  },
  whois: (address, at) =>
    within(at, '2026-03-18T00:00:00Z', '2026-03-21T00:00:00Z') || world.isSilent(address, at)
      ? null
      : whoisResult('shop.example', '2027-01-01T00:00:00Z'),
}

let receiver: WebhookReceiver
let restore: () => void
let now = instant(began)
const set = async (at: number) => {
  now = at
  await calendar.set(new Date(at).toISOString())
}
beforeAll(async () => {
  receiver = await startReceiver()
  restore = lookAt(world, () => now)
})
afterAll(async () => {
  restore()
  await receiver.close()
})

interface Message {
  readonly title: string
  readonly alerts: readonly {
    readonly changes: readonly {
      readonly kind: string
      readonly state: string
      readonly rule: string
      readonly findingId: string | null
    }[]
  }[]
}
const messages = () => receiver.received.map(({ body }) => (JSON.parse(body) as { data: Message }).data)
/** Without the hosts: of one cause it is told for those that were found first. */
const titles = () => messages().map(({ title }) => title.slice(title.indexOf(': ') + 2))
const get = async <Body>(path: string) => (await (await api.send('GET', path)).json()) as Body
const post = async <Body>(path: string, body: object) => (await (await api.send('POST', path, body)).json()) as Body
type Finding = { id: string; rule: string; state: string; retest: string; subject: string }
const exposed = async () =>
  (await get<{ findings: Finding[] }>(`/v1/findings?rule=ports/database-exposed&text=${shop}`)).findings

/** Lives from now on to that instant, from one moment at which anything is due to the next. */
async function live(until: string): Promise<void> {
  while (now < instant(until)) {
    await keepSchedules(deps)
    await work(db, context)
    await tellOutages(db, async () => !world.isSilent('', now))
    await keepAlerts(deps)
    await deliver(db, context)
    const { rows } = await sql<{ at: Date | null }>`
      select min(at) as at from (
        select min(next_at) as at from schedules where next_at > calendar_now()
        union all select min(start_at) from tick_scans where status = 'waiting' and start_at > calendar_now()
        union all select min(send_after) from alert_messages where bundle_id is null and send_after > calendar_now()
      ) due`.execute(db)
    await set(
      Math.min(instant(until), Math.max(now + 1000, Math.ceil((rows[0]!.at?.getTime() ?? Infinity) / 1000) * 1000)),
    )
  }
  await keepSchedules(deps)
}

let scheduleId: string
let previewed: string[]

test('a list of hosts is shown first: what is bad says why, what is said twice is told, a name in another script is read', async () => {
  const csv = `host,tags\n${shop},"shop"\n${web},shop\n${shop},shop\nbücher.example,shop\n10.0.0.1,\nnot a host,\n`
  const upload = await api.app.request('/v1/batches?purpose=targets&dryRun=true', {
    method: 'POST',
    headers: { authorization: `Bearer ${api.key}`, 'content-type': 'text/csv' },
    body: csv,
  })
  const { id } = (await upload.json()) as { id: string }
  await readBatch({ batchId: id }, context)
  const batch = await get<{
    counts: Record<string, number>
    bad: { reason: string }[]
    preview: { target: { canonical: string } | null }[]
  }>(`/v1/batches/${id}`)
  expect(batch.counts).toMatchObject({ waiting: 3, bad: 2, duplicate: 1 })
  expect(batch.bad.map(({ reason }) => reason)).toEqual(['private-use', 'invisible-character'])
  expect(batch.preview.map(({ target }) => target?.canonical)).toContain('xn--bcher-kva.example')
  await api.send('POST', `/v1/batches/${id}/start`)
  await feedBatches(deps)
  expect((await get<{ targets: object[] }>('/v1/targets')).targets).toHaveLength(3)
  // Its name leads nowhere in this world.
  await sql`update targets set archived_at = now() where kind = 'name'`.execute(db)
})

test('a schedule says when it will run, and runs exactly then, over the change of the clock', async () => {
  const admin = await makePerson(api, { role: 'admin' })
  const hook = (await (await admin.send('POST', '/v1/webhooks', { url: receiver.url })).json()) as {
    webhook: { id: string }
  }
  await admin.send('POST', '/v1/alert-routes', { leastSeverity: 'info', webhookIds: [hook.webhook.id] })
  const made = await post<{ id: string; nextRuns: { at: string }[] }>('/v1/schedules', {
    cron: '0 2 * * 1-5',
    zone: 'Europe/Amsterdam',
    targets: { tags: ['shop'] },
    scanners: { ports: { ports: '23,5432' }, tls: {}, whois: {} },
    spreadSeconds: 600,
  })
  scheduleId = made.id
  previewed = made.nextRuns.map(({ at }) => at)
  expect(previewed[8]).toBe('2026-03-27T01:00:00.000Z')
  expect(previewed[9]).toBe('2026-03-30T00:00:00.000Z')
  await live('2026-03-30T12:00:00Z')
  const { runs } = await get<{ runs: { dueAt: string; status: string }[] }>(
    `/v1/schedules/${scheduleId}/runs?limit=100`,
  )
  expect(runs.map(({ dueAt }) => dueAt).toReversed()).toEqual(previewed)
  expect(new Set(runs.map(({ status }) => status))).toEqual(new Set(['ended']))
})

test('two weeks in which a certificate is rotated and renewed, and a registry is silent for three nights, are one word about the registry', () => {
  expect(titles()).toEqual(['silent: The registry gives no answer', 'answers again: The registry gives no answer'])
})

test('a port that is open at one scan and closed at the next is told to nobody', async () => {
  const before = receiver.received.length
  await live('2026-04-03T12:00:00Z')
  const { findings } = await get<{ findings: Finding[] }>(`/v1/findings?rule=ports/database-exposed&text=${web}`)
  expect(findings).toHaveLength(1)
  expect(receiver.received.slice(before)).toEqual([])
})

test('a database that stands open is told once, is not re-tested while our network is lost, and is fixed by a scan that saw it closed', async () => {
  let before = messages().length
  await live('2026-04-07T12:00:00Z')
  expect(messages().slice(before)).toMatchObject([{ title: `${shop}: 1 new` }])
  const [finding] = await exposed()
  before = messages().length
  await live('2026-04-09T12:00:00Z')
  expect(await exposed()).toMatchObject([{ id: finding!.id, state: 'open', retest: 'not-retested' }])
  await live('2026-04-13T12:00:00Z')
  expect(await exposed()).toMatchObject([{ state: 'open', retest: 'confirmed' }])
  expect(titles().slice(before)).toEqual([
    'silent: Our own network is cut off',
    'answers again: Our own network is cut off',
  ])
  before = messages().length
  await live('2026-04-16T12:00:00Z')
  expect(await exposed()).toMatchObject([{ id: finding!.id, state: 'fixed' }])
  expect(messages().slice(before)).toMatchObject([{ title: `${shop}: 1 fixed` }])
})

test('when it comes back it is the same finding, told as such; nights that nobody was there for are told as missed', async () => {
  const [finding] = await exposed()
  const before = messages().length
  await live('2026-04-23T12:00:00Z')
  expect(await exposed()).toMatchObject([{ id: finding!.id, state: 'regressed' }])
  expect(titles().slice(before)).toEqual(['1 back again'])
  // Whoever keeps schedules is away for two nights.
  await set(instant('2026-04-28T12:00:00Z'))
  await live('2026-04-29T12:00:00Z')
  const { runs } = await get<{ runs: { dueAt: string; status: string; reason: string | null }[] }>(
    `/v1/schedules/${scheduleId}/runs?limit=100`,
  )
  const night = (at: string) => runs.find(({ dueAt }) => dueAt === at)
  expect(night('2026-04-24T00:00:00.000Z')).toMatchObject({ status: 'missed', reason: 'down' })
  expect(night('2026-04-27T00:00:00.000Z')).toMatchObject({ status: 'missed', reason: 'down' })
  const spring = runs.filter(({ dueAt }) => dueAt < '2026-04-29')
  // Each working night since the schedule was made, once.
  expect(spring).toHaveLength(31)
})
