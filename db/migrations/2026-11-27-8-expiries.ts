import { type Kysely, sql } from 'kysely'

/** What ends on a day that is known, and of which people were reminded how many days before. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // One row for each end that was ever shown: where two certificates alternate, neither is reminded of twice.
  `create table expiries (
    target_id uuid not null references targets on delete cascade,
    scanner text not null,
    rule text not null,
    subject text not null,
    expires_at timestamptz not null,
    soon_days integer not null,
    seen_at timestamptz not null,
    reminded_days integer,
    primary key (target_id, scanner, subject, expires_at)
  )`,
  'create index expiries_ends on expiries (expires_at)',
]
