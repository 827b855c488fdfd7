import { type Kysely, sql } from 'kysely'

/** What could not be told of each target is known without its scans, which are deleted some day: how much, why, and since when. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // What the last run of a scanner judged, told or not.
  'alter table compared_runs add column checks integer not null default 0',
  // Of the last run of each scanner; since: when that scanner first could not tell it for this reason, and never could in between.
  `create table untold (
    target_id uuid not null references targets on delete cascade,
    scanner text not null,
    reason text not null,
    checks integer not null check (checks > 0),
    since timestamptz not null,
    primary key (target_id, scanner, reason)
  )`,
  // For scans that are still there; a run that judged nothing and did not complete is one that told nothing.
  `with judged as (
    select compared.target_id, compared.scanner, compared.started_at, run.status, run.reason, seen.verdict, seen.reason as untold
    from compared_runs compared
    join scan_runs run on run.scan_id = compared.scan_id and run.scanner = compared.scanner
    left join observations seen on seen.run_id = run.id
  ), counted as (
    update compared_runs compared set checks = (
      select count(*) filter (where judged.verdict is not null or judged.status <> 'completed') from judged
      where judged.target_id = compared.target_id and judged.scanner = compared.scanner
    )
  )
  insert into untold (target_id, scanner, reason, checks, since)
  select target_id, scanner, coalesce(untold, reason, status), count(*), min(started_at) from judged
  where verdict = 'unknown' or (verdict is null and status <> 'completed')
  group by 1, 2, 3`,
]
