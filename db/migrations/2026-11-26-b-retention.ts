import { type Kysely, sql } from 'kysely'

/** Scans may be deleted when they are old enough; that they were there is remembered. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // Which scan a later one repeats stays true when that one is gone.
  `alter table scans drop constraint scans_rerun_of_fkey`,
  `create index scans_ended on scans (finished_at) where finished_at is not null`,
  `create table gone_scans (
    id uuid primary key,
    organisation_id uuid not null references organisations on delete cascade,
    gone_at timestamptz not null default now()
  )`,
]
