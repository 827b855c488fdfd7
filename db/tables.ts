import type { ColumnType, Generated, JSONColumnType } from 'kysely'
import type { Act, ActOutcome } from './model/act.ts'
import type { Actor } from './model/actor.ts'
import type { InstanceRole, OrganisationRole } from './model/role.ts'
import type { AddressProofKind, ProofKind, ProofStatus, RunAuthority, Tier } from './model/authority.ts'
import type { ToldChange, WebhookFormat } from './model/alert.ts'
import type { BatchOptions, BatchStatus, RowStatus } from './model/batch.ts'
import type { DeliveryStatus, WebhookEvent } from './model/webhook.ts'
import type { ErasedCounts } from './model/erasure.ts'
import type { ChangeKind, Decision, Evidence, FindingState, Severity, Verdict } from './model/finding.ts'
import type { OutageCause, SilenceCause } from './model/outage.ts'
import type { PausableQueue } from './model/queue.ts'
import type { Coverage, Progress, RunStatus, ScanStatus } from './model/scan.ts'
import type { CatchUp, Overlap, RunningPolicy, TickStatus } from './model/schedule/schedule.ts'
import type { Secret } from './model/secret.ts'
import type { TargetKind } from './model/target.ts'
import type { Language } from './model/words/language.ts'

/** Set by the database when the row is made, and never again. */
type CreatedAt = ColumnType<Date, never, never>
/** Comes out wrapped (db/secret-columns.ts). */
type SecretBytes = ColumnType<Secret<Buffer>, Buffer, Buffer>
type SecretText = ColumnType<Secret<string>, string, string>
type Json<Value extends object | null> = JSONColumnType<Value, string, string>

export interface OrganisationsTable {
  id: string
  name: string
  created_at: CreatedAt
  weight: Generated<number>
  /** Null for what the instance keeps. */
  keep_scans_days: number | null
}

export interface ApiKeysTable {
  id: string
  organisation_id: string
  name: string
  hash: SecretBytes
  user_id: string | null
  service_account_id: string | null
  hint: Generated<string>
  scopes: string[] | null
  target_tags: string[] | null
  source_ranges: string[] | null
  expires_at: Date | null
  last_used_at: Date | null
  revoked_at: Date | null
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
  name: Generated<string>
  tags: Generated<string[]>
  owner_contact: Generated<string>
  note: Generated<string>
  connections_per_second: number | null
  open_connections: number | null
  archived_at: Date | null
  updated_at: Generated<Date>
  /** Null where nobody watches it: its findings have no life then. */
  watched_since: Date | null
  /** People are told from here on; null for what each route says. */
  least_severity: Severity | null
  /** When something of it last answered, while it is watched. */
  answered_at: Date | null
}

export interface ScansTable {
  id: string
  organisation_id: string
  target_id: string
  requested_by: string | null
  request_id: string | null
  /** Where the request stands in a trace; null where none is kept. */
  traceparent: string | null
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
  cancel_asked_at: Date | null
  lane: Generated<number>
  /** Calendar time: a window is open until then, and no worker takes it. */
  paused_until: Date | null
  /** Who claimed it last. */
  worker_id: string | null
  /** When the lease before the last claim ran out; null where it was given back. */
  lapsed_at: Date | null
  /** Its queue is paused, and the deadline was put off by the time up to here. */
  put_off_until: Date | null
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
  tier: Tier | null
  authority: Json<RunAuthority> | null
  /** The run that this one was taken over from, and its scan; null for one that asked itself. */
  from_run: string | null
  from_scan: string | null
  /** What it has in common with other runs that failed or told nothing for the same cause; null for every other run. */
  cause: string | null
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
  state: FindingState
  decision: Generated<Decision>
  decided_until: Date | null
  decided_reason: string | null
  opened_at: Date
  last_confirmed_at: Date | null
  fingerprint: string
  scanner: string
  /** Of the run that told it last. */
  scanner_version: Generated<number>
  /** The organisation's own, where it said so with a reason, else the rule's. */
  severity: Severity
  severity_reason: string | null
  rule_severity: Severity
  /** 4 for critical, down to 0 for info. */
  urgency: ColumnType<number, never, never>
  evidence: JSONColumnType<Evidence | null, string | null, string | null>
  /** How many scans in a row said what it stands at. */
  streak: Generated<number>
  /** What people were last told of it. */
  told: Generated<'nothing' | 'open' | 'fixed'>
  last_asked_at: Date
  last_scan_id: string | null
  /** The last run of its scanner did not tell it again. */
  is_not_retested: Generated<boolean>
  changed_at: Date
  decided_at: Date | null
  decided_by_kind: string | null
  decided_by: string | null
}

export interface FindingChangesTable {
  id: string
  finding_id: string
  organisation_id: string
  target_id: string
  at: Date
  kind: ChangeKind
  /** Whether people are told of it. */
  is_told: boolean
  scan_id: string | null
  by_kind: string | null
  by_id: string | null
  detail: JSONColumnType<object | null, string | null, string | null>
}

export interface ThreadsTable {
  /** The finding's, or the target's. */
  id: string
  target_id: string
  finding_id: string | null
  version: number
}

export interface MessagesTable {
  id: string
  thread_id: string
  /** The thread's version when it was written: its place. */
  number: number
  /** The thread's version when it last changed. */
  version: number
  author_kind: Actor['principal']['kind']
  author_id: string
  text: string
  mentions: Generated<string[]>
  written_at: CreatedAt
  edited_at: Date | null
  withdrawn_at: Date | null
}

/** Inserted, never updated: what a message said before. */
export interface MessageEditsTable {
  message_id: string
  number: number
  text: string
  replaced_at: CreatedAt
}

export interface SharesTable {
  id: string
  organisation_id: string
  target_id: string | null
  scan_id: string | null
  name: Generated<string>
  token_hash: SecretBytes
  password_hash: ColumnType<Secret<string> | null, string | null, string | null>
  hides_evidence: boolean
  has_badge: boolean
  language: Generated<string>
  expires_at: Date
  revoked_at: Date | null
  made_by_kind: string
  made_by: string
  created_at: CreatedAt
}

export interface ShareViewsTable {
  id: string
  share_id: string
  at: Generated<Date>
  client: string
  outcome: 'shown' | 'wrong-password' | 'over'
}

export interface ExpiriesTable {
  target_id: string
  scanner: string
  /** Whose words a reminder says. */
  rule: string
  subject: string
  expires_at: Date
  began_at: Date | null
  /** In the words of whoever issued it. */
  issuer: string | null
  /** How many days before it is worth a word. */
  soon_days: number
  seen_at: Date
  reminded_days: number | null
}

/** What an address shows at a port, as it was last seen. */
export interface CertificatesTable {
  target_id: string
  subject: string
  address: string
  fingerprint: string
  organisation_id: string
  holder: string
  issuer: string
  serial_number: string
  names: string[]
  name_count: number
  not_before: Date
  not_after: Date
  key_type: string
  key_bits: number | null
  key_curve: string | null
  renewal_days: number
  name_matches: boolean | null
  trust_problem: string | null
  seen_at: Date
  scan_id: string
}

export interface AlertsTable {
  id: string
  organisation_id: string
  target_id: string
  scan_id: string | null
  at: Date
  severity: Severity
  changes: Json<ToldChange[]>
  routed_at: Date | null
}

export interface AlertRoutesTable {
  id: string
  organisation_id: string
  name: Generated<string>
  target_ids: string[] | null
  target_tags: string[] | null
  least_severity: Severity
  webhook_ids: Generated<string[]>
  user_ids: Generated<string[]>
  to_owners: Generated<boolean>
  to_target_owner: Generated<boolean>
  digest_cron: string | null
  quiet_from: string | null
  quiet_to: string | null
  zone: Generated<string>
  is_disabled: Generated<boolean>
  created_at: CreatedAt
}

/** One alert for one channel: a webhook, or a person by mail. */
export interface AlertMessagesTable {
  alert_id: string
  organisation_id: string
  webhook_id: string | null
  user_id: string | null
  route_id: string | null
  send_after: Date
  /** What it went out with. */
  bundle_id: string | null
}

export interface AlertBundlesTable {
  id: string
  organisation_id: string
  webhook_id: string | null
  user_id: string | null
  mail_id: string | null
  made_at: Date
}

export interface ComparedRunsTable {
  target_id: string
  scanner: string
  scanner_version: number
  started_at: Date
  scan_id: string
  /** What it judged, told or not. */
  checks: Generated<number>
}

/** What the last run of a scanner could not tell of a target. */
export interface UntoldTable {
  target_id: string
  scanner: string
  reason: string
  checks: number
  since: Date
}

/** A scan's history: one row for each of its versions. */
export interface ScanEventsTable {
  scan_id: string
  version: number
  kind: string
  scanner: string | null
  at: CreatedAt
  /** Of a claim: which, by whom, and when the lease before it ran out. */
  attempt: number | null
  worker_id: string | null
  lapsed_at: Date | null
}

/** Inserted, never updated: what was thrown away, since the scan was another attempt's. */
export interface FencedWritesTable {
  scan_id: string
  attempt: number
  worker_id: string | null
  at: CreatedAt
}

export interface WorkersTable {
  id: string
  host: string
  pid: number
  version: string
  queue: 'postgres' | 'redis'
  concurrency: number
  memory_bytes: ColumnType<string, number, number>
  started_at: CreatedAt
  seen_at: Generated<Date>
  drain_asked_at: Date | null
  drain_reason: string | null
  drain_asked_by: string | null
  /** What the worker itself says. */
  is_draining: Generated<boolean>
}

/** Inserted, never updated. */
export interface ActsTable {
  id: string
  act: Act
  by_kind: string
  by_id: string
  outcome: Json<Pick<ActOutcome, 'done' | 'skipped' | 'next'>>
  at: CreatedAt
}

/** Inserted, never updated. */
export interface ActScansTable {
  act_id: string
  scan_id: string
  outcome: string
  made_id: string | null
}

/** Unique (hour, kind). */
export interface ScanCountsTable {
  hour: Date
  kind: 'accepted' | 'completed' | 'failed' | 'cancelled' | 'refused'
  count: number
}

export interface QueuePausesTable {
  queue: PausableQueue
  reason: string
  paused_by: string | null
  paused_at: CreatedAt
}

export interface GoneScansTable {
  id: string
  organisation_id: string
  gone_at: CreatedAt
}

/** Unique (organisation_id, cause, subject) while it has not ended. */
export interface OutagesTable {
  id: string
  organisation_id: string
  cause: OutageCause
  subject: string
  began_at: Date
  told_at: Date
  told_targets: string[]
  ended_at: Date | null
  end_told_at: Date | null
}

export interface SilencesTable {
  target_id: string
  cause: SilenceCause
  organisation_id: string
  since: Date
  scans: number
  outage_id: string | null
}

/** Receipts of what was erased. Inserted, never updated. */
export interface ErasuresTable {
  id: string
  organisation_id: string
  target_id: string
  digest: string
  counts: Json<ErasedCounts>
  by_kind: string
  by_id: string
  at: CreatedAt
}

/** Many scans asked for at once. `principal`, `credential` and `target_tags` say who asked; `window_size` how many of its scans may wait at a time. */
export interface BatchesTable {
  id: string
  organisation_id: string
  principal_kind: 'user' | 'service-account'
  principal_id: string
  credential_id: string
  target_tags: string[] | null
  name: Generated<string>
  format: 'csv' | 'ndjson'
  options: Json<BatchOptions>
  fingerprint: Buffer | null
  is_start_wanted: Generated<boolean>
  status: BatchStatus
  reason: string | null
  detail: string | null
  ignored_columns: Generated<string[]>
  window_size: Generated<number>
  version: Generated<number>
  rung_at: Date | null
  fed_until: Date | null
  cancel_asked_at: Date | null
  created_at: CreatedAt
  finished_at: Date | null
}

/** Every timestamp is calendar time. */
export interface SchedulesTable {
  id: string
  organisation_id: string
  name: Generated<string>
  cron: string | null
  every_seconds: number | null
  zone: string
  /** What `every_seconds` counts from. */
  anchor: Date
  /** With neither ids nor tags every target that is not archived. */
  target_ids: string[] | null
  target_tags: string[] | null
  /** Null for every scanner with its defaults. */
  scanners: JSONColumnType<object | null, string | null, string | null>
  overlap: Overlap
  catch_up: CatchUp
  spread_seconds: Generated<number>
  paused_at: Date | null
  paused_reason: string | null
  next_at: Date | null
  made_by: string | null
  created_at: CreatedAt
}

export interface TicksTable {
  schedule_id: string
  due_at: Date
  status: TickStatus
  reason: string | null
  detail: string | null
  noted_at: CreatedAt
  ended_at: Date | null
}

/** One target of a tick. */
export interface TickScansTable {
  schedule_id: string
  due_at: Date
  target_id: string
  start_at: Date
  status: Generated<'waiting' | 'made' | 'missed'>
  reason: string | null
  detail: string | null
  scan_id: string | null
}

export interface BlackoutsTable {
  id: string
  organisation_id: string
  target_id: string | null
  name: Generated<string>
  note: Generated<string>
  starts_at: Date | null
  ends_at: Date | null
  cron: string | null
  zone: string | null
  minutes: number | null
  running: RunningPolicy
  created_at: CreatedAt
}

/** The upload, until it is read. */
export interface BatchChunksTable {
  batch_id: string
  number: number
  bytes: Buffer
}

/** `number` is the line of the upload. */
export interface BatchRowsTable {
  batch_id: string
  number: number
  given: string
  canonical: string | null
  display: string | null
  kind: TargetKind | null
  is_new_target: Generated<boolean>
  options: Json<BatchOptions | null> | null
  status: RowStatus
  reason: string | null
  detail: string | null
  scan_id: string | null
  is_own_scan: Generated<boolean>
}

/** `failing_since` is when the tries began to fail that nothing has interrupted; no delivery begins before `resume_at`, nor while somebody delivers (`busy_until`). */
export interface WebhooksTable {
  id: string
  organisation_id: string
  name: Generated<string>
  url: string
  events: string[]
  /** A chat's webhook shows its origin only: the whole URL is a secret. */
  format: Generated<WebhookFormat>
  made_by: string | null
  disabled_at: Date | null
  disabled_reason: string | null
  failing_since: Date | null
  resume_at: Date | null
  rung_at: Date | null
  busy_until: Date | null
  created_at: CreatedAt
}

export interface WebhookSecretsTable {
  id: string
  webhook_id: string
  kind: 'hmac' | 'ed25519' | 'url'
  secret_sealed: SecretBytes
  ends_at: Date | null
  created_at: CreatedAt
}

/** One thing to be told, whoever is told of it: its id is the message's in every try. */
export interface WebhookEventsTable {
  id: string
  organisation_id: string
  type: WebhookEvent
  scan_id: string | null
  batch_id: string | null
  bundle_id: string | null
  created_at: CreatedAt
}

/** Unique (event_id, webhook_id). */
export interface WebhookDeliveriesTable {
  id: string
  event_id: string
  webhook_id: string
  status: Generated<DeliveryStatus>
  reason: string | null
  tries: Generated<number>
  try_after: Generated<Date>
  created_at: CreatedAt
  ended_at: Date | null
}

export interface WebhookAttemptsTable {
  delivery_id: string
  number: number
  at: CreatedAt
  millis: number
  status_code: number | null
  reason: string | null
  response: Generated<string>
}

/** Requests with an Idempotency-Key: the answer is there once `status` is. */
export interface IdempotentRequestsTable {
  organisation_id: string
  credential_id: string
  key: string
  fingerprint: Buffer
  made: string | null
  claimed_until: Date | null
  status: number | null
  body_sealed: SecretBytes | null
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

/** `email` is the form that is compared. */
export interface UsersTable {
  id: string
  email: string
  email_display: string
  name: Generated<string>
  /** Null for the browser's. */
  language: Language | null
  password_hash: SecretText | null
  instance_role: InstanceRole | null
  state: Generated<'active' | 'disabled' | 'deleted'>
  state_since: Generated<Date>
  created_at: CreatedAt
}

export interface MembershipsTable {
  organisation_id: string
  user_id: string
  role: OrganisationRole
  created_at: CreatedAt
  /** When they last looked at the overview. */
  looked_at: Date | null
}

export interface InvitationsTable {
  id: string
  organisation_id: string
  email: string
  role: OrganisationRole
  invited_by: string | null
  created_at: CreatedAt
  expires_at: Date
  accepted_at: Date | null
  revoked_at: Date | null
}

/** Browsers that have proved a second factor. */
export interface DevicesTable {
  id: string
  user_id: string
  label: string
  created_at: CreatedAt
  last_seen_at: Generated<Date>
}

/** `generation` counts how often the refresh token was exchanged. */
export interface SessionsTable {
  id: string
  user_id: string
  organisation_id: string
  device_id: string | null
  name: string
  address: string | null
  is_remembered: boolean
  generation: Generated<number>
  rotated_at: Generated<Date>
  stepped_up_at: Date | null
  created_at: CreatedAt
  expires_at: Date
  ended_at: Date | null
  end_reason: string | null
}

export interface ChallengesTable {
  id: string
  purpose: string
  user_id: string | null
  email: string
  browser_hash: SecretBytes | null
  facts: Json<object>
  created_at: CreatedAt
  expires_at: Date
  used_at: Date | null
}

export interface CodeBudgetsTable {
  key_hash: SecretBytes
  tries: Generated<number>
  sends: Generated<number>
  ends_at: Date
}

export interface TotpFactorsTable {
  user_id: string
  seed_sealed: SecretBytes
  last_step: Generated<string>
  created_at: CreatedAt
  confirmed_at: Date | null
}

export interface RecoveryCodesTable {
  user_id: string
  code_hash: SecretBytes
  used_at: Date | null
}

export interface PasskeysTable {
  id: string
  user_id: string
  credential: Buffer
  public_key: Buffer
  sign_count: string
  transports: string[]
  name: string
  created_at: CreatedAt
  last_used_at: Date | null
}

/** Accounts at sign-in providers. */
export interface IdentitiesTable {
  issuer: string
  subject: string
  user_id: string
  created_at: CreatedAt
}

export interface ServiceAccountsTable {
  id: string
  organisation_id: string
  name: string
  role: Exclude<OrganisationRole, 'owner'>
  created_at: CreatedAt
  disabled_at: Date | null
}

export interface MailsTable {
  id: string
  kind: string
  recipient: string
  challenge_id: string | null
  facts: Json<object>
  /** That of the request which caused it; null where none did. */
  request_id: string | null
  traceparent: string | null
  status: Generated<'waiting' | 'sent' | 'dropped'>
  reason: string | null
  tries: Generated<number>
  try_after: Generated<Date>
  created_at: CreatedAt
  expires_at: Date
  ended_at: Date | null
}

/** Inserted, never changed. */
export interface AuditEntriesTable {
  id: string
  at: CreatedAt
  organisation_id: string | null
  actor: Json<object>
  action: string
  outcome: 'done' | 'refused'
  subject: Json<object> | null
  facts: Json<object>
  personal: Json<object>
  request_id: string | null
}

/** What the hashes in `audit_entries.personal` are of; erased with the person. */
export interface AuditValuesTable {
  entry_id: string
  name: string
  salt: Buffer
  value: string
}

export interface AuditLinksTable {
  serial: string
  entry_id: string
  link: Buffer
  sealed_at: CreatedAt
}

/** Unique (target_id, kind). */
export interface ProofsTable {
  id: string
  organisation_id: string
  target_id: string
  kind: ProofKind
  token: string
  covers_subdomains: Generated<boolean>
  status: Generated<ProofStatus>
  reason: string | null
  checked_at: Date | null
  held_at: Date | null
  created_at: CreatedAt
}

export interface AddressProofsTable {
  organisation_id: string
  address: string
  kind: AddressProofKind
  name: string | null
  held_at: Date
}

/** One in force for each target. */
export interface AttestationsTable {
  id: string
  organisation_id: string
  target_id: string
  attested_by: Json<object>
  sentence: string
  created_at: CreatedAt
  revoked_at: Date | null
}

export interface DoNotScanTable {
  id: string
  kind: 'name' | 'range'
  value: string
  reason: Generated<string>
  source: 'admin' | 'opt-out'
  token: string | null
  status: Generated<ProofStatus>
  detail: string | null
  created_by: Json<object> | null
  created_at: CreatedAt
  checked_at: Date | null
}

export interface SwitchesTable {
  name: string
  is_off: boolean
  reason: Generated<string>
  moved_by: Json<object> | null
  moved_at: Generated<Date>
}

export interface TouchesTable {
  address: string
  run_id: string
  first_at: Date
  last_at: Date
  connections: number
}

/** Unlogged. */
export interface TurnLanesTable {
  lane: string
  tokens: number
  refilled_at: Date
}

/** Unlogged. */
export interface TurnPlacesTable {
  lane: string
  holder: string
  places: number
  ends_at: Date
}

/** Chores of every process, unlogged. */
export interface RoundsTable {
  name: string
  began_at: Date
  due_at: Date
}

/** Token buckets, unlogged. */
export interface RateLimitsTable {
  key: string
  capacity: number
  per_second: number
  cost: number
  /** Of the last that asked, so many were let in. */
  granted: number
  tokens: number
  refilled_at: Date
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
  finding_changes: FindingChangesTable
  compared_runs: ComparedRunsTable
  untold: UntoldTable
  threads: ThreadsTable
  messages: MessagesTable
  message_edits: MessageEditsTable
  shares: SharesTable
  share_views: ShareViewsTable
  expiries: ExpiriesTable
  certificates: CertificatesTable
  alerts: AlertsTable
  alert_routes: AlertRoutesTable
  alert_messages: AlertMessagesTable
  alert_bundles: AlertBundlesTable
  scan_events: ScanEventsTable
  fenced_writes: FencedWritesTable
  workers: WorkersTable
  queue_pauses: QueuePausesTable
  acts: ActsTable
  act_scans: ActScansTable
  scan_counts: ScanCountsTable
  gone_scans: GoneScansTable
  erasures: ErasuresTable
  outages: OutagesTable
  silences: SilencesTable
  webhooks: WebhooksTable
  webhook_secrets: WebhookSecretsTable
  webhook_events: WebhookEventsTable
  webhook_deliveries: WebhookDeliveriesTable
  webhook_attempts: WebhookAttemptsTable
  schedules: SchedulesTable
  ticks: TicksTable
  tick_scans: TickScansTable
  blackouts: BlackoutsTable
  batches: BatchesTable
  batch_chunks: BatchChunksTable
  batch_rows: BatchRowsTable
  idempotent_requests: IdempotentRequestsTable
  keys: KeysTable
  users: UsersTable
  memberships: MembershipsTable
  invitations: InvitationsTable
  devices: DevicesTable
  sessions: SessionsTable
  challenges: ChallengesTable
  code_budgets: CodeBudgetsTable
  totp_factors: TotpFactorsTable
  recovery_codes: RecoveryCodesTable
  passkeys: PasskeysTable
  identities: IdentitiesTable
  service_accounts: ServiceAccountsTable
  mails: MailsTable
  audit_entries: AuditEntriesTable
  audit_values: AuditValuesTable
  audit_links: AuditLinksTable
  rate_limits: RateLimitsTable
  proofs: ProofsTable
  address_proofs: AddressProofsTable
  attestations: AttestationsTable
  do_not_scan: DoNotScanTable
  switches: SwitchesTable
  touches: TouchesTable
  turn_lanes: TurnLanesTable
  turn_places: TurnPlacesTable
  rounds: RoundsTable
}
