import { type Kysely, sql } from 'kysely'

/** Reports that outsiders may see by a link, and who looked. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `create table shares (
    id uuid primary key,
    organisation_id uuid not null references organisations on delete cascade,
    target_id uuid references targets on delete cascade,
    scan_id uuid references scans on delete cascade,
    name text not null default '',
    token_hash bytea not null unique,
    password_hash text,
    hides_evidence boolean not null,
    has_badge boolean not null,
    expires_at timestamptz not null,
    revoked_at timestamptz,
    made_by_kind text not null,
    made_by uuid not null,
    created_at timestamptz not null default calendar_now(),
    check ((target_id is null) <> (scan_id is null))
  )`,
  'create index shares_organisation on shares (organisation_id, id)',
  `create table share_views (
    id uuid primary key,
    share_id uuid not null references shares on delete cascade,
    at timestamptz not null default calendar_now(),
    client text not null,
    outcome text not null check (outcome in ('shown', 'wrong-password', 'over'))
  )`,
  'create index share_views_share on share_views (share_id, at desc)',
]
