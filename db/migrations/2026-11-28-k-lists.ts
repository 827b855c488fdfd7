import { type Kysely, sql } from 'kysely'

/** Pages list and count a hundred thousand findings at once: what they ask of each stands with it, and an index leads each order. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // The last run of its scanner did not tell it again.
  'alter table findings add column is_not_retested boolean not null default false',
  `update findings finding set is_not_retested = true from compared_runs compared
    where compared.target_id = finding.target_id and compared.scanner = finding.scanner and compared.scan_id <> finding.last_scan_id`,
  'create index findings_by_age on findings (organisation_id, opened_at, id)',
  'create index findings_by_confirmation on findings (organisation_id, coalesce(last_confirmed_at, opened_at), id)',
  // All that counts ask, so that they need not read the evidence.
  'create index findings_counted on findings (organisation_id, target_id, state, decision, urgency, severity, scanner, is_not_retested)',
  // As before, and it tells what happened to which.
  'drop index finding_changes_organisation',
  'create index finding_changes_organisation on finding_changes (organisation_id, at desc) include (kind, finding_id, target_id)',
  "create index finding_changes_anew on finding_changes (organisation_id, at) where kind = 'recalibrated'",
]
