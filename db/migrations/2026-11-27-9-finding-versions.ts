import { type Kysely, sql } from 'kysely'

/** Which version of its scanner told a finding last: another one grades it anew. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table findings add column scanner_version integer not null default 0`.execute(db)
}
