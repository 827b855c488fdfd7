import { type Kysely, sql } from 'kysely'

/** Token buckets, each with what was last asked of it. Unlogged: after a crash of the server everybody begins with a full one. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create unlogged table rate_limits (
    key text primary key,
    capacity double precision not null,
    per_second double precision not null,
    cost double precision not null,
    is_allowed boolean not null,
    tokens double precision not null,
    refilled_at timestamptz not null
  )`.execute(db)
}
