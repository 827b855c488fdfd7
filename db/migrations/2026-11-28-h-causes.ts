import { type Kysely, sql } from 'kysely'

/** A mail says which request caused it, and a trace goes on where a worker takes over. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `alter table mails add column request_id text`,
  `alter table mails add column traceparent text`,
  `alter table scans add column traceparent text`,
]
