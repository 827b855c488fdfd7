import { sql } from 'kysely'
import type { Db } from '../connect.ts'
import type { ScanStatus } from '../model/scan.ts'
import { isOfTargetInUse, isWithinReach, type Reach } from './targets.ts'

export interface DayAndUrgency {
  /** `2026-11-27`, in UTC. */
  readonly day: string
  /** 4 for critical, down to 0 for info; as each finding stands now. */
  readonly urgency: number
  /** For the first time or again. */
  readonly opened: number
  readonly regressed: number
  readonly fixed: number
  /** Not fixed at the end of that day. */
  readonly open: number
}

const today = sql`(calendar_now() at time zone 'UTC')::date`
const firstDay = (days: number) => sql`(${today} - ${days - 1}::integer)`
/** So that an index of instants leads it. */
const firstInstant = (days: number) => sql`${firstDay(days)}::timestamp at time zone 'UTC'`

/**
 * What happened to findings day by day, and how many were open each evening: counted back from how they stand now, so that no scan is needed that was deleted. What a new version of a scanner judged anew
 * moves what is open, and is neither opened nor fixed.
 */
export async function findingsByDay(db: Db, reach: Reach, days: number): Promise<DayAndUrgency[]> {
  const { rows } = await sql<DayAndUrgency>`
    with day as (
      select ${firstDay(days)} + n as day, urgency from generate_series(0, ${days - 1}::integer) as n, generate_series(0, 4) as urgency
    ), moved as (
      select (change.at at time zone 'UTC')::date as day, finding.urgency,
        count(*) filter (where change.kind in ('opened', 'regressed')) as opened, count(*) filter (where change.kind = 'regressed') as regressed,
        count(*) filter (where change.kind = 'fixed') as fixed,
        sum(case when change.kind = 'fixed' or change.detail->>'state' = 'fixed' then -1 else 1 end) as more
      from finding_changes change join findings finding on finding.id = change.finding_id
      where change.organisation_id = ${reach.organisationId}::uuid and change.kind in ('opened', 'regressed', 'fixed', 'recalibrated')
        and change.at >= ${firstInstant(days)} and ${isOfTargetInUse(reach, sql`change.target_id`)}
      group by 1, 2
    ), standing as (
      select finding.urgency, count(*) as open from findings finding
      where finding.organisation_id = ${reach.organisationId}::uuid and finding.state <> 'fixed' and ${isOfTargetInUse(reach, sql`finding.target_id`)}
      group by 1
    )
    select to_char(day.day, 'YYYY-MM-DD') as day, day.urgency, coalesce(moved.opened, 0)::integer as opened, coalesce(moved.regressed, 0)::integer as regressed,
      coalesce(moved.fixed, 0)::integer as fixed,
      (coalesce(standing.open, 0) - coalesce(sum(moved.more) over (partition by day.urgency order by day.day desc rows between unbounded preceding and 1 preceding), 0))::integer as open
    from day left join moved using (day, urgency) left join standing using (urgency)
    order by day.day, day.urgency desc
  `.execute(db)
  return rows
}

/** Scans of archived targets ended all the same. */
const isSeen = (reach: Reach) =>
  reach.targetTags === null
    ? sql`true`
    : sql`scan.target_id in (select target.id from targets target where ${isWithinReach(reach)})`

export interface DayOfScans {
  readonly day: string
  readonly status: ScanStatus
  readonly scans: number
}

/** How scans ended day by day, of those that are kept. */
export async function scansByDay(db: Db, reach: Reach, days: number): Promise<DayOfScans[]> {
  const { rows } = await sql<DayOfScans>`
    select to_char(day, 'YYYY-MM-DD') as day, status, scans from (
      select (scan.finished_at at time zone 'UTC')::date as day, scan.status, count(*)::integer as scans from scans scan
      where scan.organisation_id = ${reach.organisationId}::uuid and scan.finished_at is not null and scan.finished_at >= ${firstInstant(days)} and ${isSeen(reach)}
      group by 1, 2
    ) ended
  `.execute(db)
  return rows
}
