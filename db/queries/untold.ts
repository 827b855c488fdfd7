import { sql } from 'kysely'
import type { Db } from '../connect.ts'
import { storable } from './json.ts'
import { isWithinReach, type Reach } from './targets.ts'

/** What one run left open, by its reason. */
export interface LeftOpen {
  readonly scanner: string
  readonly untold: ReadonlyMap<string, number>
}

/** Notes what runs could not tell of a target, in place of what those before them could not. What is untold for the same reason keeps since when. */
export async function noteUntold(
  db: Db,
  { targetId, now }: { readonly targetId: string; readonly now: Date },
  runs: readonly LeftOpen[],
): Promise<void> {
  const said = runs.flatMap(({ scanner, untold }) =>
    [...untold].map(([reason, checks]) => ({ scanner, reason, checks })),
  )
  await sql`
    with said as (
      select * from jsonb_to_recordset(${storable(said)}::jsonb) as said (scanner text, reason text, checks integer)
    ), told as (
      delete from untold where target_id = ${targetId}::uuid and scanner = any(${runs.map(({ scanner }) => scanner)}::text[])
        and not exists (select from said where said.scanner = untold.scanner and said.reason = untold.reason)
    )
    insert into untold (target_id, scanner, reason, checks, since) select ${targetId}::uuid, scanner, reason, checks, ${now} from said
    on conflict (target_id, scanner, reason) do update set checks = excluded.checks
  `.execute(db)
}

export interface Untold {
  readonly scanner: string
  readonly reason: string
  readonly checks: number
  readonly targets: number
  /** Since when the first of these targets has not told it. */
  readonly since: Date
}

export interface UntoldInAll {
  readonly checks: number
  /** Told or not: what the last runs judged. */
  readonly ofChecks: number
  readonly targets: number
  readonly since: Date | null
}

/** What the last runs at watched targets could not tell: by cause, the most first, and in all, where each target counts once. */
export async function untoldChecks(
  db: Db,
  reach: Reach,
): Promise<{ readonly causes: Untold[]; readonly inAll: UntoldInAll }> {
  const isWatched = sql`target.watched_since is not null and target.archived_at is null and ${isWithinReach(reach)}`
  const { rows } = await sql<Omit<UntoldInAll, 'ofChecks'> & { scanner: string | null; reason: string | null }>`
    select untold.scanner, untold.reason, coalesce(sum(untold.checks), 0)::integer as checks, count(distinct untold.target_id)::integer as targets, min(untold.since) as since
    from untold join targets target on target.id = untold.target_id where ${isWatched}
    group by grouping sets ((untold.scanner, untold.reason), ()) order by checks desc, untold.scanner, untold.reason
  `.execute(db)
  const { rows: judged } = await sql<{ checks: number }>`
    select coalesce(sum(compared.checks), 0)::integer as checks from compared_runs compared join targets target on target.id = compared.target_id where ${isWatched}
  `.execute(db)
  const { checks, targets, since } = rows.find(({ scanner }) => scanner === null)!
  return {
    causes: rows.filter((row): row is Untold => row.scanner !== null),
    inAll: { checks, targets, since, ofChecks: judged[0]!.checks },
  }
}
