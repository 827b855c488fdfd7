import { sql } from 'kysely'
import type { Db } from '../connect.ts'
import type { ToldChange } from '../model/alert.ts'
import type { ChangeKind, Decision, Evidence, FindingState, Severity } from '../model/finding.ts'
import { type FindingSort, orderOf } from './finding-orders.ts'
import { storable } from './json.ts'
import { isOfTargetInUse, isWithinReach, type Reach } from './targets.ts'

export interface WatchedTarget {
  readonly id: string
  readonly organisationId: string
  readonly canonical: string
}

/** The target of a scan, where somebody watches it; two scans of it that end at once come one after the other until the caller's transaction ends. */
export async function lockWatched(db: Db, scanId: string): Promise<WatchedTarget | undefined> {
  const target = await db
    .selectFrom('scans as scan')
    .innerJoin('targets as target', 'target.id', 'scan.target_id')
    .select(['target.id', 'target.organisation_id as organisationId', 'target.canonical'])
    .where('scan.id', '=', scanId)
    .where('target.watched_since', 'is not', null)
    .executeTakeFirst()
  if (target) await sql`select pg_advisory_xact_lock(hashtextextended(${`findings:${target.id}`}, 0))`.execute(db)
  return target
}

export interface ComparedRun {
  readonly scanner: string
  readonly scannerVersion: number
  readonly startedAt: Date
  /** One that told nothing is noted too: what stood before was not tested again. */
  readonly isTelling: boolean
  /** What it judged, told or not. */
  readonly checks: number
}

/**
 * Notes runs as the last that findings were compared with, and says by scanner of which version the one before was that told something; of a run after which a later one was compared already there is
 * nothing.
 */
export async function noteCompared(
  db: Db,
  { targetId, scanId }: { readonly targetId: string; readonly scanId: string },
  runs: readonly ComparedRun[],
): Promise<ReadonlyMap<string, { readonly versionBefore: number | null }>> {
  const { rows } = await sql<{ scanner: string; versionBefore: number | null }>`
    with run as (
      select run.*, before.scanner_version as before from jsonb_to_recordset(${storable(runs)}::jsonb)
        as run (scanner text, "scannerVersion" integer, "startedAt" timestamptz, "isTelling" boolean, checks integer)
      left join compared_runs before on before.target_id = ${targetId}::uuid and before.scanner = run.scanner
      where before.started_at is null or before.started_at <= run."startedAt"
    ), noted as (
      -- Only what was told by a version tells which one the findings are of; none is 0.
      insert into compared_runs (target_id, scanner, scanner_version, started_at, scan_id, checks)
      select ${targetId}::uuid, scanner, case when "isTelling" then "scannerVersion" else coalesce(before, 0) end, "startedAt", ${scanId}::uuid, checks from run
      on conflict (target_id, scanner) do update set
        scanner_version = excluded.scanner_version, started_at = excluded.started_at, scan_id = excluded.scan_id, checks = excluded.checks
    )
    select scanner, nullif(before, 0) as "versionBefore" from run
  `.execute(db)
  return new Map(rows.map(({ scanner, versionBefore }) => [scanner, { versionBefore }]))
}

const known = (db: Db, targetId: string) =>
  db
    .selectFrom('findings')
    .select(['id', 'scanner', 'rule', 'subject', 'state', 'addresses', 'streak', 'told'])
    .select('scanner_version as scannerVersion')
    .select(
      sql<boolean>`decision = 'false-positive' or (decision = 'accepted' and (decided_until is null or decided_until > calendar_now()))`.as(
        'isMuted',
      ),
    )
    .where('target_id', '=', targetId)

/** The findings that scanners made of a target, and whether people want to hear of them. */
export const knownFindings = (db: Db, targetId: string, scanners: readonly string[]) =>
  known(db, targetId)
    .where('scanner', '=', sql<string>`any(${[...scanners]}::text[])`)
    .execute()

/** Those not fixed, of every scanner but one, that were last seen at an address which is none of these. */
export const findingsElsewhere = (
  db: Db,
  {
    targetId,
    addresses,
    but,
  }: { readonly targetId: string; readonly addresses: readonly string[]; readonly but: string },
) =>
  known(db, targetId)
    .where('state', '<>', 'fixed')
    .where('scanner', '<>', but)
    .where(sql<boolean>`not addresses <@ ${[...addresses]}::text[]`)
    .execute()

/** Of how many scans before this one a result is looked for. */
const scansBefore = 200

/** What a scanner last told of a target in a run of its own that began before this moment. */
export async function resultBefore(
  db: Db,
  { targetId, scanner, at }: { readonly targetId: string; readonly scanner: string; readonly at: Date },
): Promise<unknown> {
  const { rows } = await sql<{ result: unknown }>`
    select result.result from (
      select id from scans where target_id = ${targetId}::uuid order by created_at desc, id desc limit ${scansBefore}
    ) scan
    join scan_runs run on run.scan_id = scan.id and run.scanner = ${scanner} and run.from_scan is null and run.started_at < ${at}
    join results result on result.scan_id = scan.id and result.scanner = run.scanner
    order by run.started_at desc limit 1
  `.execute(db)
  return rows[0]?.result
}

export interface MovedFinding {
  readonly id: string
  readonly scanner: string
  readonly scannerVersion: number
  readonly rule: string
  readonly subject: string
  readonly fingerprint: string
  readonly severity: Severity
  readonly state: FindingState
  readonly addresses: readonly string[]
  readonly streak: number
  readonly told: 'nothing' | 'open' | 'fixed'
  readonly isConfirmed: boolean
  readonly evidence: Evidence | null
}

/** Stores how findings stand after a scan. */
export async function saveFindings(
  db: Db,
  {
    target,
    scanId,
    now,
  }: {
    readonly target: WatchedTarget
    /** Null where the scanner itself asked nothing. */
    readonly scanId: string | null
    readonly now: Date
  },
  moved: readonly MovedFinding[],
): Promise<void> {
  if (moved.length === 0) return
  await sql`
    insert into findings as known (id, organisation_id, target_id, scanner, rule, subject, fingerprint, severity, rule_severity, state, addresses, streak, told,
      evidence, opened_at, changed_at, last_asked_at, last_confirmed_at, last_scan_id, scanner_version)
    select id, ${target.organisationId}::uuid, ${target.id}::uuid, scanner, rule, subject, fingerprint, severity, severity, state, addresses, streak, told,
      evidence, ${now}, ${now}, ${now}, case when "isConfirmed" then ${now}::timestamptz end, ${scanId}::uuid, "scannerVersion"
    from jsonb_to_recordset(${storable(moved)}::jsonb) as moved (id uuid, scanner text, "scannerVersion" integer, rule text, subject text, fingerprint text, severity text, state text,
      addresses text[], streak integer, told text, "isConfirmed" boolean, evidence jsonb)
    on conflict (target_id, rule, subject) do update set
      state = excluded.state, addresses = excluded.addresses, streak = excluded.streak, told = excluded.told,
      evidence = coalesce(excluded.evidence, known.evidence),
      rule_severity = excluded.rule_severity,
      severity = case when known.severity_reason is null then excluded.rule_severity else known.severity end,
      changed_at = case when known.state = excluded.state then known.changed_at else excluded.changed_at end,
      last_asked_at = excluded.last_asked_at,
      last_confirmed_at = coalesce(excluded.last_confirmed_at, known.last_confirmed_at),
      last_scan_id = coalesce(excluded.last_scan_id, known.last_scan_id),
      scanner_version = excluded.scanner_version
  `.execute(db)
}

/** Notes which findings of these scanners the last runs told again, and which they did not: after those that moved are stored. */
export const noteRetested = (
  db: Db,
  { targetId, scanId }: { readonly targetId: string; readonly scanId: string },
  scanners: readonly string[],
) =>
  sql`
    update findings set is_not_retested = not is_not_retested
    where target_id = ${targetId}::uuid and scanner = any(${[...scanners]}::text[]) and is_not_retested <> coalesce(last_scan_id <> ${scanId}::uuid, false)
  `.execute(db)

export interface NewChange {
  readonly id: string
  readonly findingId: string
  readonly kind: ChangeKind
  readonly isTold: boolean
  readonly scanId: string | null
  readonly by: { readonly kind: string; readonly id: string } | null
  readonly detail: object | null
}

/** Writes what happened into the findings' history. */
export async function noteChanges(db: Db, changes: readonly NewChange[]): Promise<void> {
  if (changes.length === 0) return
  const rows = changes.map(({ by, ...change }) => ({ ...change, byKind: by?.kind ?? null, byId: by?.id ?? null }))
  await sql`
    insert into finding_changes (id, finding_id, organisation_id, target_id, at, kind, is_told, scan_id, by_kind, by_id, detail)
    select change.id, finding.id, finding.organisation_id, finding.target_id, calendar_now(), change.kind, change."isTold", change."scanId", change."byKind", change."byId", change.detail
    from jsonb_to_recordset(${storable(rows)}::jsonb) as change (id uuid, "findingId" uuid, kind text, "isTold" boolean, "scanId" uuid, "byKind" text, "byId" uuid, detail jsonb)
    join findings finding on finding.id = change."findingId"
  `.execute(db)
}

/** Ends acceptances whose date has come; what is open again is to be told. @returns which */
export async function takeEndedAcceptances(db: Db, limit: number): Promise<{ id: string; state: FindingState }[]> {
  const { rows } = await sql<{ id: string; state: FindingState }>`
    update findings set decision = 'none', decided_until = null, decided_reason = null, decided_at = null, decided_by = null, decided_by_kind = null
    where id in (
      select id from findings where decision = 'accepted' and decided_until <= calendar_now() limit ${limit} for update skip locked
    ) returning id, state
  `.execute(db)
  return rows
}

export interface DecisionFacts {
  readonly decision: Decision
  readonly until: Date | null
  readonly reason: string | null
  readonly by: { readonly kind: string; readonly id: string }
}

/** How a finding was decided on before. */
export interface FormerDecision {
  readonly id: string
  readonly decision: Decision
  readonly until: Date | null
  readonly reason: string | null
}

/** Sets the decision of those of these findings that the caller reaches. @returns how each was decided on before */
export async function decideFindings(
  db: Db,
  reach: Reach,
  ids: readonly string[],
  { decision, until, reason, by }: DecisionFacts,
): Promise<FormerDecision[]> {
  const { rows } = await sql<FormerDecision>`
    with former as (
      select finding.id, finding.decision, finding.decided_until as until, finding.decided_reason as reason
      from findings finding join targets target on target.id = finding.target_id
      where finding.id = any(${[...ids]}::uuid[]) and ${isWithinReach(reach)} order by finding.id for update of finding
    ), decided as (
      update findings set decision = ${decision}, decided_until = ${until}, decided_reason = ${reason}, decided_at = calendar_now(), decided_by_kind = ${by.kind}, decided_by = ${by.id}
      from former where findings.id = former.id
    )
    select * from former
  `.execute(db)
  return rows
}

/** The organisation's own severity with its reason, or the rule's again. */
export async function overrideSeverity(
  db: Db,
  organisationId: string,
  id: string,
  own: { readonly severity: Severity; readonly reason: string } | null,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('findings')
    .set(
      own === null
        ? { severity: sql<Severity>`rule_severity`, severity_reason: null }
        : { severity: own.severity, severity_reason: own.reason },
    )
    .where('organisation_id', '=', organisationId)
    .where('id', '=', id)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Which findings are meant, whatever their state; what is null is not asked. */
export interface FindingScope {
  readonly targetId: string | null
  readonly tag: string | null
  readonly rule: string | null
  /** Part of the host, the rule or the subject; and rules that are meant by it too. */
  readonly text: string | null
  readonly titled: readonly string[]
  readonly changedSince: Date | null
  /** To which that happened after a moment, whatever happened later. */
  readonly happened: { readonly [Kind in 'opened' | 'regressed' | 'fixed']?: Date | undefined }
  /** Null: at targets that are archived and at those that are not. */
  readonly isArchived: boolean | null
  /** Accepted, and no longer from before this moment on. */
  readonly acceptedUntil: Date | null
}

export const everyFinding: FindingScope = {
  targetId: null,
  tag: null,
  rule: null,
  text: null,
  titled: [],
  changedSince: null,
  happened: {},
  isArchived: null,
  acceptedUntil: null,
}

export interface FindingFilter extends FindingScope {
  readonly limit: number
  readonly sort: FindingSort
  /** What the last row of the page before has as its place. */
  readonly after: readonly string[] | null
  readonly states: readonly FindingState[] | null
  readonly decision: Decision | null
  readonly severities: readonly Severity[] | null
  readonly scanner: string | null
  readonly isRetested: boolean | null
}

/** An open finding that the last scan of its scanner did not confirm: it was not asked, or did not answer. */
const isNotRetested = sql<boolean>`(finding.state <> 'fixed' and finding.is_not_retested)`

const within = (db: Db, reach: Reach) =>
  db
    .selectFrom('findings as finding')
    .innerJoin('targets as target', 'target.id', 'finding.target_id')
    .where('finding.organisation_id', '=', reach.organisationId)
    .where(isWithinReach(reach))

const rows = (db: Db, reach: Reach) =>
  within(db, reach)
    .selectAll('finding')
    .select(['target.canonical', 'target.display'])
    .select(isNotRetested.as('isNotRetested'))

function isInScope(reach: Reach, scope: FindingScope) {
  const { targetId, tag, rule, text, titled, changedSince, happened, isArchived, acceptedUntil } = scope
  const asked = [
    targetId === null ? null : sql`finding.target_id = ${targetId}::uuid`,
    tag === null ? null : sql`${tag} = any(target.tags)`,
    rule === null ? null : sql`finding.rule = ${rule}`,
    text === null ? null : hasText(reach, text, titled),
    changedSince === null ? null : sql`finding.changed_at >= ${changedSince}`,
    ...Object.entries(happened).map(([kind, since]) => since && didHappen(reach, kind, since)),
    isArchived === null ? null : sql`(target.archived_at is not null) = ${isArchived}`,
    acceptedUntil === null ? null : sql`finding.decision = 'accepted' and finding.decided_until <= ${acceptedUntil}`,
  ].filter((one) => one !== null && one !== undefined)
  return asked.length === 0 ? sql<boolean>`true` : sql<boolean>`${sql.join(asked, sql` and `)}`
}

/** Hosts are looked through once, not for each finding. */
const hasText = ({ organisationId }: Reach, text: string, titled: readonly string[]) => sql`(
  position(lower(${text}) in lower(finding.rule || ' ' || finding.subject)) > 0 or finding.rule = any(${[...titled]}::text[])
  or finding.target_id in (select id from targets where organisation_id = ${organisationId}::uuid and position(lower(${text}) in lower(display)) > 0)
)`

const didHappen = ({ organisationId }: Reach, kind: string, since: Date) => sql`finding.id in (
  select change.finding_id from finding_changes change
  where change.organisation_id = ${organisationId}::uuid and change.kind = ${kind} and change.at > ${since}
)`

export type FindingRow = NonNullable<Awaited<ReturnType<typeof findFinding>>>

/** In the order asked for, from after the cursor. */
export function listFindings(db: Db, reach: Reach, filter: FindingFilter) {
  const { limit, sort, after, states, decision, severities, scanner, isRetested } = filter
  const order = orderOf(sort)
  let query = rows(db, reach)
    .select(order.place.as('place'))
    .where(isInScope(reach, filter))
    .orderBy(order.by)
    .limit(limit)
  if (after !== null) query = query.where(order.isAfter(after))
  if (states !== null) query = query.where('finding.state', 'in', states)
  if (decision !== null) query = query.where('finding.decision', '=', decision)
  if (severities !== null) query = query.where('finding.severity', 'in', severities)
  if (scanner !== null) query = query.where('finding.scanner', '=', scanner)
  if (isRetested !== null) query = query.where(isRetested ? sql<boolean>`not ${isNotRetested}` : isNotRetested)
  return query.execute()
}

/** How many findings of this scope stand alike: as many rows as there are such standings, whatever the number of findings. */
export function countAlike(db: Db, reach: Reach, scope: FindingScope) {
  const { tag, text, isArchived } = scope
  // Where nothing is asked of targets but that they are in use, an index alone tells it.
  const asked =
    tag === null && text === null && isArchived === false
      ? db
          .selectFrom('findings as finding')
          .where('finding.organisation_id', '=', reach.organisationId)
          .where(isOfTargetInUse(reach, sql`finding.target_id`))
          .where(isInScope(reach, { ...scope, isArchived: null }))
      : within(db, reach).where(isInScope(reach, scope))
  return asked
    .select(['finding.state', 'finding.severity', 'finding.decision', 'finding.scanner'])
    .select(sql<boolean>`not ${isNotRetested}`.as('isRetested'))
    .select(sql<number>`count(*)::integer`.as('findings'))
    .groupBy(['finding.state', 'finding.severity', 'finding.decision', 'finding.scanner', isNotRetested])
    .execute()
}

export const findFinding = (db: Db, reach: Reach, id: string) =>
  rows(db, reach).where('finding.id', '=', id).executeTakeFirst()

/** What stands open and undecided, by the rule that says so: as many rows as there are such rules. */
export async function openByRule(db: Db, reach: Reach) {
  const { rows } = await sql<{
    scanner: string
    rule: string
    urgency: number
    worstTargets: number
    findings: number
    targets: number
    regressed: number
    notRetested: number
    oldestOpenedAt: Date
  }>`
    with at_target as (
      select finding.scanner, finding.rule, finding.target_id, max(finding.urgency) as urgency, count(*) as findings, count(*) filter (where finding.state = 'regressed') as regressed,
        count(*) filter (where ${isNotRetested}) as untested, min(finding.opened_at) as opened_at
      from findings finding
      where finding.organisation_id = ${reach.organisationId}::uuid and finding.state <> 'fixed' and finding.decision = 'none'
        and ${isOfTargetInUse(reach, sql`finding.target_id`)}
      group by finding.scanner, finding.rule, finding.target_id
    ), as_bad as (
      select scanner, rule, urgency, count(*) as targets, sum(findings) as findings, sum(regressed) as regressed, sum(untested) as untested, min(opened_at) as opened_at
      from at_target group by scanner, rule, urgency
    )
    select scanner, rule, max(urgency) as urgency, (array_agg(targets order by urgency desc))[1]::integer as "worstTargets", sum(findings)::integer as findings,
      sum(targets)::integer as targets, sum(regressed)::integer as regressed, sum(untested)::integer as "notRetested", min(opened_at) as "oldestOpenedAt"
    from as_bad group by scanner, rule
  `.execute(db)
  return rows
}

/** What happened to one finding, the first first. */
export const historyOf = (db: Db, findingId: string) =>
  db
    .selectFrom('finding_changes')
    .select([
      'id',
      'at',
      'kind',
      'is_told as isTold',
      'scan_id as scanId',
      'by_kind as byKind',
      'by_id as byId',
      'detail',
    ])
    .where('finding_id', '=', findingId)
    .orderBy('at')
    .orderBy('id')
    .limit(1000)
    .execute()

/** What happened to the findings of one target, the latest first. */
export function timelineOf(
  db: Db,
  targetId: string,
  { limit, after }: { readonly limit: number; readonly after: { readonly at: string; readonly id: string } | null },
) {
  let query = db
    .selectFrom('finding_changes as change')
    .innerJoin('findings as finding', 'finding.id', 'change.finding_id')
    .select([
      'change.id',
      'change.at',
      'change.kind',
      'change.is_told as isTold',
      'change.scan_id as scanId',
      'change.by_kind as byKind',
      'change.by_id as byId',
      'change.detail',
    ])
    .select(['finding.id as findingId', 'finding.rule', 'finding.scanner', 'finding.subject', 'finding.severity'])
    .select(sql<string>`change.at::text`.as('atText'))
    .where('change.target_id', '=', targetId)
    .orderBy('change.at', 'desc')
    .orderBy('change.id', 'desc')
    .limit(limit)
  if (after !== null)
    query = query.where(sql<boolean>`(change.at, change.id) < (${after.at}::timestamptz, ${after.id}::uuid)`)
  return query.execute()
}

/** These findings with their last change, as an alert tells of them. */
export async function toldChanges(
  db: Db,
  findingIds: readonly string[],
): Promise<(ToldChange & { organisationId: string; targetId: string })[]> {
  if (findingIds.length === 0) return []
  const { rows } = await sql<ToldChange & { organisationId: string; targetId: string }>`
    select finding.organisation_id as "organisationId", finding.target_id as "targetId", finding.id as "findingId", last.kind, finding.state, finding.rule,
      finding.scanner, finding.severity, finding.subject, finding.addresses, finding.evidence, last.reason
    from findings finding cross join lateral (
      select kind, case when detail->>'reason' = 'address-gone' then 'address-gone' end as reason from finding_changes where finding_id = finding.id order by at desc, id desc limit 1
    ) last
    where finding.id = any(${[...findingIds]}::uuid[]) order by finding.urgency desc, finding.rule, finding.subject
  `.execute(db)
  return rows
}

/** When the last scan of a target ended that told something. */
export async function lastToldAt(db: Db, targetId: string): Promise<Date | null> {
  const { rows } = await sql<{ at: Date }>`
    select scan.finished_at as at from scans scan
    where scan.target_id = ${targetId} and scan.status = 'completed' and exists (select from results where results.scan_id = scan.id)
    order by scan.created_at desc limit 1
  `.execute(db)
  return rows[0]?.at ?? null
}

/** Watched targets of which no scan has told anything yet, as people write them. */
export async function watchedNeverTold(db: Db, reach: Reach, limit: number): Promise<string[]> {
  const { rows } = await sql<{ display: string }>`
    select target.display from targets target
    where target.watched_since is not null and target.archived_at is null and ${isWithinReach(reach)}
      and not exists (select from scans scan join results on results.scan_id = scan.id where scan.target_id = target.id)
      and not exists (select from findings where findings.target_id = target.id)
    order by target.display limit ${limit}
  `.execute(db)
  return rows.map(({ display }) => display)
}
