import { type Kysely, sql } from 'kysely'

/** Runs that a scan took over from an earlier one, and which one that was: the run that really asked, and its scan. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(`alter table scan_runs add column from_run uuid, add column from_scan uuid`).execute(db)
}
