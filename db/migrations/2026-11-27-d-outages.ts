import { type Kysely, sql } from 'kysely'

/** What does not answer, so that one cause is told once. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // When something of a watched target last answered.
  'alter table targets add column answered_at timestamptz',
  `create table outages (
    id uuid primary key,
    organisation_id uuid not null references organisations on delete cascade,
    cause text not null check (cause in ('host', 'resolver', 'registry', 'network')),
    -- The target's id, or the top-level domain; empty for a resolver and the network.
    subject text not null,
    began_at timestamptz not null,
    told_at timestamptz not null,
    told_targets uuid[] not null,
    ended_at timestamptz,
    end_told_at timestamptz
  )`,
  'create unique index outages_open on outages (organisation_id, cause, subject) where ended_at is null',
  'create index outages_ended on outages (ended_at) where ended_at is not null and end_told_at is null',
  // Of a watched target: since when each of these gave it no answer. Deleted by the first answer.
  `create table silences (
    target_id uuid not null references targets on delete cascade,
    cause text not null check (cause in ('host', 'resolver', 'registry')),
    organisation_id uuid not null references organisations on delete cascade,
    since timestamptz not null,
    scans integer not null,
    outage_id uuid references outages on delete set null,
    primary key (target_id, cause)
  )`,
  'create index silences_pending on silences (organisation_id) where outage_id is null and scans >= 2',
]
