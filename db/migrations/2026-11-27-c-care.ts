import { type Kysely, sql } from 'kysely'

/** Whom a target's news goes to and from which severity on, how long scans are kept, and what was erased. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `alter table targets add column least_severity text check (least_severity in ('info', 'low', 'medium', 'high', 'critical'))`,
  `alter table alert_routes add column to_target_owner boolean not null default false`,
  `alter table organisations add column keep_scans_days integer check (keep_scans_days between 1 and 3650)`,
  `create index scans_ended_in on scans (organisation_id, finished_at) where finished_at is not null`,
  // What was erased is told by its counts and a digest: who knows the host can show that it was this one, and nobody else can tell.
  `create table erasures (
    id uuid primary key,
    organisation_id uuid not null references organisations on delete cascade,
    target_id uuid not null,
    digest text not null,
    counts jsonb not null,
    by_kind text not null,
    by_id uuid not null,
    at timestamptz not null default calendar_now()
  )`,
  'create index erasures_latest on erasures (organisation_id, at desc, id desc)',
]
