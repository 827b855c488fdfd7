import { type Kysely, sql } from 'kysely'

/** A person says in which language Portlight speaks to them; null for the browser's. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table users add column language text check (language in ('en', 'de'))`.execute(db)
}
