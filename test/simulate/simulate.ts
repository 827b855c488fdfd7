import { join } from 'node:path'
import { sql } from 'kysely'
import { connect, createPool, type Db } from '#db/connect.ts'
import { startEmbedded } from '#db/embedded.ts'
import { migrate } from '#db/migrate.ts'

import type { Severity } from '#db/model/finding.ts'
import { instantsAfter, nextInstant, type Timing } from '#db/model/schedule/instants.ts'
import { Secret } from '#db/model/secret.ts'
import { parseTarget } from '#db/model/target.ts'
import { createRoute } from '#db/queries/alerts.ts'
import { createSchedule } from '#db/queries/schedules.ts'
import { addTarget } from '#db/queries/targets.ts'
import { createWebhook, makeSecrets } from '#db/queries/webhooks.ts'
import { randomBy } from '#test/chaos/random.ts'
import { useCalendar } from '#test/support/calendar.ts'
import { makeActor } from '#test/support/make.ts'
import { makeFolder } from '#test/support/portlight.ts'
import { startReceiver, status, type WebhookReceiver } from '#test/support/webhook-receiver.ts'
import type { WorkerContext } from '#workers/jobs/job.ts'
import { keepAlerts } from '#workers/queue/alerts/keep-alerts.ts'
import { remind } from '#workers/queue/alerts/remind.ts'
import { tellOutages } from '#workers/queue/alerts/tell-outages.ts'
import type { BeginDeps } from '#workers/queue/begin-scan.ts'
import { endAcceptances } from '#workers/queue/follow-findings.ts'
import { keepSchedules } from '#workers/queue/schedules/keep-schedules.ts'
import { scanPlan } from '#workers/scanners/catalog.ts'
import { account, type ToldNews } from './account.ts'
import { accountOutages, type ToldOutage } from './outages.ts'
import { deliver, lookAt, stageOn, work } from './stage.ts'
import { World } from './world.ts'

/** Of what is sent so much is not taken at the first try. */
const refusedShare = 0.05
const zones = ['Europe/Amsterdam', 'America/New_York', 'Australia/Lord_Howe'] as const

export interface Simulated {
  readonly figures: Readonly<Record<string, number | string>>
  readonly broken: readonly string[]
}

interface Options {
  readonly days: number
  readonly seed: number
  readonly from: number
  /** Hosts that are watched so often. */
  readonly daily: number
  readonly hourly: number
}

/**
 * Schedules, claims, rules, findings, alerts and webhooks are the product's own, on a real Postgres whose calendar goes where it is put; what the scanners see is the world's to say.
 */
export async function simulate({ days, seed, from, daily, hourly }: Options): Promise<Simulated> {
  const world = new World({ seed, from, days, daily, hourly })
  const until = from + days * 86_400_000
  const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }
  const postgres = await startEmbedded(join(makeFolder(), 'postgres'), { settings })
  await migrate(postgres.url)
  const db = connect(
    createPool({ url: postgres.url, max: 12, name: 'simulate', timeoutMillis: 30_000, onError: () => {} }),
  )
  const receiver = await startReceiver()
  try {
    const calendar = await useCalendar(db, new Date(from).toISOString())
    const place = await furnish(db, world, receiver, from)
    const restore = lookAt(world, () => now)
    let now = from
    const clock = { set: (at: number) => calendar.set(new Date((now = at)).toISOString()) }
    try {
      await live(db, world, place, clock, { from, until, receiver, seed })
    } finally {
      restore()
    }
    return await judge(db, world, place, receiver, { from, until })
  } finally {
    await receiver.close()
    await db.destroy()
    await postgres.stop()
  }
}

interface Place {
  readonly deps: BeginDeps
  readonly context: WorkerContext
  readonly timings: ReadonlyMap<string, Timing>
}

/** The organisation with its hosts, schedules and the one route that leads to the receiver. */
async function furnish(db: Db, world: World, receiver: WebhookReceiver, from: number): Promise<Place> {
  const actor = await makeActor(db)
  const { organisationId } = actor
  const masterKey = new Secret(Buffer.alloc(32, 7))
  const ids = new Map<string, string>()
  for (const { address } of world.hosts)
    ids.set(address, (await addTarget(db, organisationId, parseTarget(address))).id)
  const timings = new Map<string, Timing>()
  const schedule = async (timing: Timing, hosts: World['hosts'], plan: object) => {
    const id = (await createSchedule(db, {
      organisationId,
      madeBy: actor.principal.id,
      name: '',
      timing,
      targetIds: hosts.map(({ address }) => ids.get(address)!),
      targetTags: null,
      scanners: scanPlan.parse(plan),
      overlap: 'skip',
      catchUp: 'once',
      spreadSeconds: 0,
      nextAt: nextInstant(timing, new Date(from)),
    }))!
    timings.set(id, timing)
  }
  const ofDay = world.hosts.filter(({ isHourly }) => !isHourly)
  const ports = { ports: '23,5432' }
  for (const [n, zone] of zones.entries())
    await schedule(
      { kind: 'cron', cron: '15 2 * * *', zone },
      ofDay.filter((_, i) => i % zones.length === n),
      { ports, tls: {}, whois: {} },
    )
  await schedule(
    { kind: 'cron', cron: '5 * * * *', zone: 'UTC' },
    world.hosts.filter(({ isHourly }) => isHourly),
    { ports },
  )
  const url = receiver.url
  const webhookId = (await createWebhook(db, {
    organisationId,
    name: '',
    url,
    events: [],
    format: 'standard',
    madeBy: null,
  }))!
  await makeSecrets(db, masterKey, webhookId, 0)
  const leastSeverity: Severity = 'info'
  await createRoute(db, organisationId, {
    name: 'all',
    targetIds: null,
    targetTags: null,
    leastSeverity,
    webhookIds: [webhookId],
    userIds: [],
    toOwners: false,
    toTargetOwner: false,
    digestCron: null,
    quiet: null,
    zone: 'UTC',
    isDisabled: false,
  })
  return { ...stageOn(db, masterKey), timings }
}

/** Goes from one instant at which anything is due to the next. */
async function live(
  db: Db,
  world: World,
  { deps, context }: Place,
  clock: { set(at: number): Promise<void> },
  { from, until, receiver, seed }: { from: number; until: number; receiver: WebhookReceiver; seed: number },
): Promise<void> {
  const random = randomBy(seed + 1)
  let remindedAt = from
  for (let now = from; now < until; now = await nextDue(db, world, now, until)) {
    await clock.set(now)
    if (!world.isOut('schedulers', now)) await keepSchedules(deps)
    if (!world.isOut('workers', now)) await work(db, context)
    if (now - remindedAt >= 6 * 3_600_000) {
      remindedAt = now
      await remind(db)
      await endAcceptances(db)
    }
    await tellOutages(db, async () => !world.isOut('network', now))
    await keepAlerts(deps)
    await deliver(db, context, () => {
      if (random() < refusedShare) receiver.answers.push(status(503))
    })
  }
}

/** The next instant at which a tick or a message is due, or somebody is there again. */
async function nextDue(db: Db, world: World, now: number, until: number): Promise<number> {
  const { rows } = await sql<{ at: Date | null }>`
    select min(at) as at from (
      select min(next_at) as at from schedules where next_at > calendar_now()
      union all select min(start_at) from tick_scans where status = 'waiting' and start_at > calendar_now()
      union all select min(send_after) from alert_messages where bundle_id is null and send_after > calendar_now()
    ) due
  `.execute(db)
  const back = [...world.outages.workers, ...world.outages.schedulers].map(({ to }) => to).filter((to) => to > now)
  const next = Math.min(rows[0]!.at?.getTime() ?? until, ...back, until)
  // Whoever keeps schedules does so every second: an instant is met just after it came.
  return Math.max(now + 1000, Math.ceil(next / 1000) * 1000)
}

async function judge(
  db: Db,
  world: World,
  { timings }: Place,
  receiver: WebhookReceiver,
  { from, until }: { from: number; until: number },
): Promise<Simulated> {
  const ticks = await db.selectFrom('ticks').select(['schedule_id', 'due_at', 'status', 'reason']).execute()
  const owed = [...timings].flatMap(([id, timing]) => owedBy(timing, from, until).map((at) => `${id} ${at}`))
  const noted = new Set(ticks.map(({ schedule_id, due_at }) => `${schedule_id} ${due_at.getTime()}`))
  const unaccounted = owed.filter((tick) => !noted.has(tick) && !isLast(tick, world, until))
  const reasons = Map.groupBy(
    ticks.filter(({ status }) => status === 'missed'),
    ({ reason }) => reason ?? 'none',
  )
  const { told, outages, reminders, twice } = read(receiver)
  const silences = accountOutages(world, outages)
  const accounts = account(world.answers, told, until)
  const fixedFalsely = await falselyFixed(db, world)
  const perEvent = accounts.trueEvents === 0 ? 0 : accounts.messages / accounts.trueEvents
  const { rows } = await sql<{ scans: number }>`select count(*)::int as scans from scans`.execute(db)
  return {
    figures: {
      scans: rows[0]!.scans,
      'ticks owed': owed.length,
      'ticks run': ticks.filter(({ status }) => status === 'ended' || status === 'running').length,
      'ticks missed, by reason': [...reasons].map(([reason, all]) => `${reason} ${all.length}`).join(', ') || 0,
      'ticks unaccounted for': unaccounted.length,
      'true events': accounts.trueEvents,
      'told once, on time': accounts.onTime,
      'told late': accounts.late,
      'never told': accounts.never,
      'told twice': accounts.doubled,
      'false new': accounts.falseNew,
      'false fixed': accounts.falseFixed + fixedFalsely.length,
      messages: accounts.messages,
      'messages per true event': perEvent.toFixed(2),
      reminders,
      'outages told': silences.told,
      'outages told over': silences.over,
      'outages told falsely or twice': silences.wrong.length,
      'outages never told': silences.never.length,
      'messages sent again, seen by id': twice,
    },
    broken: [
      unaccounted.length > 0 &&
        `${unaccounted.length} ticks are unaccounted for: ${unaccounted.slice(0, 3).join(', ')}`,
      noted.size !== ticks.length && 'a tick was noted twice',
      reasons.has('none') && 'a tick was missed without a reason',
      perEvent > 1.2 && `${perEvent.toFixed(2)} messages per true event`,
      accounts.never > 0 && `${accounts.never} true events were told to nobody`,
      accounts.late > 0 && `${accounts.late} true events were told late`,
      accounts.doubled > 0 && `${accounts.doubled} events were told twice`,
      accounts.falseNew > 0 && `${accounts.falseNew} false new`,
      accounts.falseFixed > 0 && `${accounts.falseFixed} false fixed`,
      ...fixedFalsely.slice(0, 5).map((finding) => `${finding} stands fixed, and its last answer said otherwise`),
      accounts.trueEvents < 3 && 'nearly nothing happened: this proves nothing',
      ...accounts.wrong,
      ...silences.wrong.slice(0, 5),
      ...silences.never.slice(0, 5),
    ].filter((sentence) => sentence !== false),
  }
}

function owedBy(timing: Timing, from: number, until: number): number[] {
  const found: number[] = []
  for (const at of instantsAfter(timing, new Date(from))) {
    if (at.getTime() >= until) break
    found.push(at.getTime())
  }
  return found
}

/** What falls due in the last seconds, or while nobody is there until the end, is noted after it. */
function isLast(tick: string, world: World, until: number): boolean {
  const at = Number(tick.slice(37))
  return at > until - 1000 || world.outages.schedulers.some((outage) => outage.from <= at && outage.to >= until)
}

interface Body {
  readonly type: string
  readonly data: {
    readonly id: string
    readonly alerts: readonly {
      readonly at: string
      readonly target: { readonly canonical: string }
      readonly changes: readonly {
        readonly findingId: string | null
        readonly kind: string
        readonly evidence: Readonly<Record<string, string>> | null
        readonly state: string
        readonly rule: string
        readonly subject: string
      }[]
    }[]
  }
}

/** What an idempotent receiver knows: each message once by its id. */
function read(receiver: WebhookReceiver): {
  told: ToldNews[]
  outages: ToldOutage[]
  reminders: number
  twice: number
} {
  const known = new Map<string, Body>()
  for (const { headers, body } of receiver.received) known.set(String(headers['webhook-id']), JSON.parse(body) as Body)
  const all = [...known].flatMap(([messageId, { data }]) =>
    data.alerts.flatMap(({ at, target, changes }) =>
      changes.map((change) => ({ messageId, at: Date.parse(at), host: target.canonical, ...change })),
    ),
  )
  return {
    told: all
      .filter(({ findingId }) => findingId !== null)
      .map(({ state, ...news }) => ({ ...news, state: state === 'fixed' ? 'fixed' : 'open' })),
    outages: all.filter(({ kind }) => kind === 'silent' || kind === 'answers-again'),
    reminders: all.filter(({ kind }) => kind === 'expires').length,
    twice: receiver.received.length - known.size,
  }
}

/** Findings that stand fixed although the last answer about them said that they are there. */
async function falselyFixed(db: Db, world: World): Promise<string[]> {
  const fixed = await db
    .selectFrom('findings as finding')
    .innerJoin('targets as target', 'target.id', 'finding.target_id')
    .select(['target.canonical', 'finding.rule', 'finding.subject'])
    .where('finding.state', '=', 'fixed')
    .execute()
  return fixed
    .filter(({ canonical, rule, subject }) => {
      const last = world.answers
        .filter(
          (one) => one.host === canonical && one.rule === rule && one.subject === subject && one.verdict !== 'unknown',
        )
        .at(-1)
      return last?.verdict === 'present'
    })
    .map(({ canonical, rule, subject }) => `${canonical} ${rule} ${subject}`)
}
