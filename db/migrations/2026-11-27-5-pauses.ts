import { type Kysely, sql } from 'kysely'

/** Until when a scan rests, because a window is open. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table scans add column paused_until timestamptz`.execute(db)
}
