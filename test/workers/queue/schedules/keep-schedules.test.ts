import { beforeEach, describe, expect, test } from 'vitest'
import { sql } from 'kysely'
import { nextInstant } from '#db/model/schedule/instants.ts'
import { parseTarget } from '#db/model/target.ts'
import { createBlackout } from '#db/queries/blackouts.ts'
import { changeSchedule, createSchedule, findSchedule, type ScheduleFacts } from '#db/queries/schedules.ts'
import { moveOutward } from '#db/queries/switches.ts'
import { addTarget } from '#db/queries/targets.ts'
import { listTicks } from '#db/queries/ticks.ts'
import { useCalendar } from '#test/support/calendar.ts'
import { useDatabase } from '#test/support/use-database.ts'
import type { BeginDeps } from '#workers/queue/begin-scan.ts'
import { createQueueBound } from '#workers/queue/queue-bound.ts'
import { keepSchedules } from '#workers/queue/schedules/keep-schedules.ts'
import { spellingGuard } from '#workers/queue/submit-scan.ts'

const { db, actor } = await useDatabase()
const start = '2026-03-20T00:00:00Z'
const calendar = await useCalendar(db, start)
const { organisationId } = actor

const bugs: unknown[] = []
const deps: BeginDeps = {
  db,
  bell: {
    transactional: true,
    enqueue: async () => {},
    enqueueAll: async () => {},
    ring: async () => {},
    ringAll: async () => {},
  },
  guard: spellingGuard(['127.0.0.0/8']),
  bound: createQueueBound(db, 1000),
  onBug: (error) => void bugs.push(error),
}
const keep = () => keepSchedules(deps)

beforeEach(async () => {
  await sql`truncate schedules, scans, targets, blackouts cascade`.execute(db)
  await calendar.set(start)
  bugs.length = 0
})

const target = async (host: string, facts: object = {}) =>
  (await addTarget(db, organisationId, parseTarget(host), facts)).id

async function schedule(facts: Partial<ScheduleFacts> = {}): Promise<string> {
  const timing = facts.timing ?? { kind: 'cron', cron: '0 2 * * *', zone: 'Europe/Berlin' }
  const id = await createSchedule(db, {
    organisationId,
    madeBy: actor.principal.id,
    name: 'nightly',
    timing,
    targetIds: null,
    targetTags: null,
    scanners: { ports: { ports: '9' } },
    overlap: 'skip',
    catchUp: 'once',
    spreadSeconds: 0,
    nextAt: nextInstant(timing, new Date(start)),
    ...facts,
  })
  return id!
}
const ticksOf = async (id: string) =>
  (await listTicks(db, id, { limit: 100, before: null, status: null }))
    .toReversed()
    .map(({ dueAt, status, reason }) => [dueAt.toISOString().slice(0, 16), status, reason])
const scans = () => db.selectFrom('scans').select(['id', 'target_id', 'lane', 'requested_by', 'status']).execute()
const endScans = () =>
  sql`update scans set status = 'completed', finished_at = now() where status = 'queued'`.execute(db)

test('a tick makes one scan of each target in its own lane, and ends with them', async () => {
  const [one, other] = [await target('127.0.0.1'), await target('127.0.0.2')]
  const id = await schedule()
  await calendar.set('2026-03-20T00:59:59Z')
  await keep()
  expect(await ticksOf(id)).toEqual([])
  await calendar.set('2026-03-20T01:00:01Z')
  await keep()
  await keep()
  expect(await ticksOf(id)).toEqual([['2026-03-20T01:00', 'running', null]])
  const made = await scans()
  expect(made.map(({ target_id }) => target_id).toSorted()).toEqual([one, other].toSorted())
  expect(made.every(({ lane, requested_by }) => lane === 1 && requested_by === id)).toBe(true)
  await endScans()
  await keep()
  expect(await ticksOf(id)).toEqual([['2026-03-20T01:00', 'ended', null]])
  expect(bugs).toEqual([])
})

test('both changes of the clock are met as the preview says', async () => {
  await target('127.0.0.1')
  const id = await schedule({ timing: { kind: 'cron', cron: '30 2 * * *', zone: 'Europe/Berlin' } })
  for (const at of ['2026-03-28T01:31Z', '2026-03-29T01:01Z', '2026-03-30T00:31Z']) {
    await calendar.set(at)
    await keep()
    await endScans()
  }
  const ran = (await ticksOf(id)).filter(([, status]) => status !== 'missed').map(([due]) => due)
  expect(ran).toEqual(['2026-03-28T01:30', '2026-03-29T01:00', '2026-03-30T00:30'])
})

test('however many processes keep schedules at once, each tick and each scan is there once', async () => {
  for (let n = 1; n <= 20; n++) await target(`127.0.1.${n}`)
  const ids = [await schedule(), await schedule(), await schedule()]
  for (const day of ['21', '22', '23']) {
    await calendar.set(`2026-03-${day}T01:00:10Z`)
    await Promise.all([keep(), keep(), keep(), keep()])
    await endScans()
    await keep()
  }
  for (const id of ids) expect((await ticksOf(id)).filter(([, status]) => status === 'ended')).toHaveLength(3)
  expect(await scans()).toHaveLength(3 * 3 * 20)
})

describe('what was owed while nobody ran schedules', () => {
  test('is caught up once, and the rest is missed, with the reason', async () => {
    await target('127.0.0.1')
    const id = await schedule()
    await calendar.set('2026-03-23T12:00:00Z')
    await keep()
    expect(await ticksOf(id)).toEqual([
      ['2026-03-20T01:00', 'missed', 'down'],
      ['2026-03-21T01:00', 'missed', 'down'],
      ['2026-03-22T01:00', 'missed', 'down'],
      ['2026-03-23T01:00', 'running', null],
    ])
    expect(await scans()).toHaveLength(1)
  })
  test('is all missed where nothing shall be caught up', async () => {
    await target('127.0.0.1')
    const id = await schedule({ catchUp: 'none' })
    await calendar.set('2026-03-21T12:00:00Z')
    await keep()
    expect((await ticksOf(id)).map(([, , reason]) => reason)).toEqual(['down', 'down'])
  })
  test('is noted whole, however long it was', async () => {
    await target('127.0.0.1')
    const timing = { kind: 'every', seconds: 300, anchor: new Date(start), zone: 'UTC' } as const
    const id = await schedule({ timing, nextAt: nextInstant(timing, new Date(start)) })
    await calendar.set('2026-03-22T00:00:00Z')
    await keep()
    const { rows } = await sql<{
      status: string
      count: number
    }>`select status, count(*)::int as count from ticks where schedule_id = ${id} group by 1 order by 1`.execute(db)
    expect(rows).toEqual([
      { status: 'missed', count: 575 },
      { status: 'running', count: 1 },
    ])
  })
})

test('a clock that went back doubles nothing, one that leapt ahead skips nothing silently', async () => {
  await target('127.0.0.1')
  const id = await schedule()
  await calendar.set('2026-03-20T01:00:05Z')
  await keep()
  await endScans()
  await calendar.set('2026-03-19T00:00:00Z')
  await keep()
  await calendar.set('2026-03-20T01:00:30Z')
  await keep()
  expect(await scans()).toHaveLength(1)
  await calendar.set('2026-03-22T01:00:30Z')
  await keep()
  expect((await ticksOf(id)).map(([, status]) => status)).toEqual(['ended', 'missed', 'running'])
})

describe('a tick that does not run says why', () => {
  const tick = async (id: string) => {
    await calendar.set('2026-03-20T01:00:05Z')
    await keep()
    await keep()
    return (await ticksOf(id)).at(-1)
  }
  test('paused, and it runs again after', async () => {
    await target('127.0.0.1')
    const id = await schedule()
    await changeSchedule(db, organisationId, id, { pausedReason: 'moving house' })
    expect(await tick(id)).toEqual(['2026-03-20T01:00', 'missed', 'paused'])
    await changeSchedule(db, organisationId, id, { pausedReason: null })
    await calendar.set('2026-03-21T01:00:05Z')
    await keep()
    expect((await ticksOf(id)).at(-1)).toEqual(['2026-03-21T01:00', 'running', null])
  })
  test('no targets', async () => {
    expect(await tick(await schedule())).toEqual(['2026-03-20T01:00', 'missed', 'no-targets'])
    await target('127.0.0.1', { tags: ['web'] })
    await sql`truncate schedules cascade`.execute(db)
    await calendar.set(start)
    expect(await tick(await schedule({ targetTags: ['mail'] }))).toEqual(['2026-03-20T01:00', 'missed', 'no-targets'])
  })
  test('overlap', async () => {
    await target('127.0.0.1')
    const id = await schedule()
    await tick(id)
    await calendar.set('2026-03-21T01:00:05Z')
    await keep()
    expect((await ticksOf(id)).at(-1)).toEqual(['2026-03-21T01:00', 'missed', 'overlap'])
  })
  test('a window that is open; for one target only it is that target which is left out', async () => {
    const [one, other] = [await target('127.0.0.1'), await target('127.0.0.2')]
    const window = { organisationId, name: 'freeze', note: '', running: 'finish' } as const
    const when = { kind: 'recurring', cron: '0 1 * * *', zone: 'Europe/Berlin', minutes: 120 } as const
    await createBlackout(db, { ...window, targetId: one, when })
    const id = await schedule()
    expect(await tick(id)).toEqual(['2026-03-20T01:00', 'running', null])
    expect((await scans()).map(({ target_id }) => target_id)).toEqual([other])
    await createBlackout(db, { ...window, targetId: null, when })
    await endScans()
    await calendar.set('2026-03-21T01:00:05Z')
    await keep()
    await keep()
    expect((await ticksOf(id)).at(-1)).toEqual(['2026-03-21T01:00', 'missed', 'blackout'])
  })
  test('a target that may not be scanned', async () => {
    await target('10.1.2.3')
    const id = await schedule()
    expect(await tick(id)).toEqual(['2026-03-20T01:00', 'missed', 'private-use'])
  })
  test('the switch that stops all outward packets, after a while', async () => {
    await target('127.0.0.1')
    const id = await schedule()
    await moveOutward(db, { isOff: true, reason: 'fire', movedBy: {} })
    expect(await tick(id)).toEqual(['2026-03-20T01:00', 'running', null])
    await calendar.set('2026-03-20T01:20:00Z')
    await keep()
    await keep()
    expect(await ticksOf(id)).toEqual([['2026-03-20T01:00', 'missed', 'outward-off']])
    await moveOutward(db, { isOff: false, reason: '', movedBy: {} })
  })
})

test('where ticks queue, one waits for the end of the tick before, and no more than one', async () => {
  await target('127.0.0.1')
  const id = await schedule({ overlap: 'queue' })
  for (const day of ['20', '21', '22']) {
    await calendar.set(`2026-03-${day}T01:00:05Z`)
    await keep()
  }
  expect((await ticksOf(id)).map(([, status, reason]) => [status, reason])).toEqual([
    ['running', null],
    ['waiting', null],
    ['missed', 'overlap'],
  ])
  await endScans()
  await keep()
  expect((await ticksOf(id)).map(([, status]) => status)).toEqual(['ended', 'running', 'missed'])
  expect(await scans()).toHaveLength(2)
})

test('a window that lets scans rest does so with those that were there before it opened, until it closes', async () => {
  await target('127.0.0.1')
  await schedule({
    timing: { kind: 'every', seconds: 86_400, anchor: new Date('2026-03-20T00:30:00Z'), zone: 'UTC' },
    nextAt: new Date('2026-03-20T00:30:00Z'),
  })
  await calendar.set('2026-03-20T00:30:05Z')
  await keep()
  await sql`update scans set created_at = '2026-03-20T00:30:05Z'`.execute(db)
  const when = { kind: 'recurring', cron: '0 1 * * *', zone: 'UTC', minutes: 60 } as const
  await createBlackout(db, { organisationId, targetId: null, name: 'backup', note: '', running: 'pause', when })
  await calendar.set('2026-03-20T01:00:10Z')
  await keep()
  await keep()
  const { rows } = await sql`select paused_until from scans`.execute(db)
  expect(rows).toMatchObject([{ paused_until: new Date('2026-03-20T02:00:00Z') }])
  expect(
    (
      await listTicks(db, (await db.selectFrom('schedules').select('id').executeTakeFirstOrThrow()).id, {
        limit: 1,
        before: null,
        status: null,
      })
    )[0],
  ).toMatchObject({ status: 'running' })
  const { rows: events } = await sql`select kind from scan_events order by version`.execute(db)
  expect(events.map((event) => (event as { kind: string }).kind)).toEqual(['queued', 'paused'])
})

test('targets are spread, each at the same moment of every tick', async () => {
  for (let n = 1; n <= 12; n++) await target(`127.0.1.${n}`)
  const id = await schedule({ spreadSeconds: 3600 })
  const moments = async (due: string) => {
    await calendar.set(`${due}:01Z`)
    await keep()
    const rows = await db
      .selectFrom('tick_scans')
      .select(['target_id', 'start_at', 'due_at'])
      .where('schedule_id', '=', id)
      .where('due_at', '=', new Date(`${due}Z`))
      .orderBy('target_id')
      .execute()
    return rows.map(({ start_at }) => Math.round((start_at.getTime() - new Date(`${due}Z`).getTime()) / 1000 - 0.5))
  }
  const first = await moments('2026-03-20T01:00')
  expect(new Set(first).size).toBeGreaterThan(8)
  expect(await scans()).toHaveLength(0)
  await calendar.set('2026-03-20T02:00:05Z')
  await keep()
  expect(await scans()).toHaveLength(12)
  await endScans()
  await keep()
  expect((await moments('2026-03-21T01:00')).map((seconds, i) => Math.abs(seconds - first[i]!) <= 1)).toEqual(
    Array(12).fill(true),
  )
})

test('a schedule that is read again is the one that was made', async () => {
  const id = await schedule({ targetTags: ['web'], spreadSeconds: 60 })
  expect(await findSchedule(db, organisationId, id)).toMatchObject({
    name: 'nightly',
    timing: { kind: 'cron', cron: '0 2 * * *', zone: 'Europe/Berlin' },
    targetTags: ['web'],
    targetIds: null,
    spreadSeconds: 60,
    pausedReason: null,
  })
})
