import { type Kysely, sql } from 'kysely'

/** Several requests take their tokens in one statement: how many of them got one. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table rate_limits add column granted integer not null default 0, drop column is_allowed`.execute(db)
}
