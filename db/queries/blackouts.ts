import { type Selectable, sql } from 'kysely'
import type { Db } from '../connect.ts'
import { telling } from '../bus.ts'
import { newId } from '../model/id.ts'
import type { Blackout } from '../model/schedule/blackout.ts'
import { blackoutsAtMost } from '../model/schedule/schedule.ts'
import type { BlackoutsTable } from '../tables.ts'

export interface NotedBlackout extends Blackout {
  readonly note: string
  readonly createdAt: Date
}

const blackoutOf = (row: Selectable<BlackoutsTable>): NotedBlackout => ({
  id: row.id,
  targetId: row.target_id,
  name: row.name,
  note: row.note,
  running: row.running,
  when:
    row.cron === null
      ? { kind: 'once', startsAt: row.starts_at!, endsAt: row.ends_at! }
      : { kind: 'recurring', cron: row.cron, zone: row.zone!, minutes: row.minutes! },
  createdAt: row.created_at,
})

/** All that may still open, the newest first. */
export async function blackoutsOf(db: Db, organisationId: string): Promise<NotedBlackout[]> {
  const rows = await db
    .selectFrom('blackouts')
    .selectAll()
    .where('organisation_id', '=', organisationId)
    .where((is) => is.or([is('ends_at', 'is', null), is('ends_at', '>', sql<Date>`calendar_now()`)]))
    .orderBy('id', 'desc')
    .execute()
  return rows.map(blackoutOf)
}

/** Those that let running scans rest, of every organisation. */
export async function pausingBlackouts(db: Db): Promise<(Blackout & { readonly organisationId: string })[]> {
  const rows = await db
    .selectFrom('blackouts')
    .selectAll()
    .where('running', '=', 'pause')
    .where((is) => is.or([is('ends_at', 'is', null), is('ends_at', '>', sql<Date>`calendar_now()`)]))
    .execute()
  return rows.map((row) => ({ ...blackoutOf(row), organisationId: row.organisation_id }))
}

/** Lets the open scans rest that were there before the window opened, and puts their deadlines off by as long; their workers are told. */
export async function pauseScans(
  db: Db,
  {
    organisationId,
    targetId,
    from,
    until,
  }: { readonly organisationId: string; readonly targetId: string | null; readonly from: Date; readonly until: Date },
): Promise<void> {
  await sql`
    with resting as (
      update scans set paused_until = ${until}, deadline = deadline + (${until} - greatest(coalesce(paused_until, calendar_now()), calendar_now())), version = version + 1
      where organisation_id = ${organisationId} and status in ('queued', 'running') and created_at < ${from}
        and (${targetId}::uuid is null or target_id = ${targetId}::uuid) and (paused_until is null or paused_until < ${until})
      returning id, version
    ), event as (
      insert into scan_events (scan_id, version, kind) select id, version, 'paused' from resting
    )
    select ${telling('pause', sql`resting.id`)}, ${telling('scan', sql`resting.id`)} from resting
  `.execute(db)
}

/** Lets the organisation's scans go on at once; those whose windows are still open are laid to rest again. */
export const resumeScans = (db: Db, organisationId: string) =>
  db
    .updateTable('scans')
    .set({ paused_until: null, rung_at: null })
    .where('organisation_id', '=', organisationId)
    .where('status', '=', 'queued')
    .where('paused_until', '>', sql<Date>`calendar_now()`)
    .execute()

/** Its id; undefined where the organisation has as many as it may. */
export async function createBlackout(
  db: Db,
  {
    organisationId,
    targetId,
    name,
    note,
    running,
    when,
  }: Omit<NotedBlackout, 'id' | 'createdAt'> & { readonly organisationId: string },
): Promise<string | undefined> {
  if ((await blackoutsOf(db, organisationId)).length >= blackoutsAtMost) return undefined
  const id = newId()
  await db
    .insertInto('blackouts')
    .values({
      id,
      organisation_id: organisationId,
      target_id: targetId,
      name,
      note,
      running,
      ...(when.kind === 'once'
        ? { starts_at: when.startsAt, ends_at: when.endsAt }
        : { cron: when.cron, zone: when.zone, minutes: when.minutes }),
    })
    .execute()
  return id
}

export async function deleteBlackout(db: Db, organisationId: string, id: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('blackouts')
    .where('id', '=', id)
    .where('organisation_id', '=', organisationId)
    .executeTakeFirst()
  return numDeletedRows === 1n
}
