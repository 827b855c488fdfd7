import { type Kysely, sql } from 'kysely'

/** Many scans asked for at once: the upload until it is read, then a row for each line of it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `create table batches (
    id uuid primary key,
    organisation_id uuid not null references organisations on delete cascade,
    principal_kind text not null,
    principal_id uuid not null,
    credential_id uuid not null,
    target_tags text[],
    name text not null default '',
    format text not null,
    options jsonb not null,
    fingerprint bytea,
    is_start_wanted boolean not null default false,
    status text not null,
    reason text,
    detail text,
    ignored_columns text[] not null default '{}',
    window_size integer not null default 32,
    version integer not null default 1,
    rung_at timestamptz,
    fed_until timestamptz,
    cancel_asked_at timestamptz,
    created_at timestamptz not null default now(),
    finished_at timestamptz
  )`,
  `create index batches_listed on batches (organisation_id, id desc)`,
  `create index batches_same on batches (organisation_id, fingerprint)`,
  `create index batches_open on batches (status) where finished_at is null`,
  `create table batch_chunks (
    batch_id uuid not null references batches on delete cascade,
    number integer not null,
    bytes bytea not null,
    primary key (batch_id, number)
  )`,
  `create table batch_rows (
    batch_id uuid not null references batches on delete cascade,
    number integer not null,
    given text not null,
    canonical text,
    display text,
    kind text,
    is_new_target boolean not null default false,
    options jsonb,
    status text not null,
    reason text,
    detail text,
    scan_id uuid,
    is_own_scan boolean not null default false,
    primary key (batch_id, number)
  )`,
  `create index batch_rows_by_status on batch_rows (batch_id, status, number)`,
]
