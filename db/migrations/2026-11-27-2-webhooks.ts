import { type Kysely, sql } from 'kysely'

/** Who is told over HTTP, what is to be told, and what came of each try. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `create table webhooks (
    id uuid primary key,
    organisation_id uuid not null references organisations on delete cascade,
    name text not null default '',
    url text not null,
    events text[] not null,
    made_by uuid references users on delete set null,
    disabled_at timestamptz,
    disabled_reason text,
    failing_since timestamptz,
    resume_at timestamptz,
    rung_at timestamptz,
    busy_until timestamptz,
    created_at timestamptz not null default now()
  )`,
  `create index webhooks_of on webhooks (organisation_id)`,
  // Those without an end sign; one with an end signs beside them until then.
  `create table webhook_secrets (
    id uuid primary key,
    webhook_id uuid not null references webhooks on delete cascade,
    kind text not null,
    secret_sealed bytea not null,
    ends_at timestamptz,
    created_at timestamptz not null default now()
  )`,
  `create index webhook_secrets_of on webhook_secrets (webhook_id)`,
  `create table webhook_events (
    id uuid primary key,
    organisation_id uuid not null references organisations on delete cascade,
    type text not null,
    scan_id uuid,
    batch_id uuid,
    created_at timestamptz not null default now()
  )`,
  `create index webhook_events_old on webhook_events (created_at)`,
  `create table webhook_deliveries (
    id uuid primary key,
    event_id uuid not null references webhook_events on delete cascade,
    webhook_id uuid not null references webhooks on delete cascade,
    status text not null default 'waiting',
    reason text,
    tries integer not null default 0,
    try_after timestamptz not null default now(),
    created_at timestamptz not null default now(),
    ended_at timestamptz,
    unique (event_id, webhook_id)
  )`,
  `create index webhook_deliveries_listed on webhook_deliveries (webhook_id, created_at desc, id desc)`,
  `create index webhook_deliveries_due on webhook_deliveries (webhook_id, try_after) where status = 'waiting'`,
  `create table webhook_attempts (
    delivery_id uuid not null references webhook_deliveries on delete cascade,
    number integer not null,
    at timestamptz not null default now(),
    millis integer not null,
    status_code integer,
    reason text,
    response text not null default '',
    primary key (delivery_id, number)
  )`,
]
