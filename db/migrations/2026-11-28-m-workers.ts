import { type Kysely, sql } from 'kysely'

/** Workers are known by their heartbeats, a queue can be paused, and a scan's history says who had it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `create table workers (
    id uuid primary key,
    host text not null,
    pid integer not null,
    version text not null,
    queue text not null check (queue in ('postgres', 'redis')),
    concurrency integer not null,
    memory_bytes bigint not null,
    started_at timestamptz not null default now(),
    seen_at timestamptz not null default now(),
    drain_asked_at timestamptz,
    drain_reason text,
    drain_asked_by uuid,
    -- What the worker itself says: it has heard of it.
    is_draining boolean not null default false,
    check ((drain_asked_at is null) = (drain_reason is null))
  )`,
  `create table queue_pauses (
    queue text primary key check (queue in ('scans-interactive', 'scans-scheduled', 'scans-bulk', 'mail', 'alerts', 'batches')),
    reason text not null,
    paused_by uuid,
    paused_at timestamptz not null default now()
  )`,
  // put_off_until: the deadline has been put off by the time up to here, since the scan's queue is paused.
  `alter table scans add column worker_id uuid, add column lapsed_at timestamptz, add column put_off_until timestamptz`,
  `alter table scan_events add column attempt integer, add column worker_id uuid, add column lapsed_at timestamptz`,
  // What a worker wanted to write when the scan was another attempt's. Beside the history, since a final scan has no further version.
  `create table fenced_writes (
    scan_id uuid not null references scans on delete cascade,
    attempt integer not null,
    worker_id uuid,
    at timestamptz not null default now(),
    primary key (scan_id, attempt)
  )`,
]
