import { type RawBuilder, sql } from 'kysely'
import { telling } from '../bus.ts'
import type { Db } from '../connect.ts'
import type { RunAuthority, Tier } from '../model/authority.ts'
import type { Judgement } from '../model/finding.ts'
import { type Coverage, openStatuses, type Progress, type RunStatus } from '../model/scan.ts'
import type { Target } from '../model/target.ts'
import { inSeconds, now } from './clock.ts'
import { storable } from './json.ts'
import { nextScan } from './next-scan.ts'
import { pausedLanes } from './pauses.ts'

/** A scan that this worker owns: the attempt is the fence that shuts out every other. */
export interface Claim {
  readonly id: string
  readonly attempt: number
}

/** How a run ended, as it is stored. */
export interface Ending {
  readonly status: RunStatus
  readonly reason: string | null
  readonly detail?: string | null
  readonly coverage?: Coverage | null
  readonly result?: object | null
}

const isLapsed = sql<boolean>`lease_until < now()`
/** Not resting until a window closes. */
export const isDue = sql<boolean>`(paused_until is null or paused_until <= calendar_now())`
export const plusOne = (column: 'attempt' | 'version' | 'lapses') => sql<number>`${sql.ref(column)} + 1`

/** The fence. */
const isMine = ({ id, attempt }: Claim) =>
  sql<boolean>`id = ${id}::uuid and attempt = ${attempt} and status = 'running'`

/**
 * In one statement: changes the scan while this attempt owns it, raises its version, writes that into its history, tells all processes, and does what else
 * belongs to it (`, name as (…)`, conditioned on `mine`). False: it is another's, and nothing happened.
 */
async function changeMine(
  db: Db,
  claim: Claim,
  { kind, scanner = null }: { kind: string; scanner?: string | null },
  { change = sql``, also = sql`` }: { change?: RawBuilder<unknown>; also?: RawBuilder<unknown> } = {},
): Promise<boolean> {
  const { rows } = await sql`
    with mine as (
      update scans set version = version + 1 ${change} where ${isMine(claim)} returning id, version
    ), event as (
      insert into scan_events (scan_id, version, kind, scanner) select id, version, ${kind}, ${scanner} from mine
    ) ${also}
    select ${telling('scan', sql`mine.id`)} from mine
  `.execute(db)
  return rows.length === 1
}

/** Wins a scan that waits, or whose lease ran out, with the runs still to do. Undefined when it is lost: done, cancelled, or another worker's. */
export const claimScan = (db: Db, id: string, leaseSeconds: number, workerId: string | null = null) =>
  claim(db, sql`${id}::uuid`, leaseSeconds, workerId)

/**
 * Wins the scan that somebody rang for where it is one that its worker left; else the one whose turn it is. A ring says that there is work, not whose.
 * Organisations in `except` get no turn.
 */
export const claimNext = (
  db: Db,
  rungFor: string,
  leaseSeconds: number,
  except: readonly string[],
  workerId: string | null = null,
) =>
  claim(
    db,
    sql`coalesce((select id from scans where id = ${rungFor}::uuid and status = 'running' and ${isLapsed} and not lane = any(${pausedLanes})), ${nextScan(except)})`,
    leaseSeconds,
    workerId,
  )

async function claim(
  db: Db,
  id: RawBuilder<unknown>,
  leaseSeconds: number,
  workerId: string | null,
): Promise<ClaimedScan | undefined> {
  const { rows } = await sql<ClaimedRow>`
    with wanted as materialized (
      select ${id} as id
    ), mine as (
      update scans set
        status = 'running', attempt = attempt + 1, version = version + 1,
        lapses = lapses + case when status = 'running' then 1 else 0 end,
        lapsed_at = case when status = 'running' then lease_until end, worker_id = ${workerId}::uuid, put_off_until = null,
        lease_until = ${inSeconds(leaseSeconds)}, started_at = coalesce(started_at, now())
      where id = (select id from wanted) and deadline > now() and cancel_asked_at is null and ${isDue}
        and (status = 'queued' or (status = 'running' and ${isLapsed}))
      returning id, attempt, version, organisation_id, target_id, request_id, traceparent, created_at, worker_id, lapsed_at
    ), event as (
      insert into scan_events (scan_id, version, kind, attempt, worker_id, lapsed_at)
      select id, version, 'claimed', attempt, worker_id, lapsed_at from mine
    ), runs as (
      update scan_runs set status = 'running', started_at = coalesce(started_at, now()), progress = null
      where scan_id = (select id from mine) and status in (${sql.join(openStatuses)})
      returning id, scanner, options
    )
    select mine.id, mine.attempt, mine.organisation_id as "organisationId", mine.target_id as "targetId", mine.request_id as "requestId", mine.traceparent,
      extract(epoch from now() - mine.created_at)::float8 as "waitedSeconds",
      (select status = 'running' from scans where id = mine.id) as "isTakenOver", calendar_now() as now,
      target.kind, target.canonical, target.display, target.connections_per_second as "connectionsPerSecond", target.open_connections as "openConnections",
      (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'scanner', scanner, 'options', options) order by id), '[]') from runs) as runs,
      ${telling('scan', sql`mine.id`)}
    from mine join targets target on target.id = mine.target_id
  `.execute(db)
  const [row] = rows
  if (row === undefined) return undefined
  const { kind, canonical, display, connectionsPerSecond, openConnections, ...scan } = row
  return {
    ...scan,
    target: { kind, canonical, display },
    ownersPace:
      connectionsPerSecond === null || openConnections === null ? null : { connectionsPerSecond, openConnections },
  }
}

/** A scan that was won, with what its worker needs. */
export interface ClaimedScan extends Claim {
  readonly organisationId: string
  readonly targetId: string
  readonly target: Target
  /** What the owner allows beyond the usual; null for the usual. */
  readonly ownersPace: { readonly connectionsPerSecond: number; readonly openConnections: number } | null
  readonly requestId: string | null
  readonly traceparent: string | null
  /** Another worker had it, whose lease ran out. */
  readonly isTakenOver: boolean
  /** Since it was asked for. */
  readonly waitedSeconds: number
  /** Calendar time. */
  readonly now: Date
  /** Those still to do. */
  readonly runs: readonly { readonly id: string; readonly scanner: string; readonly options: object }[]
}

type ClaimedRow = Omit<ClaimedScan, 'target' | 'ownersPace'> &
  Target & { connectionsPerSecond: number | null; openConnections: number | null }

/** Undefined when the scan is no longer ours. */
export async function renewLease(
  db: Db,
  claim: Claim,
  leaseSeconds: number,
): Promise<{ isCancelAsked: boolean; isPaused: boolean } | undefined> {
  const { rows } = await sql<{ isCancelAsked: boolean; isPaused: boolean }>`
    update scans set lease_until = ${inSeconds(leaseSeconds)} where ${isMine(claim)}
    returning cancel_asked_at is not null as "isCancelAsked", coalesce(paused_until > calendar_now(), false) as "isPaused"
  `.execute(db)
  return rows[0]
}

/** Holds the scan until the caller's transaction ends; undefined when it is no longer ours. */
export async function holdMine(db: Db, claim: Claim): Promise<{ isCancelAsked: boolean; now: Date } | undefined> {
  const { rows } = await sql<{ isCancelAsked: boolean; now: Date }>`
    select cancel_asked_at is not null as "isCancelAsked", calendar_now() as now from scans where ${isMine(claim)} for update
  `.execute(db)
  return rows[0]
}

/** By which a run that failed or told nothing is found together with others of its kind, as a part of the statement that ends it; null for any other end. */
export const causeOf = ({
  status,
  reason,
  detail,
}: Pick<Ending, 'status' | 'reason'> & { readonly detail: string | null }) =>
  status !== 'failed' && status !== 'inconclusive'
    ? sql<string | null>`null`
    : sql<string | null>`failure_cause(scan_runs.scanner, ${status}, ${reason}, failure_words(${detail},
        (select target.canonical from scans scan join targets target on target.id = scan.target_id where scan.id = scan_runs.scan_id)))`

/** Keeps what one run came to. False: the scan is another's, and what we saw is thrown away. Asking twice is harmless. */
export const endRun = (
  db: Db,
  claim: Claim,
  run: { readonly id: string; readonly scanner: string },
  ending: Ending,
): Promise<boolean> => {
  const { status, reason, detail = null, coverage = null, result = null } = ending
  return changeMine(
    db,
    claim,
    { kind: `run-${status}`, scanner: run.scanner },
    {
      also: sql`, run as (
        update scan_runs set status = ${status}, reason = ${reason}, detail = ${detail}, finished_at = now(),
          coverage = coalesce(${orNull(coverage)}::jsonb, coverage), cause = ${causeOf({ status, reason, detail })}
        where id = ${run.id}::uuid and exists (select from mine)
      ), kept as (
        insert into results (scan_id, scanner, attempt, result)
        select id, ${run.scanner}, ${claim.attempt}, seen.result from mine, (select ${orNull(result)}::jsonb as result) seen where seen.result is not null
        on conflict (scan_id, scanner) do nothing
      )`,
    },
  )
}

const orNull = (document: object | null) => (document === null ? null : storable(document))

/** Says of a run of a scan that is held that a rule of ours broke over it. */
export const failRun = (db: Db, id: string, reason: string) =>
  db
    .updateTable('scan_runs')
    .set({
      status: 'failed',
      reason,
      detail: null,
      finished_at: now,
      cause: causeOf({ status: 'failed', reason, detail: null }),
    })
    .where('id', '=', id)
    .execute()

/** Shows how far the open runs are; false when the scan is no longer ours. */
export function saveProgress(db: Db, claim: Claim, progress: ReadonlyMap<string, Progress>): Promise<boolean> {
  const seen = storable([...progress].map(([id, value]) => ({ id, value })))
  return changeMine(
    db,
    claim,
    { kind: 'progress' },
    {
      also: sql`, shown as (
        update scan_runs run set progress = seen.value
        from jsonb_to_recordset(${seen}::jsonb) as seen (id uuid, value jsonb)
        where run.id = seen.id and run.status = 'running' and exists (select from mine)
      )`,
    },
  )
}

/** Notes by what right each run touches what it touches, before it does. */
export function saveAuthority(
  db: Db,
  claim: Claim,
  runs: readonly { readonly id: string; readonly tier: Tier; readonly authority: RunAuthority }[],
): Promise<boolean> {
  return changeMine(
    db,
    claim,
    { kind: 'authorised' },
    {
      also: sql`, noted as (
        update scan_runs run set tier = seen.tier, authority = seen.authority
        from jsonb_to_recordset(${storable(runs)}::jsonb) as seen (id uuid, tier text, authority jsonb)
        where run.id = seen.id and exists (select from mine)
      )`,
    },
  )
}

/** Which addresses a run touched, and how often. What is told twice counts once: a later attempt begins after the one before ended. */
export async function saveTouches(db: Db, runId: string, touches: readonly Touch[]): Promise<void> {
  if (touches.length === 0) return
  await sql`
    insert into touches (address, run_id, first_at, last_at, connections)
    select address::inet, ${runId}::uuid, to_timestamp("firstAt" / 1000), to_timestamp("lastAt" / 1000), connections
    from jsonb_to_recordset(${storable(touches)}::jsonb) as seen (address text, "firstAt" float8, "lastAt" float8, connections integer)
    on conflict (address, run_id) do update set last_at = excluded.last_at, connections = touches.connections + case when excluded.first_at > touches.last_at then excluded.connections else 0 end
  `.execute(db)
}

export interface Touch {
  readonly address: string
  /** Milliseconds of the epoch. */
  readonly firstAt: number
  readonly lastAt: number
  readonly connections: number
}

/** Gives a scan back unfinished, for another worker to take at once: a drain, which counts as no lapse. Its finished runs stay. */
export const handBack = (db: Db, claim: Claim): Promise<boolean> =>
  changeMine(
    db,
    claim,
    { kind: 'handed-back' },
    {
      change: sql`, status = 'queued', lease_until = null, rung_at = null`,
      also: sql`, waiting as (
        update scan_runs set status = 'queued' where scan_id = (select id from mine) and status = 'running'
      )`,
    },
  )

/** Ends the scan; false when it is another's. Belongs into the transaction that stores what follows from it. */
export const endScan = (
  db: Db,
  claim: Claim,
  status: 'completed' | 'failed' | 'refused' | 'cancelled',
  reason: string | null,
): Promise<boolean> =>
  changeMine(
    db,
    claim,
    { kind: status },
    { change: sql`, status = ${status}, reason = ${reason}, lease_until = null, finished_at = now()` },
  )

/** One statement however many there are; values() would carry seven parameters a row. */
export async function saveObservations(
  db: Db,
  judgements: readonly (Judgement & { readonly runId: string })[],
): Promise<void> {
  if (judgements.length === 0) return
  const rows = storable(
    judgements.map(({ evidence = null, reason = null, ...seen }) => ({ ...seen, reason, evidence })),
  )
  await sql`
    insert into observations (run_id, rule, address, subject, verdict, reason, evidence)
    select seen."runId", seen.rule, seen.address, seen.subject, seen.verdict, seen.reason, seen.evidence
    from jsonb_to_recordset(${rows}::jsonb) as seen ("runId" uuid, rule text, address text, subject text, verdict text, reason text, evidence jsonb)
  `.execute(db)
}
