import { sql } from 'kysely'
import type { Db } from '../connect.ts'
import { type TargetProof, targetProofs } from '../model/authority.ts'
import type { Severity } from '../model/finding.ts'
import type { OutageCause } from '../model/outage.ts'
import { openStatuses } from '../model/scan.ts'
import { scansWithin } from './scans.ts'
import { proofOf } from './target-standing.ts'
import { isOfTargetInUse, isWithinReach, type Reach } from './targets.ts'

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
    select change.kind, count(*)::integer as findings, max(finding.urgency) as urgency
    from (
      select distinct kind, finding_id from finding_changes
      where organisation_id = ${reach.organisationId}::uuid and at > ${since} and kind in ('opened', 'regressed', 'fixed')
        and ${isOfTargetInUse(reach, sql`target_id`)}
    ) change
    join findings finding on finding.id = change.finding_id
    group by change.kind
  `.execute(db)
  return rows
}

/** What is not fixed and not decided, by severity; how much of it the last scan could not tell again. */
export async function standingBySeverity(db: Db, reach: Reach) {
  const { rows } = await sql<{ severity: Severity; findings: number; notRetested: number }>`
    select finding.severity, count(*)::integer as findings,
      count(*) filter (where finding.is_not_retested)::integer as "notRetested"
    from findings finding
    where finding.organisation_id = ${reach.organisationId}::uuid and finding.state <> 'fixed' and finding.decision = 'none'
      and ${isOfTargetInUse(reach, sql`finding.target_id`)}
    group by finding.severity
  `.execute(db)
  return rows
}

/** Watched targets, by what they may be asked more than one visit; scans that wait and run. */
export async function countsNow(db: Db, reach: Reach) {
  const { rows } = await sql<Record<TargetProof | 'watched', number>>`
    with watched as materialized (
      select ${proofOf} as proof from targets target where target.watched_since is not null and target.archived_at is null and ${isWithinReach(reach)}
    )
    select count(*)::integer as watched, ${sql.join(
      targetProofs.map((proof) => sql`count(*) filter (where proof = ${sql.lit(proof)})::integer as ${sql.ref(proof)}`),
    )} from watched
  `.execute(db)
  const open = await scansWithin(db, reach)
    .where('scan.status', 'in', openStatuses)
    .select(['scan.status', sql<number>`count(*)::integer`.as('scans')])
    .groupBy('scan.status')
    .execute()
  const scans = (asked: string) => open.find(({ status }) => status === asked)?.scans ?? 0
  return { targets: rows[0]!, scans: { waiting: scans('queued'), running: scans('running') } }
}

export interface OpenOutage {
  readonly cause: OutageCause
  /** The target's id, the top-level domain, or nothing. */
  readonly subject: string
  readonly since: Date
  /** Those within reach that are silent of it. */
  readonly targets: number
  /** Of a host: as people write it. */
  readonly display: string | null
}

/** What does not answer, as far as the caller reaches it; what began first in front. */
export async function openOutages(db: Db, reach: Reach): Promise<OpenOutage[]> {
  const { rows } = await sql<OpenOutage>`
    select outage.cause, outage.subject, outage.began_at as since, count(distinct target.id)::integer as targets,
      case when outage.cause = 'host' then min(target.display) end as display
    from outages outage
    join silences silence on silence.outage_id = outage.id
    join targets target on target.id = silence.target_id and ${isWithinReach(reach)}
    where outage.organisation_id = ${reach.organisationId}::uuid and outage.ended_at is null
    group by outage.id order by outage.began_at, outage.id limit ${outagesAtMost}
  `.execute(db)
  return rows
}
const outagesAtMost = 100
