import { sql } from 'kysely'
import type { Db } from '../connect.ts'
import type { MissedReason, TickStatus } from '../model/schedule/schedule.ts'
import { type Schedule, scheduleOf } from './schedules.ts'

/** A schedule that owes a tick, held until the caller's transaction ends, and what the calendar says. Another process that notes ticks takes another one. */
export async function takeDueSchedule(db: Db): Promise<{ schedule: Schedule; nextAt: Date; now: Date } | undefined> {
  const row = await db
    .selectFrom('schedules')
    .selectAll()
    .select(sql<Date>`calendar_now()`.as('now'))
    .where('next_at', '<=', sql<Date>`calendar_now()`)
    .orderBy('next_at')
    .limit(1)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst()
  return row && { schedule: scheduleOf(row), nextAt: row.next_at!, now: row.now }
}

/** Notes a tick once, however often it is said; false where it was noted before. */
export async function noteTick(
  db: Db,
  scheduleId: string,
  dueAt: Date,
  outcome: { readonly status: TickStatus; readonly reason: MissedReason | null },
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('ticks')
    .values({
      schedule_id: scheduleId,
      due_at: dueAt,
      ...outcome,
      ended_at: outcome.status === 'missed' ? sql<Date>`calendar_now()` : null,
    })
    .onConflict((on) => on.doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

export const setNextAt = (db: Db, scheduleId: string, nextAt: Date | null) =>
  db.updateTable('schedules').set({ next_at: nextAt }).where('id', '=', scheduleId).execute()

/** Of the ticks that have not ended, how many wait and how many are under way. */
export async function openTicks(db: Db, scheduleId: string): Promise<{ waiting: number; running: number }> {
  const { rows } = await sql<{ waiting: number; running: number }>`
    select count(*) filter (where status = 'waiting')::int as waiting, count(*) filter (where status = 'running')::int as running
    from ticks where schedule_id = ${scheduleId} and status in ('waiting', 'running')
  `.execute(db)
  return rows[0]!
}

/**
 * Gives a tick its targets, each with its own moment within the spread, which is the same at every tick; one that is run late begins now. They are watched from now on. How many there are.
 */
export async function spreadTargets(db: Db, schedule: Schedule, dueAt: Date): Promise<number> {
  const { numAffectedRows } = await sql`
    insert into tick_scans (schedule_id, due_at, target_id, start_at)
    select ${schedule.id}::uuid, ${dueAt}::timestamptz, target.id,
      greatest(${dueAt}::timestamptz, calendar_now()) + make_interval(secs => (hashtextextended(target.id::text, 0) & 2147483647) % ${schedule.spreadSeconds + 1}::bigint)
    from targets target
    where target.organisation_id = ${schedule.organisationId} and target.archived_at is null
      and (${schedule.targetIds === null && schedule.targetTags === null}
        or target.id = any(${schedule.targetIds ?? []}::uuid[]) or target.tags && ${schedule.targetTags ?? []}::text[])
    on conflict do nothing
  `.execute(db)
  await sql`
    update targets set watched_since = calendar_now() where watched_since is null
      and id in (select target_id from tick_scans where schedule_id = ${schedule.id} and due_at = ${dueAt})
  `.execute(db)
  return Number(numAffectedRows ?? 0)
}

export const endTick = (
  db: Db,
  { scheduleId, dueAt }: { readonly scheduleId: string; readonly dueAt: Date },
  reason: MissedReason,
) =>
  db
    .updateTable('ticks')
    .set({ status: 'missed', reason, ended_at: sql<Date>`calendar_now()` })
    .where('schedule_id', '=', scheduleId)
    .where('due_at', '=', dueAt)
    .execute()

export interface DueScan {
  readonly scheduleId: string
  readonly dueAt: Date
  readonly targetId: string
  readonly organisationId: string
  readonly canonical: string
  readonly isArchived: boolean
  readonly isPaused: boolean
  readonly scanners: object | null
  readonly lateSeconds: number
  /** Calendar time. */
  readonly now: Date
}

/** Targets whose moment has come, the earliest first; nobody holds them. */
export async function dueScans(db: Db, limit: number): Promise<DueScan[]> {
  const { rows } = await sql<DueScan>`
    select one.schedule_id as "scheduleId", one.due_at as "dueAt", one.target_id as "targetId", schedule.organisation_id as "organisationId",
      target.canonical, target.archived_at is not null as "isArchived", schedule.paused_at is not null as "isPaused", schedule.scanners,
      extract(epoch from calendar_now() - one.start_at)::float8 as "lateSeconds", calendar_now() as now
    from tick_scans one
    join schedules schedule on schedule.id = one.schedule_id
    join targets target on target.id = one.target_id
    where one.status = 'waiting' and one.start_at <= calendar_now()
    order by one.start_at limit ${limit}
  `.execute(db)
  return rows
}

type OneScan = Pick<DueScan, 'scheduleId' | 'dueAt' | 'targetId'>

const waiting = (db: Db, { scheduleId, dueAt, targetId }: OneScan) =>
  db
    .updateTable('tick_scans')
    .where('schedule_id', '=', scheduleId)
    .where('due_at', '=', dueAt)
    .where('target_id', '=', targetId)
    .where('status', '=', 'waiting')

/** In the transaction that makes the scan; false where another process was first. */
export async function linkTickScan(db: Db, one: OneScan, scanId: string): Promise<boolean> {
  const { numUpdatedRows } = await waiting(db, one).set({ status: 'made', scan_id: scanId }).executeTakeFirst()
  return numUpdatedRows === 1n
}

export const missTickScan = (db: Db, one: OneScan, reason: string, detail: string | null) =>
  waiting(db, one).set({ status: 'missed', reason, detail }).execute()

/** Ends the ticks of which every target has come to an end. */
export async function endTicks(db: Db): Promise<void> {
  await sql`
    update ticks tick set
      status = case when told.made > 0 then 'ended' else 'missed' end,
      reason = case when told.made > 0 then null when told.reasons = 1 then told.reason else 'several' end,
      detail = case when told.made = 0 and told.reasons = 1 then told.detail end,
      ended_at = calendar_now()
    from (
      select tick.schedule_id, tick.due_at, ended.* from ticks tick cross join lateral (
        select count(*) filter (where one.status = 'made') as made, count(distinct one.reason) as reasons, min(one.reason) as reason, min(one.detail) as detail,
          count(*) filter (where one.status = 'waiting' or scan.status in ('queued', 'running')) as open
        from tick_scans one left join scans scan on scan.id = one.scan_id
        where one.schedule_id = tick.schedule_id and one.due_at = tick.due_at
      ) ended where tick.status = 'running' and ended.open = 0
    ) told
    where tick.schedule_id = told.schedule_id and tick.due_at = told.due_at and tick.status = 'running'
  `.execute(db)
}

/** A tick that waited for the one before, which has ended, held until the caller's transaction ends. */
export async function takeWaitingTick(db: Db): Promise<{ schedule: Schedule; dueAt: Date } | undefined> {
  const row = await db
    .selectFrom('ticks as tick')
    .innerJoin('schedules', 'schedules.id', 'tick.schedule_id')
    .selectAll('schedules')
    .select('tick.due_at')
    .where('tick.status', '=', 'waiting')
    .where(
      sql<boolean>`not exists (select from ticks before where before.schedule_id = tick.schedule_id and before.status = 'running')`,
    )
    .orderBy('tick.due_at')
    .limit(1)
    .forUpdate('tick')
    .skipLocked()
    .executeTakeFirst()
  return row && { schedule: scheduleOf(row), dueAt: row.due_at }
}

export const beginTick = (db: Db, scheduleId: string, dueAt: Date) =>
  db
    .updateTable('ticks')
    .set({ status: 'running' })
    .where('schedule_id', '=', scheduleId)
    .where('due_at', '=', dueAt)
    .where('status', '=', 'waiting')
    .execute()

export interface LastTick {
  readonly scheduleId: string
  readonly dueAt: Date
  readonly status: TickStatus
  readonly reason: string | null
  readonly detail: string | null
  readonly endedAt: Date | null
}

/** The latest tick of each of these schedules that was ever due, one look-up each; the schedules are the organisation's, as whoever asks has read them. */
export async function lastTicks(db: Db, scheduleIds: readonly string[]): Promise<ReadonlyMap<string, LastTick>> {
  const { rows } = await sql<LastTick>`
    select tick.schedule_id as "scheduleId", tick.due_at as "dueAt", tick.status, tick.reason, tick.detail, tick.ended_at as "endedAt"
    from unnest(${scheduleIds}::uuid[]) as schedule (id)
    cross join lateral (select * from ticks where ticks.schedule_id = schedule.id order by due_at desc limit 1) tick
  `.execute(db)
  return new Map(rows.map((row) => [row.scheduleId, row]))
}

export interface TickFilter {
  readonly limit: number
  readonly before: Date | null
  readonly status: TickStatus | null
}

/** What became of each instant that was owed, the latest first. */
export async function listTicks(db: Db, scheduleId: string, { limit, before, status }: TickFilter) {
  const { rows } = await sql<{
    dueAt: Date
    status: TickStatus
    reason: string | null
    detail: string | null
    endedAt: Date | null
    scans: {
      targetId: string
      target: string
      status: string
      reason: string | null
      detail: string | null
      scanId: string | null
    }[]
  }>`
    select tick.due_at as "dueAt", tick.status, tick.reason, tick.detail, tick.ended_at as "endedAt", coalesce(scans.all, '[]') as scans
    from ticks tick left join lateral (
      select jsonb_agg(jsonb_build_object('targetId', one.target_id, 'target', target.display, 'status', coalesce(scan.status, one.status),
        'reason', coalesce(one.reason, scan.reason), 'detail', one.detail, 'scanId', one.scan_id) order by target.display) as all
      from (select * from tick_scans where schedule_id = tick.schedule_id and due_at = tick.due_at limit 100) one
      join targets target on target.id = one.target_id left join scans scan on scan.id = one.scan_id
    ) scans on true
    where tick.schedule_id = ${scheduleId}
      and (${before}::timestamptz is null or tick.due_at < ${before}::timestamptz)
      and (${status}::text is null or tick.status = ${status}::text)
    order by tick.due_at desc limit ${limit}
  `.execute(db)
  return rows
}

export type TickRow = Awaited<ReturnType<typeof listTicks>>[number]
