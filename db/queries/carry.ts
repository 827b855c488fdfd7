import { sql } from 'kysely'
import type { Db } from '../connect.ts'
import { openStatuses, type RunStatus } from '../model/scan.ts'
import { storable } from './json.ts'

/** What a run has to be like to stand for one that is asked for now. */
export interface Likeness {
  readonly organisationId: string
  readonly targetId: string
  readonly scanner: string
  readonly scannerVersion: number
  readonly options: object
}

/** The youngest run that told this much within so many seconds, of those that asked themselves; an answer that could not be told is none. */
export async function findFreshRun(db: Db, like: Likeness, maxAgeSeconds: number): Promise<string | undefined> {
  const run = await db
    .selectFrom('scan_runs as run')
    .innerJoin('scans as scan', 'scan.id', 'run.scan_id')
    .select('run.id')
    .where('scan.organisation_id', '=', like.organisationId)
    .where('scan.target_id', '=', like.targetId)
    .where('run.scanner', '=', like.scanner)
    .where('run.scanner_version', '=', like.scannerVersion)
    .where('run.options', '=', sql<object>`${storable(like.options)}::jsonb`)
    .where('run.status', '=', 'completed')
    .where('run.from_run', 'is', null)
    .where('run.finished_at', '>', sql<Date>`calendar_now() - make_interval(secs => ${maxAgeSeconds})`)
    .orderBy('run.finished_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return run?.id
}

export interface Ask {
  readonly scanner: string
  readonly scannerVersion: number
  readonly options: object
}

/** Two who ask for one target at the same moment come one after the other, until the caller's transaction ends. */
export const lockTarget = (db: Db, targetId: string) =>
  sql`select pg_advisory_xact_lock(hashtextextended(${`ask:${targetId}`}, 0))`.execute(db)

/** An open scan of the target that asks exactly this, and that nobody wants to end. */
export async function findOpenScan(
  db: Db,
  of: { readonly organisationId: string; readonly targetId: string },
  asks: readonly Ask[],
): Promise<string | undefined> {
  const wanted = storable(
    asks.map(({ scanner, scannerVersion, options }) => ({ scanner, version: scannerVersion, options })),
  )
  const { rows } = await sql<{ id: string }>`
    select scan.id from scans scan
    where scan.target_id = ${of.targetId} and scan.organisation_id = ${of.organisationId}
      and scan.status in (${sql.join(openStatuses)}) and scan.cancel_asked_at is null and scan.deadline > now()
      and not exists (
        (select scanner, scanner_version, options from scan_runs where scan_id = scan.id)
        except (select ask.scanner, ask.version, ask.options from jsonb_to_recordset(${wanted}::jsonb) as ask (scanner text, version integer, options jsonb))
      )
      and (select count(*) from scan_runs where scan_id = scan.id) = ${asks.length}
    order by scan.created_at desc limit 1
  `.execute(db)
  return rows[0]?.id
}

/** What a later scan needs of each run of this one. */
export const runsToRepeat = (db: Db, scanId: string) =>
  db
    .selectFrom('scan_runs')
    .select(['id', 'scanner', 'options', 'status'])
    .where('scan_id', '=', scanId)
    .orderBy('id')
    .execute() as Promise<{ id: string; scanner: string; options: object; status: RunStatus }[]>

/** Takes a run over as it ended, with its result, under the new scan. */
export async function carryRun(db: Db, to: { readonly scanId: string; readonly runId: string }, fromRun: string) {
  await sql`
    insert into scan_runs (id, scan_id, scanner, scanner_version, options, status, reason, detail, coverage, tier, authority, started_at, finished_at, from_run, from_scan)
    select ${to.runId}::uuid, ${to.scanId}::uuid, scanner, scanner_version, options, status, reason, detail, coverage, tier, authority, started_at, finished_at,
      coalesce(from_run, id), coalesce(from_scan, scan_id)
    from scan_runs where id = ${fromRun}
  `.execute(db)
  await sql`
    insert into results (scan_id, scanner, attempt, result)
    select ${to.scanId}::uuid, results.scanner, 0, results.result
    from scan_runs run join results on results.scan_id = run.scan_id and results.scanner = run.scanner
    where run.id = ${fromRun}
  `.execute(db)
}
