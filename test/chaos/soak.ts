import { sql } from 'kysely'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Scan } from '#apps/client/index.ts'
import { addressOf } from './lab.ts'
import { randomBy } from './random.ts'
import { type Backend, type Rig, startRig } from './rig.ts'
import type { Part } from './supervise.ts'
import type { Outcome } from './outcome.ts'

export interface SoakOptions {
  readonly backend: Backend
  readonly scans: number
  readonly faults: number
  readonly seed: number
  /** Submissions a second. */
  readonly rate: number
  /** Mean time between faults. */
  readonly gapMillis: number
  /** Share of faults that freeze a worker past its lease and wake it again: only these test the fence. */
  readonly zombieShare: number
  readonly leaseSeconds: number
  /** A part of the protocol that is taken out: the soak has to notice. */
  readonly without?: 'reconciler' | 'fence'
}

/** After the last fault every scan has ended within this time. */
const settleMillis = 60_000
const askingAtMost = 64
/** Fewer prove nothing; of a small run chance decides how many a fault meets. */
const reExecutedAtLeast = (scans: number) => (scans < 1000 ? 2 : 0.05 * scans)

/**
 * Scans are submitted while workers, APIs, Redis and Postgres are killed and workers freeze past their lease. Then each has ended once, with one result, and
 * the lab has seen no fewer connections than the API claims results, and no more than it claims attempts.
 */
export async function soak(options: SoakOptions): Promise<Outcome> {
  const { backend, scans, seed, rate, leaseSeconds, without } = options
  const controls = {
    ...(without === 'reconciler' ? { RECON: '0' } : {}),
    ...(without === 'fence' ? { FENCE: '0' } : {}),
    ...(without === undefined ? {} : { NODE_OPTIONS: '--import ./test/chaos/edits.ts' }),
  }
  const rig = await startRig({ backend, leaseSeconds, env: { CONCURRENCY: '16', ...controls } })
  try {
    const acknowledged = new Map<number, string>()
    let isFeeding = true
    let feedError: unknown
    const pending = new Set<Promise<void>>()
    const feed = async () => {
      const began = performance.now()
      for (let n = 0; n < scans; n++) {
        // A crowd that asks again and again would be a fault of its own.
        while (pending.size >= askingAtMost) await Promise.race(pending)
        const one = rig
          .submit(addressOf(n), `soak-${seed}-${n}`)
          .then((id) => void acknowledged.set(n, id))
          .catch((error: unknown) => void (feedError = error))
          .finally(() => pending.delete(one))
        pending.add(one)
        await sleep(Math.max(0, began + ((n + 1) * 1000) / rate - performance.now()))
      }
      isFeeding = false
      await Promise.all(pending)
    }
    const strikes = strike(rig, options, () => isFeeding)
    await feed()
    const { faults, zombies } = await strikes
    const settledIn = await settle(rig, [...acknowledged.values()])
    // One that wakes up late writes late.
    await Promise.all(zombies)
    await sleep(3000)
    const counted = await count(rig, acknowledged)
    const dealt = Object.values(faults).reduce((sum, number) => sum + number, 0)
    const broken = [
      acknowledged.size < scans &&
        `${scans - acknowledged.size} submissions were never acknowledged (${String(feedError)})`,
      new Set(acknowledged.values()).size < acknowledged.size && 'two submissions have one scan',
      counted.open > 0 &&
        `${counted.open} scans did not end within ${settleMillis / 1000} s of the last fault: ${await standingOf(rig)}`,
      counted.late > 0 && `${counted.late} scans ended after their deadline and one lease`,
      counted.otherwise > 0 && `${counted.otherwise} scans ended other than completed`,
      counted.doubled > 0 && `${counted.doubled} scans have more than one result`,
      counted.missing > 0 && `${counted.missing} scans completed without a result`,
      counted.unseen > 0 && `${counted.unseen} results are of connections that the lab never saw`,
      counted.unclaimed > 0 && `${counted.unclaimed} scans connected more often than they were claimed`,
    ].filter((sentence) => sentence !== false)
    const nothing = [
      dealt === 0 && 'no fault was dealt',
      counted.reExecuted < reExecutedAtLeast(scans) && `only ${counted.reExecuted} of ${scans} scans ran again`,
    ].filter((sentence) => sentence !== false)
    return {
      figures: { scans, faults: dealt, ...faults, ...counted, settledInSeconds: Number((settledIn / 1000).toFixed(1)) },
      broken,
      nothing,
    }
  } finally {
    await rig.close()
  }
}

interface Strikes {
  readonly faults: Record<string, number>
  readonly zombies: ReadonlySet<Promise<void>>
}

async function strike(
  rig: Rig,
  { backend, faults: wanted, seed, gapMillis, zombieShare, leaseSeconds }: SoakOptions,
  isFeeding: () => boolean,
): Promise<Strikes> {
  const random = randomBy(seed)
  const faults: Record<string, number> = {}
  const zombies = new Set<Promise<void>>()
  const note = (kind: string) => (faults[kind] = (faults[kind] ?? 0) + 1)
  const dealt = () => Object.values(faults).reduce((sum, number) => sum + number, 0)
  let frozen = 0
  await sleep(2000)
  while (dealt() < wanted && isFeeding()) {
    // Drawn in one go, so that turn k of a seed always wants the same; what is not possible just then is left out.
    const [pause, zombie, kind, worker, api] = [random(), random(), random(), random(), random()] as const
    await sleep(gapMillis * (0.3 + pause * 1.4))
    const victim = rig.workers[Math.floor(worker * rig.workers.length)]!
    const mayDie = (part: typeof victim) => part.isAlive() && !part.isFrozen && part.ageMillis() > 1200
    if (zombie < zombieShare && frozen < Math.max(1, Math.floor(rig.workers.length / 2))) {
      if (!mayDie(victim)) continue
      await untilBusy(rig, victim)
      const start = victim.start()
      victim.isFrozen = true
      victim.signal('SIGSTOP')
      frozen++
      note('frozen')
      zombies.add(
        sleep((leaseSeconds * 2 + 2) * 1000).then(() => {
          if (victim.start() === start) victim.signal('SIGCONT')
          victim.isFrozen = false
          frozen--
        }),
      )
    } else if (kind < 0.7) {
      if (!mayDie(victim)) continue
      await untilBusy(rig, victim)
      victim.kill()
      note('worker')
    } else if (kind < 0.92) {
      const process = rig.apis[Math.floor(api * rig.apis.length)]!
      if (!mayDie(process)) continue
      process.kill()
      note('api')
    } else if (backend === 'redis' && kind < 0.96) {
      await rig.killRedis()
      note('redis')
    } else {
      // A sleeper that wakes without its connections is disarmed: the fence would go untested.
      if (frozen > 0) continue
      await rig.killPostgres()
      note('postgres')
    }
  }
  return { faults, zombies }
}

/** Waits for a moment until this worker holds a scan: one that has nothing loses nothing. */
async function untilBusy({ db }: Rig, worker: Part): Promise<void> {
  const held = db
    .selectFrom('scans as scan')
    .innerJoin('workers as worker', 'worker.id', 'scan.worker_id')
    .where('scan.status', '=', 'running')
    .where('worker.pid', '=', worker.pid())
    .select('scan.id')
    .limit(1)
  for (const until = performance.now() + 2000; performance.now() < until; await sleep(20)) {
    const rows = await held.execute().catch(() => [])
    if (rows.length > 0) return
  }
}

/** @returns the time until all have ended, or the time that they may take */
async function settle(rig: Rig, ids: readonly string[]): Promise<number> {
  const began = performance.now()
  for (;;) {
    const open = await rig.db
      .selectFrom('scans')
      .select('id')
      .where('status', 'in', ['queued', 'running'])
      .limit(1)
      .execute()
      .catch(() => [{ id: '' }])
    const millis = performance.now() - began
    if (ids.length === 0 || open.length === 0 || millis > settleMillis) return millis
    await sleep(200)
  }
}

/** How scans stand that did not end: in the database, and in a queue that lies there too. */
async function standingOf(rig: Rig): Promise<string> {
  const { rows } = await sql`
    select id, status, attempt, lapses, now() - rung_at as rung, now() - lease_until as lapsed, now() - created_at as age from scans where status in ('queued', 'running')`.execute(
    rig.db,
  )
  const jobs = await sql`select queue, id, state, processed_by, locked_until_ms from bullmq.job`
    .execute(rig.db)
    .catch(() => null)
  return JSON.stringify({ scans: rows, jobs: jobs?.rows ?? [] })
}

/** By the API's word, as whoever submitted them would count. */
async function count(rig: Rig, acknowledged: ReadonlyMap<number, string>) {
  const counted = {
    completed: 0,
    otherwise: 0,
    open: 0,
    late: 0,
    doubled: 0,
    missing: 0,
    unseen: 0,
    unclaimed: 0,
    reExecuted: 0,
    reExecutions: 0,
    connectionsAtTheLab: rig.lab.connections(),
  }
  const left = [...acknowledged]
  const graceMillis = Number(rig.env['LEASE']) * 1000
  const look = ([n, id]: [number, string], scan: Scan) => {
    const connections = rig.lab.connectionsTo(addressOf(n))
    if (scan.status === 'completed') counted.completed++
    else if (scan.status === 'queued' || scan.status === 'running') counted.open++
    else counted.otherwise++
    if (scan.finishedAt !== null && Date.parse(scan.finishedAt) > Date.parse(scan.deadline) + graceMillis)
      counted.late++
    if (scan.resultCount > 1) counted.doubled++
    if (scan.status === 'completed' && scan.resultCount === 0) counted.missing++
    if (scan.resultCount > connections) counted.unseen++
    if (connections > scan.attempt) counted.unclaimed++
    if (scan.attempt > 1) counted.reExecuted++
    counted.reExecutions += Math.max(0, scan.attempt - 1)
    if (scan.id !== id) throw new Error(`${id} reads as ${scan.id}`)
  }
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      for (let next = left.pop(); next; next = left.pop()) look(next, await rig.read(next[1]))
    }),
  )
  return counted
}
