import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { instantsAfter, nextInstant, type Timing } from '#db/model/schedule/instants.ts'
import { hashApiKey } from '#db/model/api-key.ts'
import { parseTarget } from '#db/model/target.ts'
import { findKeyActor } from '#db/queries/api-keys.ts'
import { createSchedule } from '#db/queries/schedules.ts'
import { addTarget } from '#db/queries/targets.ts'
import { useCalendar } from '#test/support/calendar.ts'
import { openInstance } from '#test/bench/instance.ts'
import { type OwnProcess, startProcess } from '#test/support/processes.ts'
import type { Outcome } from './outcome.ts'
import { randomBy } from './random.ts'

const schedulers = 3
const schedules = 20
const start = new Date('2026-03-01T00:00:00Z')

/** Several processes keep the same schedules while they are killed at random: every owed instant is noted once, and each target of a tick gets one scan. */
export async function ticks({ count, seed }: { count: number; seed: number }): Promise<Outcome> {
  const random = randomBy(seed)
  const instance = await openInstance()
  const { db } = instance
  const running: OwnProcess[] = []
  const keep = (n: number) => {
    running[n] = startProcess('test/chaos/scheduler.ts', { DATABASE_URL: instance.env['DATABASE_URL']! })
  }
  let kills = 0
  try {
    const { actor } = (await findKeyActor(db, hashApiKey(instance.key)))!
    const calendar = await useCalendar(db, start.toISOString())
    const { organisationId } = actor
    for (let n = 1; n <= 3; n++) await addTarget(db, organisationId, parseTarget(`127.0.0.${n}`))
    const timings: Timing[] = Array.from({ length: schedules }, (_, n) =>
      n % 2 === 0
        ? { kind: 'cron', cron: `${n} */2 * * *`, zone: 'Europe/Berlin' }
        : { kind: 'every', seconds: 7200, anchor: new Date(start.getTime() + n * 60_000), zone: 'UTC' },
    )
    const ids: string[] = []
    for (const timing of timings)
      ids.push(
        (await createSchedule(db, {
          organisationId,
          madeBy: actor.principal.id,
          name: '',
          timing,
          targetIds: null,
          targetTags: null,
          scanners: { ports: { ports: '9' } },
          overlap: 'skip',
          catchUp: 'once',
          spreadSeconds: 0,
          nextAt: nextInstant(timing, start),
        }))!,
      )
    for (let n = 0; n < schedulers; n++) keep(n)
    await Promise.all(running.map((one) => one.saying('keeping')))
    let now = start.getTime()
    const owedBy = () => timings.map((timing) => owed(timing, start, new Date(now)))
    const nextOf = () => Math.min(...timings.map((timing) => nextInstant(timing, new Date(now))!.getTime()))
    while (owedBy().flat().length < count) {
      // To the next instant that is owed, or far past many.
      now = random() < 0.03 ? now + 18_000_000 : nextOf() + Math.floor(random() * 30_000)
      await calendar.set(new Date(now).toISOString())
      await sleep(10 + random() * 80)
      if (random() < 0.1) {
        const n = Math.floor(random() * schedulers)
        running[n]!.child.kill('SIGKILL')
        kills++
        keep(n)
      }
      await sql`update scans set status = 'completed', finished_at = now() where status = 'queued'`.execute(db)
    }
    await untilQuiet(async () => {
      await sql`update scans set status = 'completed', finished_at = now() where status = 'queued'`.execute(db)
      const { rows } = await sql<{ open: number }>`
        select (select count(*) from schedules where next_at <= calendar_now())::int + (select count(*) from ticks where status in ('waiting', 'running'))::int as open
      `.execute(db)
      return rows[0]!.open === 0
    })

    const expected = owedBy().flatMap((dues, n) => dues.map((due) => `${ids[n]} ${due.toISOString()}`))
    const noted = await db.selectFrom('ticks').select(['schedule_id', 'due_at', 'status', 'reason']).execute()
    const known = new Map(noted.map((tick) => [`${tick.schedule_id} ${tick.due_at.toISOString()}`, tick]))
    const missing = expected.filter((tick) => !known.has(tick))
    const ran = noted.filter(({ status }) => status === 'ended').length
    const unexplained = noted.filter(({ status, reason }) => status === 'missed' && reason === null).length
    const { rows } = await sql<{ scans: number; linked: number }>`
      select (select count(*) from scans)::int as scans, (select count(distinct scan_id) from tick_scans where status = 'made')::int as linked
    `.execute(db)
    const { scans, linked } = rows[0]!
    return {
      figures: { seed, owed: expected.length, ran, missed: noted.length - ran, scans, kills },
      broken: [
        missing.length > 0 && `${missing.length} ticks are unaccounted for: ${missing.slice(0, 3).join(', ')}`,
        noted.length !== expected.length && `${noted.length} ticks were noted, ${expected.length} were owed`,
        unexplained > 0 && `${unexplained} ticks were missed without a reason`,
        (scans !== linked || scans !== ran * 3) &&
          `${ran} ticks of 3 targets ran, and there are ${scans} scans, ${linked} of them a tick's`,
      ].filter((sentence) => sentence !== false),
      nothing: kills < 10 ? [`only ${kills} processes were killed`] : ran < count / 10 ? [`only ${ran} ticks ran`] : [],
    }
  } finally {
    for (const one of running) one.child.kill('SIGKILL')
    await Promise.all(running.map((one) => one.ended))
    await instance.stop()
  }
}

function owed(timing: Timing, after: Date, until: Date): Date[] {
  const found: Date[] = []
  for (const due of instantsAfter(timing, after)) {
    if (due > until) break
    found.push(due)
  }
  return found
}

async function untilQuiet(isQuiet: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (await isQuiet()) return
    await sleep(50)
  }
}
