import { type Kysely, sql } from 'kysely'
import type { Db } from '../connect.ts'
import type { Requester } from '../model/actor.ts'
import { newId } from '../model/id.ts'
import { type Lane, lanes, openStatuses, type RunStatus, type ScanStatus } from '../model/scan.ts'
import type { Tables } from '../tables.ts'
import { carryRun } from './carry.ts'
import { madeBy, noteMade, type RequestKey } from './idempotency.ts'
import { storable } from './json.ts'
import { isWithinReach, type Reach } from './targets.ts'

export interface AskedRun {
  readonly scanner: string
  readonly scannerVersion: number
  readonly options: object
  readonly status: Extract<RunStatus, 'queued' | 'not-asked'>
  readonly reason: string | null
}
/** A run that ended, to be taken over as it is. */
export interface CarriedRun {
  readonly from: string
}
export type NewRun = AskedRun | CarriedRun
export const isCarried = (run: NewRun): run is CarriedRun => 'from' in run

export interface NewScan {
  readonly targetId: string
  readonly requestId: string | null
  /** Where the request stands in a trace; null where none is kept. */
  readonly traceparent?: string | null
  readonly deadlineSeconds: number
  readonly requestKey: RequestKey | null
  readonly runs: readonly NewRun[]
  readonly lane?: Lane
  /** The scan of which this one repeats a part. */
  readonly rerunOf?: string
}

export interface Submission {
  readonly id: string
  readonly status: ScanStatus
  readonly deadline: Date
  /** False when the scan was there before: made by an earlier try of this request, or by somebody who asked the same. */
  readonly isNew: boolean
}

/** Makes a scan with its runs, or finds the one that this request made before. Needs a transaction. */
export async function createScan(db: Db, actor: Requester, scan: NewScan): Promise<Submission> {
  const { requestKey } = scan
  const made = requestKey === null ? null : await madeBy(db, requestKey)
  if (made !== null) return submissionOf(db, made)
  const [created] = await createScans(db, [{ actor, scan }])
  if (requestKey !== null) await noteMade(db, requestKey, created!.id)
  for (const { from } of scan.runs.filter(isCarried)) await carryRun(db, { scanId: created!.id, runId: newId() }, from)
  return created!
}

/** Makes scans with the runs that they ask, in one statement: whoever submits five hundred in a second pays for each round trip. */
export async function createScans(
  db: Db,
  asks: readonly { readonly actor: Requester; readonly scan: Omit<NewScan, 'requestKey'> }[],
): Promise<Submission[]> {
  const scans = asks.map(({ actor, scan }) => ({
    id: newId(),
    organisation_id: actor.organisationId,
    target_id: scan.targetId,
    requested_by: actor.credential.id,
    request_id: scan.requestId,
    traceparent: scan.traceparent ?? null,
    rerun_of: scan.rerunOf ?? null,
    lane: lanes.indexOf(scan.lane ?? 'interactive'),
    deadline_seconds: scan.deadlineSeconds,
  }))
  const runs = asks.flatMap(({ scan }, i) =>
    scan.runs
      .filter((run): run is AskedRun => !isCarried(run))
      .map(({ scannerVersion, ...run }) => ({
        id: newId(),
        scan_id: scans[i]!.id,
        scanner_version: scannerVersion,
        ...run,
      })),
  )
  const { rows } = await sql<{ id: string; deadline: Date }>`
    with made as (
      insert into scans (id, organisation_id, target_id, requested_by, request_id, traceparent, status, rerun_of, lane, deadline, rung_at)
      select id, organisation_id, target_id, requested_by, request_id, traceparent, 'queued', rerun_of, lane, now() + make_interval(secs => deadline_seconds), now()
      from jsonb_to_recordset(${storable(scans)}::jsonb)
        as scan (id uuid, organisation_id uuid, target_id uuid, requested_by uuid, request_id text, traceparent text, rerun_of uuid, lane smallint, deadline_seconds float8)
      returning id, deadline
    ), runs as (
      insert into scan_runs (id, scan_id, scanner, scanner_version, options, status, reason)
      select id, scan_id, scanner, scanner_version, options, status, reason
      from jsonb_to_recordset(${storable(runs)}::jsonb)
        as run (id uuid, scan_id uuid, scanner text, scanner_version integer, options jsonb, status text, reason text)
    ), event as (
      insert into scan_events (scan_id, version, kind) select id, 1, 'queued' from made
    )
    select id, deadline from made
  `.execute(db)
  const deadlines = new Map(rows.map(({ id, deadline }) => [id, deadline]))
  return scans.map(({ id }) => ({ id, status: 'queued', deadline: deadlines.get(id)!, isNew: true }))
}

/** A scan as whoever asked for it is answered. */
export async function submissionOf(db: Db, id: string): Promise<Submission> {
  const scan = await db
    .selectFrom('scans')
    .select(['id', 'status', 'deadline'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return { ...scan, isNew: false }
}

/** Lets the reconciler ring at once for scans whose first ring failed. */
export const forgetRings = (db: Db, ids: readonly string[]) =>
  db.updateTable('scans').set({ rung_at: null }).where('id', 'in', ids).where('status', '=', 'queued').execute()

/** The scans that a caller sees, each with its target. */
export const scansWithin = (db: Kysely<Tables>, reach: Reach) =>
  db
    .selectFrom('scans as scan')
    .innerJoin('targets as target', 'target.id', 'scan.target_id')
    .where('scan.organisation_id', '=', reach.organisationId)
    .where(isWithinReach(reach))

/** One scan's row with its target and the number of stored results. */
const scanRows = (db: Kysely<Tables>, reach: Reach) =>
  scansWithin(db, reach)
    .select([
      'scan.id',
      'scan.status',
      'scan.reason',
      'scan.attempt',
      'scan.version',
      'scan.deadline',
      'scan.created_at',
      'scan.started_at',
      'scan.finished_at',
      'scan.rerun_of',
      'scan.cancel_asked_at',
      'scan.paused_until',
      'target.kind',
      'target.canonical',
      'target.display',
    ])
    .select((db) =>
      db
        .selectFrom('results')
        .whereRef('results.scan_id', '=', 'scan.id')
        .select(({ fn }) => fn.countAll<string>().as('n'))
        .as('result_count'),
    )

export type ScanRow = Awaited<ReturnType<typeof findScan>> & object

export const findScan = (db: Db, reach: Reach, id: string) =>
  scanRows(db, reach).where('scan.id', '=', id).executeTakeFirst()

/** As much of a scan as says whether it changed and when to ask again: one indexed read. */
export const standingOf = (db: Db, reach: Reach, id: string) =>
  scansWithin(db, reach)
    .select(['scan.status', 'scan.version'])
    .select(sql<number>`coalesce(extract(epoch from now() - scan.started_at), 0)::float8`.as('runningSeconds'))
    .select((db) =>
      sql<string[]>`array(${db
        .selectFrom('scan_runs as run')
        .select('run.scanner')
        .whereRef('run.scan_id', '=', 'scan.id')
        .where('run.status', 'in', openStatuses)})`.as('openScanners'),
    )
    .where('scan.id', '=', id)
    .executeTakeFirst()

/** Where a page of the list ends: the row after which the next one begins. `createdAt` keeps Postgres' microseconds. */
export interface ScanCursor {
  readonly createdAt: string
  readonly id: string
}

/** Newest first, from after the cursor; one index scan however many there are. */
export function listScans(
  db: Db,
  reach: Reach,
  {
    limit,
    after,
    target,
    status = null,
    requestId = null,
  }: {
    readonly limit: number
    readonly after: ScanCursor | null
    readonly target: string | null
    readonly status?: ScanStatus | null
    readonly requestId?: string | null
  },
) {
  let query = scanRows(db, reach)
    .select(sql<string>`scan.created_at::text`.as('cursor'))
    .orderBy('scan.created_at', 'desc')
    .orderBy('scan.id', 'desc')
    .limit(limit)
  if (after)
    query = query.where(sql<boolean>`(scan.created_at, scan.id) < (${after.createdAt}::timestamptz, ${after.id}::uuid)`)
  if (target !== null)
    query = query.where('scan.target_id', '=', (db) =>
      db
        .selectFrom('targets')
        .select('id')
        .where('organisation_id', '=', reach.organisationId)
        .where('canonical', '=', target),
    )
  // As it is, no parameter: a plan for any status would not know that an index holds the rare ones.
  if (status !== null) query = query.where('scan.status', '=', sql.lit(status))
  if (requestId !== null) query = query.where('scan.request_id', '=', requestId)
  return query.execute()
}

/** How many scans there are by how they stand; of one target where it is named. */
export async function countScans(db: Db, reach: Reach, target: string | null) {
  const scans = db
    .selectFrom('scans as scan')
    .where('scan.organisation_id', '=', reach.organisationId)
    .select(['scan.status', sql<number>`count(*)::integer`.as('scans')])
    .groupBy('scan.status')
  const isWanted =
    target === null ? isWithinReach(reach) : sql<boolean>`${isWithinReach(reach)} and target.canonical = ${target}`
  const some = scans.where(sql<boolean>`scan.target_id in (select target.id from targets target where ${isWanted})`)
  const asked = target === null && reach.targetTags === null ? scans : some
  // Apart, so that an index tells each.
  const [open, ended] = await Promise.all([
    asked.where('scan.finished_at', 'is', null).where('scan.status', 'in', openStatuses).execute(),
    asked.where('scan.finished_at', 'is not', null).execute(),
  ])
  return [...open, ...ended]
}

/** What happened to a scan after one version and before another, in order. */
export const changesBetween = (db: Db, scanId: string, after: number, before: number) =>
  db
    .selectFrom('scan_events')
    .select(['version', 'kind', 'scanner', 'at'])
    .where('scan_id', '=', scanId)
    .where('version', '>', after)
    .where('version', '<', before)
    .orderBy('version')
    .execute()

export type RunRow = Awaited<ReturnType<typeof runsOf>>[number]

/** A scan's runs in the order they were asked, each with its result where it has one. */
export const runsOf = (db: Db, scanId: string) =>
  db
    .selectFrom('scan_runs as run')
    .leftJoin('results', (on) =>
      on.onRef('results.scan_id', '=', 'run.scan_id').onRef('results.scanner', '=', 'run.scanner'),
    )
    .select([
      'run.id',
      'run.scanner',
      'run.scanner_version',
      'run.options',
      'run.status',
      'run.reason',
      'run.detail',
      'run.progress',
      'run.coverage',
      'run.tier',
      'run.authority',
      'run.started_at',
      'run.finished_at',
      'run.from_scan',
      'results.result',
    ])
    .where('run.scan_id', '=', scanId)
    .orderBy('run.id')
    .execute()

export type ObservationRow = Awaited<ReturnType<typeof findingsOfScan>>[number]

/** What is wrong, and what could not be told. What was found to be well is kept, but is no finding. */
export const findingsOfScan = (db: Db, scanId: string) =>
  observed(db, scanId).where('seen.verdict', '!=', 'absent').execute()

/** Everything that was answered, well or not. */
export const observationsOf = (db: Db, scanId: string) => observed(db, scanId).execute()

const observed = (db: Db, scanId: string) =>
  db
    .selectFrom('observations as seen')
    .innerJoin('scan_runs as run', 'run.id', 'seen.run_id')
    .select([
      'run.scanner',
      'seen.rule',
      'seen.subject',
      'seen.address',
      'seen.verdict',
      'seen.reason',
      'seen.evidence',
    ])
    .where('run.scan_id', '=', scanId)
    .orderBy('seen.id')
