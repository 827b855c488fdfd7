import { sql } from 'kysely'
import type { Db } from '../connect.ts'
import type { Severity } from '../model/finding.ts'
import { isWithinReach, type Reach } from './targets.ts'

/** When a member last looked at the overview; null for never. */
export async function lookedAt(db: Db, organisationId: string, userId: string): Promise<Date | null> {
  const row = await db
    .selectFrom('memberships')
    .select('looked_at as at')
    .where('organisation_id', '=', organisationId)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return row?.at ?? null
}

export const noteLooked = (db: Db, organisationId: string, userId: string) =>
  db
    .updateTable('memberships')
    .set({ looked_at: sql<Date>`calendar_now()` })
    .where('organisation_id', '=', organisationId)
    .where('user_id', '=', userId)
    .execute()

/** Findings to which something happened since, by what, and the worst of them. */
export async function changesSince(db: Db, reach: Reach, since: Date) {
  const { rows } = await sql<{ kind: 'opened' | 'regressed' | 'fixed'; findings: number; urgency: number }>`
    select change.kind, count(distinct change.finding_id)::integer as findings, max(finding.urgency) as urgency
    from finding_changes change
    join findings finding on finding.id = change.finding_id
    join targets target on target.id = change.target_id
    where change.organisation_id = ${reach.organisationId}::uuid and change.at > ${since} and change.kind in ('opened', 'regressed', 'fixed')
      and ${isWithinReach(reach)}
    group by change.kind
  `.execute(db)
  return rows
}

/** What is not fixed and not decided, by severity; how much of it the last scan could not tell again. */
export async function standingBySeverity(db: Db, reach: Reach) {
  const { rows } = await sql<{ severity: Severity; findings: number; notRetested: number }>`
    select finding.severity, count(*)::integer as findings,
      count(*) filter (where coalesce(compared.scan_id <> finding.last_scan_id, false))::integer as "notRetested"
    from findings finding
    join targets target on target.id = finding.target_id and target.archived_at is null
    left join compared_runs compared on compared.target_id = finding.target_id and compared.scanner = finding.scanner
    where finding.organisation_id = ${reach.organisationId}::uuid and finding.state <> 'fixed' and finding.decision = 'none' and ${isWithinReach(reach)}
    group by finding.severity
  `.execute(db)
  return rows
}

export interface Untold {
  readonly reason: string
  readonly scanner: string
  readonly checks: number
  readonly targets: number
  /** Of the scan that could not tell it, the oldest. */
  readonly since: Date
}

/** Checks that the latest run of each scanner at each watched target could not tell, by their cause. */
export async function untoldChecks(db: Db, reach: Reach): Promise<Untold[]> {
  const { rows } = await sql<Untold>`
    select compared.scanner, coalesce(seen.reason, 'internal') as reason, count(*)::integer as checks, count(distinct target.id)::integer as targets,
      min(compared.started_at) as since
    from targets target
    join compared_runs compared on compared.target_id = target.id
    join scan_runs run on run.scan_id = compared.scan_id and run.scanner = compared.scanner
    join observations seen on seen.run_id = run.id and seen.verdict = 'unknown'
    where target.watched_since is not null and target.archived_at is null and ${isWithinReach(reach)}
    group by compared.scanner, coalesce(seen.reason, 'internal')
    order by checks desc
  `.execute(db)
  return rows
}

/** Targets that are watched, and of these which are proved or stated; scans that wait and run. */
export async function countsNow(db: Db, reach: Reach) {
  const { rows } = await sql<{ watched: number; proved: number; attested: number; waiting: number; running: number }>`
    select
      count(*)::integer as watched,
      count(*) filter (where exists (select from proofs proof where proof.target_id = target.id and proof.status = 'holds'))::integer as proved,
      count(*) filter (where exists (select from attestations where attestations.target_id = target.id and attestations.revoked_at is null))::integer as attested,
      (select count(*)::integer from scans where organisation_id = ${reach.organisationId}::uuid and status = 'queued') as waiting,
      (select count(*)::integer from scans where organisation_id = ${reach.organisationId}::uuid and status = 'running') as running
    from targets target
    where target.watched_since is not null and target.archived_at is null and ${isWithinReach(reach)}
  `.execute(db)
  return rows[0]!
}

export interface DayOfFindings {
  /** `2026-11-27`, in UTC. */
  readonly day: string
  readonly opened: number
  readonly fixed: number
  /** Not fixed at the end of that day. */
  readonly open: number
}

/** Findings opened (for the first time or again) and fixed, day by day, and how many were open each evening: counted back from how they stand now. */
export async function findingsByDay(db: Db, reach: Reach, days: number): Promise<DayOfFindings[]> {
  const { rows } = await sql<DayOfFindings>`
    with day as (
      select generate_series(date_trunc('day', calendar_now() at time zone 'UTC') - make_interval(days => ${days - 1}), date_trunc('day', calendar_now() at time zone 'UTC'), '1 day') as day
    ), moved as (
      select date_trunc('day', change.at at time zone 'UTC') as day,
        count(*) filter (where change.kind in ('opened', 'regressed'))::integer as opened, count(*) filter (where change.kind = 'fixed')::integer as fixed
      from finding_changes change join targets target on target.id = change.target_id
      where change.organisation_id = ${reach.organisationId}::uuid and change.kind in ('opened', 'regressed', 'fixed')
        and change.at >= (select min(day) from day) at time zone 'UTC' and ${isWithinReach(reach)}
      group by 1
    ), standing as (
      select count(*)::integer as open from findings finding join targets target on target.id = finding.target_id
      where finding.organisation_id = ${reach.organisationId}::uuid and finding.state <> 'fixed' and ${isWithinReach(reach)}
    )
    select to_char(day.day, 'YYYY-MM-DD') as day, coalesce(moved.opened, 0) as opened, coalesce(moved.fixed, 0) as fixed,
      (standing.open - coalesce(sum(coalesce(moved.opened, 0) - coalesce(moved.fixed, 0)) over (order by day.day desc rows between unbounded preceding and 1 preceding), 0))::integer as open
    from day left join moved on moved.day = day.day cross join standing
    order by day.day
  `.execute(db)
  return rows
}
