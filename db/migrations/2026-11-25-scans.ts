import { type Kysely, sql } from 'kysely'

/** What a scan needs: who asked, for what, how it went, what was seen, and what that means. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // Calendar time; a simulation may replace this function, and moves no lease with it.
  `create function calendar_now() returns timestamptz language sql stable as 'select now()'`,

  `create table organisations (
    id uuid primary key,
    name text not null,
    created_at timestamptz not null default now()
  )`,

  `create table api_keys (
    id uuid primary key,
    organisation_id uuid not null references organisations,
    name text not null,
    hash bytea not null unique,
    created_at timestamptz not null default now(),
    unique (organisation_id, name)
  )`,

  `create table targets (
    id uuid primary key,
    organisation_id uuid not null references organisations,
    kind text not null check (kind in ('name', 'address', 'record-name')),
    canonical text not null,
    display text not null,
    created_at timestamptz not null default now(),
    unique (organisation_id, canonical)
  )`,

  // attempt: the fence, it only rises. lapses: leases that ran out, of which eight are too many.
  `create table scans (
    id uuid primary key,
    organisation_id uuid not null references organisations,
    target_id uuid not null references targets,
    requested_by uuid references api_keys,
    request_id text,
    status text not null check (status in ('queued', 'running', 'completed', 'failed', 'cancelled', 'refused')),
    reason text,
    attempt integer not null default 0,
    lapses integer not null default 0,
    lease_until timestamptz,
    rung_at timestamptz,
    deadline timestamptz not null,
    version integer not null default 1,
    rerun_of uuid references scans,
    created_at timestamptz not null default now(),
    started_at timestamptz,
    finished_at timestamptz
  )`,
  `create index scans_newest on scans (organisation_id, created_at desc, id desc)`,
  `create index scans_of_target on scans (target_id, created_at desc, id desc)`,
  `create index scans_open on scans (status, deadline) where status in ('queued', 'running')`,

  `create table scan_runs (
    id uuid primary key,
    scan_id uuid not null references scans on delete cascade,
    scanner text not null,
    scanner_version integer not null,
    options jsonb not null,
    status text not null check (status in ('queued', 'running', 'completed', 'inconclusive', 'failed', 'cancelled', 'refused', 'not-asked')),
    reason text,
    detail text,
    progress jsonb,
    coverage jsonb,
    started_at timestamptz,
    finished_at timestamptz,
    unique (scan_id, scanner)
  )`,

  // Inserted, never updated: a second result of one run is refused by the key.
  `create table results (
    scan_id uuid not null references scans on delete cascade,
    scanner text not null,
    attempt integer not null,
    result jsonb not null,
    created_at timestamptz not null default now(),
    primary key (scan_id, scanner)
  )`,

  `create table observations (
    id bigint generated always as identity primary key,
    run_id uuid not null references scan_runs on delete cascade,
    rule text not null,
    address text,
    subject text not null,
    verdict text not null check (verdict in ('present', 'absent', 'unknown')),
    reason text,
    evidence jsonb,
    check ((verdict = 'unknown') = (reason is not null)),
    unique nulls not distinct (run_id, rule, subject, address)
  )`,

  `create table findings (
    id uuid primary key,
    organisation_id uuid not null references organisations,
    target_id uuid not null references targets,
    rule text not null,
    subject text not null,
    addresses text[] not null default '{}',
    state text not null check (state in ('open', 'fixed', 'regressed')),
    decision text not null default 'none' check (decision in ('none', 'accepted', 'false-positive')),
    decided_until timestamptz,
    decided_reason text,
    opened_at timestamptz not null default now(),
    last_confirmed_at timestamptz,
    unique (target_id, rule, subject)
  )`,

  `create table scan_events (
    scan_id uuid not null references scans on delete cascade,
    version integer not null,
    kind text not null,
    scanner text,
    at timestamptz not null default now(),
    primary key (scan_id, version)
  )`,

  `create table idempotency_keys (
    organisation_id uuid not null references organisations,
    credential_id uuid not null references api_keys,
    key text not null,
    scan_id uuid not null references scans on delete cascade,
    created_at timestamptz not null default now(),
    primary key (organisation_id, credential_id, key)
  )`,
]
