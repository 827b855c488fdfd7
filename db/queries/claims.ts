import { sql, type UpdateObject } from 'kysely'
import { publish } from '../bus.ts'
import type { Db } from '../connect.ts'
import type { RunAuthority, Tier } from '../model/authority.ts'
import type { Judgement } from '../model/finding.ts'
import { type Coverage, openStatuses, type Progress, type RunStatus } from '../model/scan.ts'
import type { Tables } from '../tables.ts'
import { inSeconds, now } from './clock.ts'
import { storable } from './json.ts'
import { nextScan } from './next-scan.ts'

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
export const plusOne = (column: 'attempt' | 'version' | 'lapses') => sql<number>`${sql.ref(column)} + 1`

/** Changes the scan while this attempt owns it, raises its version and writes that into its history. False: it is another's, and nothing happened. */
async function changeMine(
  db: Db,
  claim: Claim,
  event: { kind: string; scanner?: string },
  change: UpdateObject<Tables, 'scans'>,
): Promise<boolean> {
  const changed = await whileMine(db, claim, { ...change, version: plusOne('version') })
    .returning('version')
    .executeTakeFirst()
  if (!changed) return false
  await db
    .insertInto('scan_events')
    .values({ scan_id: claim.id, version: changed.version, kind: event.kind, scanner: event.scanner ?? null })
    .execute()
  await publish(db, 'scan', claim.id)
  return true
}

/** The fence. */
const whileMine = (db: Db, { id, attempt }: Claim, change: UpdateObject<Tables, 'scans'>) =>
  db
    .updateTable('scans')
    .set(change)
    .where('id', '=', id)
    .where('attempt', '=', attempt)
    .where('status', '=', 'running')

/** Wins a scan that waits, or whose lease ran out, with the runs still to do. Undefined when it is lost: done, cancelled, or another worker's. */
export const claimScan = (db: Db, id: string, leaseSeconds: number) =>
  db.transaction().execute((db) => claimIn(db, id, leaseSeconds))

/**
 * Wins the scan that somebody rang for where it is one that its worker left; else the one whose turn it is. A ring says that there is work, not whose.
 * Organisations in `except` get no turn.
 */
export const claimNext = (db: Db, rungFor: string, leaseSeconds: number, except: readonly string[]) =>
  db.transaction().execute(async (db) => {
    const left = await db
      .selectFrom('scans')
      .select('id')
      .where('id', '=', rungFor)
      .where('status', '=', 'running')
      .where(isLapsed)
      .executeTakeFirst()
    const id = left?.id ?? (await nextScan(db, except))
    return id === undefined ? undefined : claimIn(db, id, leaseSeconds)
  })

async function claimIn(db: Db, id: string, leaseSeconds: number) {
  const scan = await db
    .updateTable('scans')
    .set({
      status: 'running',
      attempt: plusOne('attempt'),
      lapses: sql<number>`lapses + case when status = 'running' then 1 else 0 end`,
      lease_until: inSeconds(leaseSeconds),
      started_at: sql<Date>`coalesce(started_at, now())`,
      version: plusOne('version'),
    })
    .where('id', '=', id)
    .where('deadline', '>', now)
    .where('cancel_asked_at', 'is', null)
    .where((is) => is.or([is('status', '=', 'queued'), is.and([is('status', '=', 'running'), isLapsed])]))
    .returning(['id', 'attempt', 'version', 'organisation_id', 'target_id', 'request_id'])
    .returning(sql<Date>`calendar_now()`.as('now'))
    .executeTakeFirst()
  if (!scan) return undefined
  await db.insertInto('scan_events').values({ scan_id: id, version: scan.version, kind: 'claimed' }).execute()
  await publish(db, 'scan', id)
  const runs = await db
    .updateTable('scan_runs')
    .set({ status: 'running', started_at: sql<Date>`coalesce(started_at, now())`, progress: null })
    .where('scan_id', '=', id)
    .where('status', 'in', openStatuses)
    .returning(['id', 'scanner', 'options'])
    .execute()
  const target = await db
    .selectFrom('targets')
    .select(['kind', 'canonical', 'display', 'connections_per_second', 'open_connections'])
    .where('id', '=', scan.target_id)
    .executeTakeFirstOrThrow()
  const { kind, canonical, display, connections_per_second, open_connections } = target
  return {
    id: scan.id,
    attempt: scan.attempt,
    now: scan.now,
    requestId: scan.request_id,
    organisationId: scan.organisation_id,
    targetId: scan.target_id,
    target: { kind, canonical, display },
    /** What the owner allows beyond the usual; null for the usual. */
    ownersPace:
      connections_per_second === null || open_connections === null
        ? null
        : { connectionsPerSecond: connections_per_second, openConnections: open_connections },
    runs,
  }
}

/** Undefined when the scan is no longer ours. */
export const renewLease = (db: Db, claim: Claim, leaseSeconds: number) =>
  whileMine(db, claim, { lease_until: inSeconds(leaseSeconds) })
    .returning(sql<boolean>`cancel_asked_at is not null`.as('isCancelAsked'))
    .executeTakeFirst()

/** Holds the scan until the caller's transaction ends; undefined when it is no longer ours. */
export const holdMine = (db: Db, { id, attempt }: Claim) =>
  db
    .selectFrom('scans')
    .select(sql<boolean>`cancel_asked_at is not null`.as('isCancelAsked'))
    .where('id', '=', id)
    .where('attempt', '=', attempt)
    .where('status', '=', 'running')
    .forUpdate()
    .executeTakeFirst()

/** Keeps what one run came to. False: the scan is another's, and what we saw is thrown away. Asking twice is harmless. */
export const endRun = (db: Db, claim: Claim, run: { id: string; scanner: string }, ending: Ending): Promise<boolean> =>
  db.transaction().execute(async (db) => {
    if (!(await changeMine(db, claim, { kind: `run-${ending.status}`, scanner: run.scanner }, {}))) return false
    await setRun(db, run.id, ending)
    if (ending.result) {
      await db
        .insertInto('results')
        .values({ scan_id: claim.id, scanner: run.scanner, attempt: claim.attempt, result: storable(ending.result) })
        .onConflict((on) => on.doNothing())
        .execute()
    }
    return true
  })

export const setRun = (db: Db, id: string, { status, reason, detail = null, coverage = null }: Ending) =>
  db
    .updateTable('scan_runs')
    .set({ status, reason, detail, finished_at: now, ...(coverage ? { coverage: storable(coverage) } : {}) })
    .where('id', '=', id)
    .execute()

/** Shows how far the open runs are; false when the scan is no longer ours. */
export const saveProgress = (db: Db, claim: Claim, progress: ReadonlyMap<string, Progress>): Promise<boolean> =>
  db.transaction().execute(async (db) => {
    if (!(await changeMine(db, claim, { kind: 'progress' }, {}))) return false
    for (const [runId, value] of progress) {
      await db
        .updateTable('scan_runs')
        .set({ progress: storable(value) })
        .where('id', '=', runId)
        .where('status', '=', 'running')
        .execute()
    }
    return true
  })

/** Notes by what right each run touches what it touches, before it does. */
export const saveAuthority = (
  db: Db,
  claim: Claim,
  runs: readonly { readonly id: string; readonly tier: Tier; readonly authority: RunAuthority }[],
): Promise<boolean> =>
  db.transaction().execute(async (db) => {
    if (!(await changeMine(db, claim, { kind: 'authorised' }, {}))) return false
    for (const { id, tier, authority } of runs)
      await db
        .updateTable('scan_runs')
        .set({ tier, authority: storable(authority) })
        .where('id', '=', id)
        .execute()
    return true
  })

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
  db.transaction().execute(async (db) => {
    if (!(await changeMine(db, claim, { kind: 'handed-back' }, { status: 'queued', lease_until: null, rung_at: null })))
      return false
    await db
      .updateTable('scan_runs')
      .set({ status: 'queued' })
      .where('scan_id', '=', claim.id)
      .where('status', '=', 'running')
      .execute()
    return true
  })

/** Ends the scan; false when it is another's. Belongs into the transaction that stores what follows from it. */
export const endScan = (
  db: Db,
  claim: Claim,
  status: 'completed' | 'failed' | 'refused' | 'cancelled',
  reason: string | null,
): Promise<boolean> => changeMine(db, claim, { kind: status }, { status, reason, lease_until: null, finished_at: now })

export async function saveObservations(db: Db, runId: string, judgements: readonly Judgement[]): Promise<void> {
  if (judgements.length === 0) return
  const rows = storable(
    judgements.map(({ evidence = null, reason = null, ...seen }) => ({ ...seen, reason, evidence })),
  )
  // One statement however many there are; values() would carry six parameters a row.
  await sql`
    insert into observations (run_id, rule, address, subject, verdict, reason, evidence)
    select ${runId}::uuid, seen.rule, seen.address, seen.subject, seen.verdict, seen.reason, seen.evidence
    from jsonb_to_recordset(${rows}::jsonb) as seen (rule text, address text, subject text, verdict text, reason text, evidence jsonb)
  `.execute(db)
}
