import { type Kysely, sql } from 'kysely'

/** What is scanned again and again, every instant at which it was due with what came of it, and when nothing may begin. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `create table schedules (
    id uuid primary key,
    organisation_id uuid not null references organisations on delete cascade,
    name text not null default '',
    cron text,
    every_seconds integer,
    zone text not null,
    anchor timestamptz not null,
    target_ids uuid[],
    target_tags text[],
    scanners jsonb,
    overlap text not null check (overlap in ('skip', 'queue')),
    catch_up text not null check (catch_up in ('once', 'none')),
    spread_seconds integer not null default 0,
    paused_at timestamptz,
    paused_reason text,
    next_at timestamptz,
    made_by uuid,
    created_at timestamptz not null default calendar_now(),
    check ((cron is null) <> (every_seconds is null))
  )`,
  'create index schedules_due on schedules (next_at) where next_at is not null',
  'create index schedules_organisation on schedules (organisation_id, id)',

  // One row for each instant that was ever owed: two who note it at once note it once.
  `create table ticks (
    schedule_id uuid not null references schedules on delete cascade,
    due_at timestamptz not null,
    status text not null check (status in ('waiting', 'running', 'ended', 'missed')),
    reason text,
    detail text,
    noted_at timestamptz not null default calendar_now(),
    ended_at timestamptz,
    primary key (schedule_id, due_at),
    check ((status = 'missed') = (reason is not null))
  )`,
  "create index ticks_open on ticks (schedule_id, due_at) where status in ('waiting', 'running')",

  `create table tick_scans (
    schedule_id uuid not null,
    due_at timestamptz not null,
    target_id uuid not null references targets on delete cascade,
    start_at timestamptz not null,
    status text not null default 'waiting' check (status in ('waiting', 'made', 'missed')),
    reason text,
    detail text,
    scan_id uuid,
    primary key (schedule_id, due_at, target_id),
    foreign key (schedule_id, due_at) references ticks on delete cascade,
    check ((status = 'missed') = (reason is not null)),
    check ((status = 'made') = (scan_id is not null))
  )`,
  "create index tick_scans_waiting on tick_scans (start_at) where status = 'waiting'",
  'create index tick_scans_target on tick_scans (target_id, due_at)',
  'create index tick_scans_scan on tick_scans (scan_id) where scan_id is not null',

  `create table blackouts (
    id uuid primary key,
    organisation_id uuid not null references organisations on delete cascade,
    target_id uuid references targets on delete cascade,
    name text not null default '',
    note text not null default '',
    starts_at timestamptz,
    ends_at timestamptz,
    cron text,
    zone text,
    minutes integer,
    running text not null check (running in ('finish', 'pause')),
    created_at timestamptz not null default calendar_now(),
    check ((starts_at is null) = (ends_at is null) and (cron is null) = (zone is null) and (cron is null) = (minutes is null) and (cron is null) <> (starts_at is null))
  )`,
  'create index blackouts_organisation on blackouts (organisation_id, id)',
]
