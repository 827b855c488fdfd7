import { type Kysely, sql } from 'kysely'

/** Scans of all organisations can be looked for, and acted on together. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `create index scans_everywhere on scans (created_at desc, id desc)`,
  `create index scans_ended_otherwise_everywhere on scans (status, created_at desc, id desc) include (lane)
    where status in ('failed', 'cancelled', 'refused')`,
  `create index scans_of_reason on scans (reason, created_at desc, id desc) where reason is not null`,
  `create index scans_of_requester on scans (requested_by, created_at desc, id desc)`,
  // The request first, so that it serves one organisation and all.
  `drop index scans_of_request`,
  `create index scans_of_request on scans (request_id, organisation_id) where request_id is not null`,
  `create index sessions_of_user on sessions (user_id)`,
  `create index webhook_deliveries_newest on webhook_deliveries (created_at desc, id desc)`,

  // What two failures of one cause have in common: the words without the target, addresses, ids, ports and measures in them.
  `create function failure_words(detail text, target text) returns text language sql immutable parallel safe as $$
    select left(
      regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
        replace(coalesce(detail, ''), target, '{target}'),
        '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}', '{id}', 'gi'),
        '\\[?\\m(\\d{1,3}(\\.\\d{1,3}){3}\\M|[0-9a-f]{0,4}(:[0-9a-f]{0,4}){3,7})\\]?(:\\d{1,5}\\M)?', '{address}', 'gi'),
        ':\\d{1,5}\\M', ':{port}', 'g'),
        '\\m\\d+(\\.\\d+)?( ?)(ms|s|seconds|bytes|KiB|MiB)\\M', '{n}\\2\\3', 'g'),
        '\\m\\d{4,}\\M', '{n}', 'g'),
      300)
  $$`,
  // By which failures of one cause are asked for.
  `create function failure_cause(scanner text, status text, reason text, words text) returns text language sql immutable parallel safe as $$
    select left(md5(concat_ws(E'\\n', scanner, status, reason, words)), 16)
  $$`,

  // Of a run that failed or told nothing by itself: written when it ends.
  `alter table scan_runs add column cause text`,
  `update scan_runs run set cause = failure_cause(scanner, run.status, run.reason, failure_words(detail, target.canonical))
    from scans scan join targets target on target.id = scan.target_id
    where scan.id = run.scan_id and run.status in ('failed', 'inconclusive') and run.from_run is null and run.finished_at > now() - interval '30 days'`,
  `create index scan_runs_in_trouble on scan_runs (finished_at desc) where cause is not null`,
  `create index scan_runs_of_cause on scan_runs (cause, finished_at desc) where cause is not null`,

  `create table acts (
    id uuid primary key,
    act text not null check (act in ('retry', 'cancel', 'prioritise')),
    by_kind text not null,
    by_id uuid not null,
    outcome jsonb not null,
    at timestamptz not null default now()
  )`,
  // What it came to for each scan; made_id: the scan that a retry made.
  `create table act_scans (
    act_id uuid not null references acts on delete cascade,
    scan_id uuid not null references scans on delete cascade,
    outcome text not null,
    made_id uuid,
    primary key (act_id, scan_id)
  )`,
  `create index act_scans_of_scan on act_scans (scan_id)`,
]
