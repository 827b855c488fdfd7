import { type Kysely, sql } from 'kysely'

/** How many scans were asked for, and how they ended, by the hour: what is deleted later was counted before. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // kind: accepted, or a final status.
  `create table scan_counts (
    hour timestamptz not null,
    kind text not null check (kind in ('accepted', 'completed', 'failed', 'cancelled', 'refused')),
    count integer not null,
    primary key (hour, kind)
  )`,
]
