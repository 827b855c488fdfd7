import { type Kysely, sql } from 'kysely'

/** People, what they prove themselves by, where they may act, what is mailed to them, and what is kept of what they did. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // email: the form that is compared. password_hash: null for who signs in by passkey or provider alone.
  `create table users (
    id uuid primary key,
    email text not null unique,
    email_display text not null,
    name text not null default '',
    password_hash text,
    instance_role text check (instance_role in ('instance-admin', 'instance-viewer')),
    state text not null default 'active' check (state in ('active', 'disabled', 'deleted')),
    state_since timestamptz not null default now(),
    created_at timestamptz not null default now()
  )`,

  `create table memberships (
    organisation_id uuid not null references organisations on delete cascade,
    user_id uuid not null references users on delete cascade,
    role text not null check (role in ('owner', 'admin', 'operator', 'viewer')),
    created_at timestamptz not null default now(),
    primary key (organisation_id, user_id)
  )`,
  `create index memberships_of_user on memberships (user_id)`,

  `create table invitations (
    id uuid primary key,
    organisation_id uuid not null references organisations on delete cascade,
    email text not null,
    role text not null check (role in ('owner', 'admin', 'operator', 'viewer')),
    invited_by uuid references users on delete set null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    accepted_at timestamptz,
    revoked_at timestamptz
  )`,
  `create index invitations_of_organisation on invitations (organisation_id, created_at desc)`,

  // A browser that has proved a second factor; its cookie names this row, signed.
  `create table devices (
    id uuid primary key,
    user_id uuid not null references users on delete cascade,
    label text not null,
    created_at timestamptz not null default now(),
    last_seen_at timestamptz not null default now()
  )`,
  `create index devices_of_user on devices (user_id)`,

  // generation: how often the refresh token was exchanged; a token is made of the session, the generation and a key, and stored nowhere.
  `create table sessions (
    id uuid primary key,
    user_id uuid not null references users on delete cascade,
    organisation_id uuid not null references organisations on delete cascade,
    device_id uuid references devices on delete set null,
    name text not null,
    address text,
    is_remembered boolean not null,
    generation integer not null default 1,
    rotated_at timestamptz not null default now(),
    stepped_up_at timestamptz,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    ended_at timestamptz,
    end_reason text
  )`,
  `create index sessions_open on sessions (user_id, created_at desc) where ended_at is null`,

  // A mailed code is made of its row and a key, and stored nowhere. browser_hash: who asked for it.
  `create table challenges (
    id uuid primary key,
    purpose text not null,
    user_id uuid references users on delete cascade,
    email text not null,
    browser_hash bytea,
    facts jsonb not null default '{}',
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    used_at timestamptz
  )`,
  `create index challenges_old on challenges (expires_at)`,

  // Tries and sends for one address, whatever codes it was sent; key_hash blinds it.
  `create table code_budgets (
    key_hash bytea primary key,
    tries integer not null default 0,
    sends integer not null default 0,
    ends_at timestamptz not null
  )`,

  `create table totp_factors (
    user_id uuid primary key references users on delete cascade,
    seed_sealed bytea not null,
    last_step bigint not null default 0,
    created_at timestamptz not null default now(),
    confirmed_at timestamptz
  )`,
  `create table recovery_codes (
    user_id uuid not null references users on delete cascade,
    code_hash bytea not null,
    used_at timestamptz,
    primary key (user_id, code_hash)
  )`,
  `create table passkeys (
    id uuid primary key,
    user_id uuid not null references users on delete cascade,
    credential bytea not null unique,
    public_key bytea not null,
    sign_count bigint not null,
    transports text[] not null,
    name text not null,
    created_at timestamptz not null default now(),
    last_used_at timestamptz
  )`,
  `create index passkeys_of_user on passkeys (user_id)`,
  `create table identities (
    issuer text not null,
    subject text not null,
    user_id uuid not null references users on delete cascade,
    created_at timestamptz not null default now(),
    primary key (issuer, subject)
  )`,

  `create table service_accounts (
    id uuid primary key,
    organisation_id uuid not null references organisations on delete cascade,
    name text not null,
    role text not null check (role in ('admin', 'operator', 'viewer')),
    created_at timestamptz not null default now(),
    disabled_at timestamptz,
    unique (organisation_id, name)
  )`,

  // A key is a person's or a service account's. hint: what a list shows of it. scopes: null for all that the role may.
  `alter table api_keys
    add column user_id uuid,
    add column service_account_id uuid references service_accounts on delete cascade,
    add column hint text not null default '',
    add column scopes text[],
    add column target_tags text[],
    add column source_ranges text[],
    add column expires_at timestamptz,
    add column last_used_at timestamptz,
    add column revoked_at timestamptz,
    drop constraint api_keys_organisation_id_name_key`,
  `insert into service_accounts (id, organisation_id, name, role)
    select gen_random_uuid(), organisation_id, name, 'operator' from api_keys`,
  `update api_keys set service_account_id = account.id from service_accounts account
    where account.organisation_id = api_keys.organisation_id and account.name = api_keys.name`,
  // With the membership goes the key.
  `alter table api_keys
    add check ((user_id is null) <> (service_account_id is null)),
    add foreign key (organisation_id, user_id) references memberships on delete cascade`,
  `create unique index api_keys_live on api_keys (organisation_id, name) where revoked_at is null`,

  // Sessions are credentials too, and both may be gone before what they asked for.
  `alter table scans drop constraint scans_requested_by_fkey`,
  `alter table idempotency_keys drop constraint idempotency_keys_credential_id_fkey`,

  // facts: what the text needs beside its kind, never a code.
  `create table mails (
    id uuid primary key,
    kind text not null,
    recipient text not null,
    challenge_id uuid references challenges on delete cascade,
    facts jsonb not null default '{}',
    status text not null default 'waiting' check (status in ('waiting', 'sent', 'dropped')),
    reason text,
    tries integer not null default 0,
    try_after timestamptz not null default now(),
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    ended_at timestamptz
  )`,
  `create index mails_waiting on mails (try_after) where status = 'waiting'`,

  // Inserted, never changed. personal: name → hash of salt and value; both stand apart, so that erasing them keeps the chain whole.
  `create table audit_entries (
    id uuid primary key,
    at timestamptz not null default clock_timestamp(),
    organisation_id uuid,
    actor jsonb not null,
    action text not null,
    outcome text not null check (outcome in ('done', 'refused')),
    subject jsonb,
    facts jsonb not null default '{}',
    personal jsonb not null default '{}',
    request_id text
  )`,
  `create index audit_in_time on audit_entries (at)`,
  `create index audit_of_organisation on audit_entries (organisation_id, id desc)`,
  `create table audit_values (
    entry_id uuid not null references audit_entries,
    name text not null,
    salt bytea not null,
    value text not null,
    primary key (entry_id, name)
  )`,
  `create table audit_links (
    serial bigint primary key,
    entry_id uuid not null unique references audit_entries,
    link bytea not null,
    sealed_at timestamptz not null default now()
  )`,
]
