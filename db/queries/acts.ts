import { sql } from 'kysely'
import { telling } from '../bus.ts'
import type { Db } from '../connect.ts'
import type { ActOutcome } from '../model/act.ts'
import { storable } from './json.ts'

/** One act on many scans at a time, until the caller's transaction ends: of two that retry the same scans one finds them retried. */
export const lockActs = (db: Db) => sql`select pg_advisory_xact_lock(hashtextextended('scan-acts', 0))`.execute(db)

export interface ActedScan {
  readonly scanId: string
  /** `done`, or why not. */
  readonly outcome: string
  readonly madeId: string | null
}

export async function saveAct(
  db: Db,
  { id, act, done, skipped, next }: ActOutcome,
  by: { readonly kind: string; readonly id: string },
  scans: readonly ActedScan[],
): Promise<void> {
  await db
    .insertInto('acts')
    .values({ id, act, by_kind: by.kind, by_id: by.id, outcome: storable({ done, skipped, next }) })
    .execute()
  if (scans.length === 0) return
  await db
    .insertInto('act_scans')
    .values(scans.map(({ scanId, outcome, madeId }) => ({ act_id: id, scan_id: scanId, outcome, made_id: madeId })))
    .execute()
}

/** What an act came to. */
export async function findAct(db: Db, id: string): Promise<ActOutcome> {
  const { outcome, ...act } = await db
    .selectFrom('acts')
    .select(['id', 'act', 'outcome'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return { ...act, ...outcome }
}

/** Whose a scan is, and where it waits. */
export const ownersOf = (db: Db, ids: readonly string[]) =>
  db
    .selectFrom('scans')
    .select(['id', 'organisation_id as organisationId', 'lane'])
    .where('id', 'in', ids)
    .orderBy('created_at')
    .orderBy('id')
    .execute()

/** Puts scans that wait into the first lane; those that do not wait any more are left out. */
export async function prioritise(db: Db, ids: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    with lifted as (
      update scans set lane = 0, version = version + 1
      where id = any(${ids}::uuid[]) and status = 'queued' and lane > 0 and cancel_asked_at is null
      returning id, version
    ), event as (
      insert into scan_events (scan_id, version, kind) select id, version, 'prioritised' from lifted
    )
    select id, ${telling('scan', sql`id`)} from lifted
  `.execute(db)
  return rows.map(({ id }) => id)
}
