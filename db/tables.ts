import type { ColumnType, Generated, JSONColumnType } from 'kysely'
import type { Evidence, Verdict } from './model/finding.ts'
import type { Coverage, Progress, RunStatus, ScanStatus } from './model/scan.ts'
import type { Secret } from './model/secret.ts'
import type { TargetKind } from './model/target.ts'

/** Set by the database when the row is made, and never again. */
type CreatedAt = ColumnType<Date, never, never>
/** Comes out wrapped (db/secret-columns.ts). */
type SecretBytes = ColumnType<Secret<Buffer>, Buffer, Buffer>
type Json<Value extends object | null> = JSONColumnType<Value, string, string>

export interface OrganisationsTable {
  id: string
  name: string
  created_at: CreatedAt
}

export interface ApiKeysTable {
  id: string
  organisation_id: string
  name: string
  hash: SecretBytes
  created_at: CreatedAt
}

/** Unique (organisation_id, canonical). */
export interface TargetsTable {
  id: string
  organisation_id: string
  kind: TargetKind
  canonical: string
  display: string
  created_at: CreatedAt
}

export interface ScansTable {
  id: string
  organisation_id: string
  target_id: string
  requested_by: string | null
  request_id: string | null
  status: ScanStatus
  reason: string | null
  attempt: Generated<number>
  lapses: Generated<number>
  lease_until: Date | null
  rung_at: Date | null
  deadline: Date
  version: Generated<number>
  rerun_of: string | null
  created_at: CreatedAt
  started_at: Date | null
  finished_at: Date | null
}

/** Unique (scan_id, scanner). */
export interface ScanRunsTable {
  id: string
  scan_id: string
  scanner: string
  scanner_version: number
  options: Json<object>
  status: RunStatus
  reason: string | null
  detail: string | null
  progress: Json<Progress> | null
  coverage: Json<Coverage> | null
  started_at: Date | null
  finished_at: Date | null
}

/** Inserted, never updated; primary key (scan_id, scanner). */
export interface ResultsTable {
  scan_id: string
  scanner: string
  attempt: number
  result: Json<object>
  created_at: CreatedAt
}

/** Unique (run_id, rule, subject, address). */
export interface ObservationsTable {
  id: Generated<string>
  run_id: string
  rule: string
  address: string | null
  subject: string
  verdict: Verdict
  reason: string | null
  evidence: Json<Evidence> | null
}

/** Unique (target_id, rule, subject). */
export interface FindingsTable {
  id: string
  organisation_id: string
  target_id: string
  rule: string
  subject: string
  addresses: Generated<string[]>
  state: 'open' | 'fixed' | 'regressed'
  decision: Generated<'none' | 'accepted' | 'false-positive'>
  decided_until: Date | null
  decided_reason: string | null
  opened_at: CreatedAt
  last_confirmed_at: Date | null
}

/** A scan's history: one row for each of its versions. */
export interface ScanEventsTable {
  scan_id: string
  version: number
  kind: string
  scanner: string | null
  at: CreatedAt
}

export interface IdempotencyKeysTable {
  organisation_id: string
  credential_id: string
  key: string
  scan_id: string
  created_at: CreatedAt
}

/** At most one of a purpose is not retired. */
export interface KeysTable {
  id: string
  purpose: string
  sealed: SecretBytes
  created_at: CreatedAt
  retired_at: Date | null
}

export interface Tables {
  organisations: OrganisationsTable
  api_keys: ApiKeysTable
  targets: TargetsTable
  scans: ScansTable
  scan_runs: ScanRunsTable
  results: ResultsTable
  observations: ObservationsTable
  findings: FindingsTable
  scan_events: ScanEventsTable
  idempotency_keys: IdempotencyKeysTable
  keys: KeysTable
}
