import { sql } from 'kysely'
import type { Db } from '../connect.ts'
import { pausedLanes } from './pauses.ts'

/** Organisations looked at for one turn in each lane, those that wait longest in their lane first by id. */
const organisationsAtMost = 200

/**
 * The id of the scan whose turn it is, locked, as a part of the statement that takes it: the lowest lane first that is not paused, in it the organisation that runs least for its weight,
 * of that the oldest. One look at an index for each organisation that waits, however many scans do.
 */
export const nextScan = (except: readonly string[]) => sql<string>`
  (
    with recursive waiting as (
      select open.lane, first.organisation_id, 1 as number
      from (select lane from unnest('{0,1,2}'::smallint[]) as known (lane) where not lane = any(${pausedLanes})) open, lateral (
        select organisation_id from scans where status = 'queued' and lane = open.lane order by organisation_id limit 1
      ) first
      union all
      select waiting.lane, next.organisation_id, waiting.number + 1
      from waiting, lateral (
        select organisation_id from scans
        where status = 'queued' and lane = waiting.lane and organisation_id > waiting.organisation_id
        order by organisation_id limit 1
      ) next
      where waiting.number < ${organisationsAtMost}
    ), ranked as (
      select waiting.lane, waiting.organisation_id,
        (select count(*) from scans where status = 'running' and organisation_id = waiting.organisation_id)::float8 / organisation.weight as share
      from waiting join organisations organisation on organisation.id = waiting.organisation_id
      where waiting.organisation_id != all(${except}::uuid[])
    )
    select first.id from ranked, lateral (
      select id, created_at from scans
      where status = 'queued' and lane = ranked.lane and organisation_id = ranked.organisation_id
        and deadline > now() and cancel_asked_at is null and (paused_until is null or paused_until <= calendar_now())
      order by created_at, id limit 1 for update skip locked
    ) first
    order by ranked.lane, ranked.share, first.created_at limit 1
  )`

/** How many of an organisation's scans wait, counted up to the limit. */
export async function countWaiting(db: Db, organisationId: string, limit: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from (
      select from scans where status = 'queued' and lane = any('{0,1,2}') and organisation_id = ${organisationId} limit ${limit}
    ) waiting
  `.execute(db)
  return rows[0]?.count ?? 0
}
