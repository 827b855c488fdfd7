import { type Kysely, sql } from 'kysely'

/** A chore that every process could do is one process' at a time. Unlogged: after a crash all are due at once. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create unlogged table rounds (
    name text primary key,
    began_at timestamptz not null,
    due_at timestamptz not null
  ) with (fillfactor = 50)`.execute(db)
}
