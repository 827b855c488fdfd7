import { type Kysely, sql } from 'kysely'

/** Findings get a life: what is watched, what was told of each finding, who decided what, and every change as a row. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // Of a target that nobody watches, observations stay with their scan.
  'alter table targets add column watched_since timestamptz',

  `alter table findings
    add column fingerprint text not null,
    add column scanner text not null,
    add column severity text not null,
    add column severity_reason text,
    add column evidence jsonb,
    add column streak integer not null default 1,
    add column told text not null default 'nothing' check (told in ('nothing', 'open', 'fixed')),
    add column last_asked_at timestamptz not null,
    add column last_scan_id uuid,
    add column changed_at timestamptz not null,
    add column decided_at timestamptz,
    add column decided_by_kind text,
    add column decided_by uuid,
    add column rule_severity text not null`,
  'alter table findings alter column opened_at drop default',
  'create unique index findings_fingerprint on findings (organisation_id, fingerprint)',
  `alter table findings add column urgency integer not null
    generated always as (case severity when 'critical' then 4 when 'high' then 3 when 'medium' then 2 when 'low' then 1 else 0 end) stored`,
  'create index findings_by_urgency on findings (organisation_id, urgency desc, changed_at desc, id desc)',
  'create index findings_by_change on findings (organisation_id, changed_at desc, id desc)',
  'create index findings_target on findings (target_id, scanner)',

  // Inserted, never updated.
  `create table finding_changes (
    id uuid primary key,
    finding_id uuid not null references findings on delete cascade,
    organisation_id uuid not null references organisations on delete cascade,
    target_id uuid not null references targets on delete cascade,
    at timestamptz not null,
    kind text not null check (kind in ('opened', 'fixed', 'regressed', 'recalibrated', 'confirmed', 'accepted', 'false-positive', 'reopened', 'severity')),
    is_told boolean not null,
    scan_id uuid,
    by_kind text,
    by_id uuid,
    detail jsonb
  )`,
  'create index finding_changes_finding on finding_changes (finding_id, at)',
  'create index finding_changes_target on finding_changes (target_id, at desc, id desc)',

  // The last run of each scanner at each target that findings were compared with.
  `create table compared_runs (
    target_id uuid not null references targets on delete cascade,
    scanner text not null,
    scanner_version integer not null,
    started_at timestamptz not null,
    scan_id uuid not null,
    primary key (target_id, scanner)
  )`,
]
