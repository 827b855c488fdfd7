import { type Kysely, sql } from 'kysely'

/** What an organisation knows of its targets, by what right they are touched, who must not be touched at all, and the switch for outward packets. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // connections_per_second, open_connections: more than the usual, where the owner says so.
  `alter table targets
    add column name text not null default '',
    add column tags text[] not null default '{}',
    add column owner_contact text not null default '',
    add column note text not null default '',
    add column connections_per_second integer,
    add column open_connections integer,
    add column archived_at timestamptz,
    add column updated_at timestamptz not null default now()`,
  `create index targets_in_order on targets (organisation_id, id desc)`,
  `create index targets_tagged on targets using gin (tags)`,

  // token is public once its owner has published it; what it proves is whose it is. detail: what the last check saw.
  `create table proofs (
    id uuid primary key,
    organisation_id uuid not null references organisations on delete cascade,
    target_id uuid not null references targets on delete cascade,
    kind text not null check (kind in ('dns-txt', 'http-file', 'ptr')),
    token text not null unique,
    covers_subdomains boolean not null default false,
    status text not null default 'waiting' check (status in ('waiting', 'holds', 'fails', 'unknown')),
    reason text,
    checked_at timestamptz,
    held_at timestamptz,
    created_at timestamptz not null default now(),
    unique (target_id, kind)
  )`,

  // What was proved of an address on the way of a scan, so that the next one need not ask again.
  `create table address_proofs (
    organisation_id uuid not null references organisations on delete cascade,
    address text not null,
    kind text not null check (kind in ('http-file', 'ptr')),
    name text,
    held_at timestamptz not null,
    primary key (organisation_id, address)
  )`,

  // Somebody who runs the instance states authority in place of a proof; it is never shown as one.
  `create table attestations (
    id uuid primary key,
    organisation_id uuid not null references organisations on delete cascade,
    target_id uuid not null references targets on delete cascade,
    attested_by jsonb not null,
    sentence text not null,
    created_at timestamptz not null default now(),
    revoked_at timestamptz
  )`,
  `create unique index attestation_in_force on attestations (target_id) where revoked_at is null`,

  `alter table scan_runs
    add column tier text check (tier in ('passive', 'active')),
    add column authority jsonb`,

  // kind name: the name and all below it. token, status: of an opt-out, which its owner proves; an admin's entry holds at once.
  `create table do_not_scan (
    id uuid primary key,
    kind text not null check (kind in ('name', 'range')),
    value text not null,
    reason text not null default '',
    source text not null check (source in ('admin', 'opt-out')),
    token text unique,
    status text not null default 'holds' check (status in ('waiting', 'holds', 'fails', 'unknown')),
    detail text,
    created_by jsonb,
    created_at timestamptz not null default now(),
    checked_at timestamptz
  )`,
  `create index do_not_scan_in_force on do_not_scan (created_at) where status = 'holds'`,

  `create table switches (
    name text primary key,
    is_off boolean not null,
    reason text not null default '',
    moved_by jsonb,
    moved_at timestamptz not null default now()
  )`,

  // Which address was touched by which run: the answer to an abuse mail.
  `create table touches (
    address inet not null,
    run_id uuid not null references scan_runs on delete cascade,
    first_at timestamptz not null,
    last_at timestamptz not null,
    connections integer not null,
    primary key (address, run_id)
  )`,
  `create index touches_of_run on touches (run_id)`,
]
