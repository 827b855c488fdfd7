import { sql } from 'kysely'
import type { Db } from '../connect.ts'
import { isOfTargetInUse, type Reach } from './targets.ts'

export interface DayOfFindings {
  /** `2026-11-27`, in UTC. */
  readonly day: string
  /** For the first time or again. */
  readonly opened: number
  readonly fixed: number
  /** Not fixed at the end of that day. */
  readonly open: number
}

/**
 * What happened to findings day by day, and how many were open each evening: counted back from how they stand now, so that no scan is needed that was deleted. What a new version of a scanner judged anew
 * moves what is open, and is neither opened nor fixed.
 */
export async function findingsByDay(db: Db, reach: Reach, days: number): Promise<DayOfFindings[]> {
  const firstDay = sql`((calendar_now() at time zone 'UTC')::date - ${days - 1}::integer)`
  const isMeant = sql`change.organisation_id = ${reach.organisationId}::uuid and change.at >= ${firstDay}::timestamp at time zone 'UTC' and ${isOfTargetInUse(reach, sql`change.target_id`)}`
  // Rows that were judged anew are few, and have an index of their own: of the others an index alone tells all that is asked.
  const { rows } = await sql<DayOfFindings>`
    with day as (
      select ${firstDay} + n as day from generate_series(0, ${days - 1}::integer) as n
    ), happened as (
      select (change.at at time zone 'UTC')::date as day, count(*) filter (where change.kind <> 'fixed') as opened, count(*) filter (where change.kind = 'fixed') as fixed, 0 as anew
      from finding_changes change where change.kind in ('opened', 'regressed', 'fixed') and ${isMeant} group by 1
      union all
      select (change.at at time zone 'UTC')::date, 0, 0, sum(case when change.detail->>'state' = 'fixed' then -1 else 1 end)
      from finding_changes change where change.kind = 'recalibrated' and ${isMeant} group by 1
    ), moved as (
      select day, sum(opened) as opened, sum(fixed) as fixed, sum(opened - fixed + anew) as more from happened group by day
    ), standing as (
      select count(*) as open from findings finding
      where finding.organisation_id = ${reach.organisationId}::uuid and finding.state <> 'fixed' and ${isOfTargetInUse(reach, sql`finding.target_id`)}
    )
    select to_char(day.day, 'YYYY-MM-DD') as day, coalesce(moved.opened, 0)::integer as opened, coalesce(moved.fixed, 0)::integer as fixed,
      (standing.open - coalesce(sum(moved.more) over (order by day.day desc rows between unbounded preceding and 1 preceding), 0))::integer as open
    from day left join moved using (day) cross join standing
    order by day.day
  `.execute(db)
  return rows
}
