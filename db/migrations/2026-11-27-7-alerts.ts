import { type Kysely, sql } from 'kysely'

/** News, who is to be told of it, and what was sent. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // One for each cause: a scan whose changes are to be told. Written in the transaction in which they came true.
  `create table alerts (
    id uuid primary key,
    organisation_id uuid not null references organisations on delete cascade,
    target_id uuid not null references targets on delete cascade,
    scan_id uuid,
    at timestamptz not null,
    severity text not null,
    changes jsonb not null,
    routed_at timestamptz
  )`,
  'create index alerts_unrouted on alerts (id) where routed_at is null',
  'create index alerts_list on alerts (organisation_id, at desc, id desc)',

  `create table alert_routes (
    id uuid primary key,
    organisation_id uuid not null references organisations on delete cascade,
    name text not null default '',
    target_ids uuid[],
    target_tags text[],
    least_severity text not null,
    webhook_ids uuid[] not null default '{}',
    user_ids uuid[] not null default '{}',
    to_owners boolean not null default false,
    digest_cron text,
    quiet_from text,
    quiet_to text,
    zone text not null default 'UTC',
    is_disabled boolean not null default false,
    created_at timestamptz not null default calendar_now(),
    check ((quiet_from is null) = (quiet_to is null))
  )`,
  'create index alert_routes_organisation on alert_routes (organisation_id, id)',

  // Of an alert and a channel there is one, however many routes lead there.
  `create table alert_messages (
    alert_id uuid not null references alerts on delete cascade,
    organisation_id uuid not null references organisations on delete cascade,
    webhook_id uuid references webhooks on delete cascade,
    user_id uuid references users on delete cascade,
    route_id uuid references alert_routes on delete set null,
    send_after timestamptz not null,
    bundle_id uuid,
    unique nulls not distinct (alert_id, webhook_id, user_id),
    check ((webhook_id is null) <> (user_id is null))
  )`,
  'create index alert_messages_due on alert_messages (send_after) where bundle_id is null',
  'create index alert_messages_bundle on alert_messages (bundle_id) where bundle_id is not null',

  // What one channel was sent at one time.
  `create table alert_bundles (
    id uuid primary key,
    organisation_id uuid not null references organisations on delete cascade,
    webhook_id uuid references webhooks on delete cascade,
    user_id uuid references users on delete cascade,
    mail_id uuid,
    made_at timestamptz not null
  )`,

  `alter table webhooks add column format text not null default 'standard' check (format in ('standard', 'slack', 'json'))`,
  'alter table webhook_events add column bundle_id uuid',
]
