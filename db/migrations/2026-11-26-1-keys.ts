import { type Kysely, sql } from 'kysely'

/** Keys of ours, each sealed by the master key, which no database holds. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `create table keys (
    id uuid primary key,
    purpose text not null,
    sealed bytea not null,
    created_at timestamptz not null default now(),
    retired_at timestamptz
  )`,
  `create unique index keys_in_use on keys (purpose) where retired_at is null`,
]
