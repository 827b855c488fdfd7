import { type Selectable, sql } from 'kysely'
import type { Db } from '../connect.ts'
import { newId } from '../model/id.ts'
import type { Timing } from '../model/schedule/instants.ts'
import { type CatchUp, type Overlap, schedulesAtMost } from '../model/schedule/schedule.ts'
import type { SchedulesTable } from '../tables.ts'
import { storable } from './json.ts'

export interface Schedule {
  readonly id: string
  readonly organisationId: string
  readonly name: string
  readonly timing: Timing
  /** With neither every target of the organisation. */
  readonly targetIds: readonly string[] | null
  readonly targetTags: readonly string[] | null
  /** Null for every scanner with its defaults. */
  readonly scanners: object | null
  readonly overlap: Overlap
  readonly catchUp: CatchUp
  readonly spreadSeconds: number
  readonly pausedAt: Date | null
  readonly pausedReason: string | null
  readonly nextAt: Date | null
  readonly createdAt: Date
}

export const scheduleOf = (row: Selectable<SchedulesTable>): Schedule => ({
  id: row.id,
  organisationId: row.organisation_id,
  name: row.name,
  timing:
    row.cron === null
      ? { kind: 'every', seconds: row.every_seconds!, anchor: row.anchor, zone: row.zone }
      : { kind: 'cron', cron: row.cron, zone: row.zone },
  targetIds: row.target_ids,
  targetTags: row.target_tags,
  scanners: row.scanners,
  overlap: row.overlap,
  catchUp: row.catch_up,
  spreadSeconds: row.spread_seconds,
  pausedAt: row.paused_at,
  pausedReason: row.paused_reason,
  nextAt: row.next_at,
  createdAt: row.created_at,
})

/** What can be said of a schedule, at its making or later. */
export type ScheduleFacts = Omit<Schedule, 'id' | 'organisationId' | 'pausedAt' | 'createdAt'>

const columnsOf = (facts: Partial<ScheduleFacts>) => ({
  ...(facts.name === undefined ? {} : { name: facts.name }),
  ...(facts.timing === undefined
    ? {}
    : facts.timing.kind === 'cron'
      ? { cron: facts.timing.cron, every_seconds: null, zone: facts.timing.zone }
      : { cron: null, every_seconds: facts.timing.seconds, anchor: facts.timing.anchor, zone: facts.timing.zone }),
  ...(facts.targetIds === undefined ? {} : { target_ids: facts.targetIds === null ? null : [...facts.targetIds] }),
  ...(facts.targetTags === undefined ? {} : { target_tags: facts.targetTags === null ? null : [...facts.targetTags] }),
  ...(facts.scanners === undefined ? {} : { scanners: facts.scanners === null ? null : storable(facts.scanners) }),
  ...(facts.overlap === undefined ? {} : { overlap: facts.overlap }),
  ...(facts.catchUp === undefined ? {} : { catch_up: facts.catchUp }),
  ...(facts.spreadSeconds === undefined ? {} : { spread_seconds: facts.spreadSeconds }),
  ...(facts.nextAt === undefined ? {} : { next_at: facts.nextAt }),
  ...(facts.pausedReason === undefined
    ? {}
    : {
        paused_reason: facts.pausedReason,
        paused_at: facts.pausedReason === null ? null : sql<Date>`coalesce(paused_at, calendar_now())`,
      }),
})

/** Its id; undefined where the organisation has as many as it may. */
export async function createSchedule(
  db: Db,
  {
    organisationId,
    madeBy,
    ...facts
  }: Omit<ScheduleFacts, 'pausedReason'> & {
    readonly organisationId: string
    readonly madeBy: string
  },
): Promise<string | undefined> {
  const { count } = await db
    .selectFrom('schedules')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .where('organisation_id', '=', organisationId)
    .executeTakeFirstOrThrow()
  if (Number(count) >= schedulesAtMost) return undefined
  const id = newId()
  const { overlap, catchUp, timing } = facts
  await db
    .insertInto('schedules')
    .values({
      anchor: sql<Date>`calendar_now()`,
      ...columnsOf(facts),
      id,
      organisation_id: organisationId,
      made_by: madeBy,
      overlap,
      catch_up: catchUp,
      zone: timing.zone,
    })
    .execute()
  return id
}

export async function findSchedule(db: Db, organisationId: string, id: string): Promise<Schedule | undefined> {
  const row = await db
    .selectFrom('schedules')
    .selectAll()
    .where('id', '=', id)
    .where('organisation_id', '=', organisationId)
    .executeTakeFirst()
  return row && scheduleOf(row)
}

/** Newest first, from after the cursor; only those that reach this target, where one is named. */
export async function listSchedules(
  db: Db,
  organisationId: string,
  {
    limit,
    after,
    targetId,
  }: { readonly limit: number; readonly after: string | null; readonly targetId: string | null },
): Promise<Schedule[]> {
  let query = db
    .selectFrom('schedules')
    .selectAll()
    .where('organisation_id', '=', organisationId)
    .orderBy('id', 'desc')
    .limit(limit)
  if (after !== null) query = query.where('id', '<', after)
  if (targetId !== null)
    query = query.where(
      sql<boolean>`(target_ids is null and target_tags is null) or ${targetId}::uuid = any(target_ids) or target_tags && (
        select tags from targets where targets.id = ${targetId}::uuid and targets.organisation_id = schedules.organisation_id)`,
    )
  return (await query.execute()).map(scheduleOf)
}

export async function changeSchedule(
  db: Db,
  organisationId: string,
  id: string,
  facts: Partial<ScheduleFacts>,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('schedules')
    .set({ id, ...columnsOf(facts) })
    .where('id', '=', id)
    .where('organisation_id', '=', organisationId)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

export async function deleteSchedule(db: Db, organisationId: string, id: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('schedules')
    .where('id', '=', id)
    .where('organisation_id', '=', organisationId)
    .executeTakeFirst()
  return numDeletedRows === 1n
}

/** How many of these targets the organisation has. */
export async function countTargets(db: Db, organisationId: string, ids: readonly string[]): Promise<number> {
  if (ids.length === 0) return 0
  const { count } = await db
    .selectFrom('targets')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .where('organisation_id', '=', organisationId)
    .where('id', 'in', [...new Set(ids)])
    .executeTakeFirstOrThrow()
  return Number(count)
}
