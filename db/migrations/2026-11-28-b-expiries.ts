import { type Kysely, sql } from 'kysely'

/** What ends has a beginning, and somebody who issued it; both are filled in by the next scan that sees it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table expiries add column began_at timestamptz, add column issuer text`.execute(db)
}
