import { type Kysely, sql } from 'kysely'

/** The last runs, from which it is told how long the next ones take. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `create index scan_runs_last on scan_runs (finished_at desc) where finished_at is not null and started_at is not null`,
    )
    .execute(db)
}
