import { sql } from 'kysely'
import type { Db } from '../connect.ts'
import type { ScanStatus } from '../model/scan.ts'
import { isWithinReach, type Reach } from './targets.ts'

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

const firstDay = (days: number) =>
  sql`date_trunc('day', calendar_now() at time zone 'UTC') - make_interval(days => ${days - 1})`
const today = sql`date_trunc('day', calendar_now() at time zone 'UTC')`

/**
 * What happened to findings day by day, and how many were open each evening: counted back from how they stand now, so that no scan is needed that was deleted. What a new version of a scanner judged anew
 * moves what is open, and is neither opened nor fixed.
 */
export async function findingsByDay(db: Db, reach: Reach, days: number): Promise<DayAndUrgency[]> {
  const { rows } = await sql<DayAndUrgency>`
    with day as (
      select day, urgency from generate_series(${firstDay(days)}, ${today}, '1 day') as day, generate_series(0, 4) as urgency
    ), moved as (
      select date_trunc('day', change.at at time zone 'UTC') as day, finding.urgency,
        count(*) filter (where change.kind in ('opened', 'regressed')) as opened, count(*) filter (where change.kind = 'regressed') as regressed,
        count(*) filter (where change.kind = 'fixed') as fixed,
        sum(case when change.kind = 'fixed' or change.detail->>'state' = 'fixed' then -1 else 1 end) as more
      from finding_changes change join findings finding on finding.id = change.finding_id
      join targets target on target.id = change.target_id and target.archived_at is null
      where change.organisation_id = ${reach.organisationId}::uuid and change.kind in ('opened', 'regressed', 'fixed', 'recalibrated')
        and change.at >= (${firstDay(days)}) at time zone 'UTC' and ${isWithinReach(reach)}
      group by 1, 2
    ), standing as (
      select finding.urgency, count(*) as open from findings finding join targets target on target.id = finding.target_id and target.archived_at is null
      where finding.organisation_id = ${reach.organisationId}::uuid and finding.state <> 'fixed' and ${isWithinReach(reach)}
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

export interface DayOfScans {
  readonly day: string
  readonly status: ScanStatus
  readonly scans: number
}

/** How scans ended day by day, of those that are kept. */
export async function scansByDay(db: Db, reach: Reach, days: number): Promise<DayOfScans[]> {
  const { rows } = await sql<DayOfScans>`
    select to_char(scan.finished_at at time zone 'UTC', 'YYYY-MM-DD') as day, scan.status, count(*)::integer as scans
    from scans scan join targets target on target.id = scan.target_id
    where scan.organisation_id = ${reach.organisationId}::uuid and scan.finished_at >= (${firstDay(days)}) at time zone 'UTC' and ${isWithinReach(reach)}
    group by 1, 2
  `.execute(db)
  return rows
}
