import { sql } from 'kysely'
import type { Db } from '../connect.ts'
import type { TargetProof } from '../model/authority.ts'
import type { ScanStatus } from '../model/scan.ts'

/** For a query that has the table `targets as target`: by what it may be asked more than one visit. */
export const proofOf = sql<TargetProof>`case
  when exists (select from proofs where proofs.target_id = target.id and proofs.status = 'holds') then 'proved'
  when exists (select from attestations where attestations.target_id = target.id and attestations.revoked_at is null) then 'attested'
  when exists (select from proofs where proofs.target_id = target.id and proofs.held_at is not null) then 'lapsed'
  else 'none' end`

/** For the same: what the last run of each scanner could not tell. */
export const untoldOf = sql`select checks from untold where untold.target_id = target.id`

export interface TargetStanding {
  readonly id: string
  /** Neither fixed nor decided. */
  readonly open: number
  /** 4 for critical, down to 0 for info; null where nothing is open. */
  readonly urgency: number | null
  readonly notRetested: number
  readonly untold: number
  readonly proof: TargetProof
  readonly scanId: string | null
  readonly scanStatus: ScanStatus | null
  readonly scanAt: Date | null
}

/** How targets stand that the caller was found to reach, in one question. */
export async function standingsOf(
  db: Db,
  organisationId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, TargetStanding>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<TargetStanding>`
    select target.id, finding.*, coalesce((select sum(checks)::integer from (${untoldOf}) untold), 0) as untold, ${proofOf} as proof,
      last.id as "scanId", last.status as "scanStatus", last.created_at as "scanAt"
    from targets target
    cross join lateral (
      select count(*)::integer as open, max(finding.urgency) as urgency,
        count(*) filter (where finding.is_not_retested)::integer as "notRetested"
      from findings finding
      where finding.target_id = target.id and finding.state <> 'fixed' and finding.decision = 'none'
    ) finding
    left join lateral (
      select id, status, created_at from scans where target_id = target.id order by created_at desc, id desc limit 1
    ) last on true
    where target.organisation_id = ${organisationId}::uuid and target.id = any(${[...ids]}::uuid[])
  `.execute(db)
  return new Map(rows.map((row) => [row.id, row]))
}
