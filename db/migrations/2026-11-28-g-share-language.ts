import { type Kysely, sql } from 'kysely'

/** A shared report keeps the language in which it was shared. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table shares add column language text not null default 'en'`.execute(db)
}
