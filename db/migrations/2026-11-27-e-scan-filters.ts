import { type Kysely, sql } from 'kysely'

/** Scans can be asked for by how they ended and by the request that made them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // Of the rare ones alone: those that are open have an index, and completed ones are found among the newest.
  `create index scans_ended_otherwise on scans (organisation_id, status, created_at desc, id desc) where status in ('failed', 'cancelled', 'refused')`,
  `create index scans_of_request on scans (organisation_id, request_id) where request_id is not null`,
]
