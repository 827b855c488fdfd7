import { type Kysely, sql } from 'kysely'

/** Whose turn it is: lanes before each other, organisations side by side by weight. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `alter table organisations add column weight integer not null default 1 check (weight between 1 and 100)`,
  // 0 interactive, 1 scheduled, 2 bulk.
  `alter table scans add column lane smallint not null default 0 check (lane between 0 and 2)`,
  `create index scans_waiting on scans (lane, organisation_id, created_at, id) where status = 'queued'`,
  `create index scans_running on scans (organisation_id) where status = 'running'`,
]
