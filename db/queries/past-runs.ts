import { sql } from 'kysely'
import type { Db } from '../connect.ts'
import type { RunStatus } from '../model/scan.ts'

export interface PastRunRow {
  readonly scanId: string
  readonly at: Date
  readonly status: RunStatus
  readonly options: unknown
  /** Null where it ended without one. */
  readonly result: unknown
}

/** Of how many scans of a target the runs are looked for. */
const scansAtMost = 400

/** The last runs of a scanner at a target that ended, each in the scan that asked itself, the earliest first. */
export async function pastRuns(
  db: Db,
  { targetId, scanner, limit }: { readonly targetId: string; readonly scanner: string; readonly limit: number },
): Promise<PastRunRow[]> {
  const { rows } = await sql<PastRunRow>`
    select scan.id as "scanId", run.finished_at as at, run.status, run.options, result.result
    from (select id from scans where target_id = ${targetId}::uuid order by created_at desc, id desc limit ${scansAtMost}) scan
    join scan_runs run on run.scan_id = scan.id and run.scanner = ${scanner} and run.from_scan is null and run.started_at is not null and run.finished_at is not null
    left join results result on result.scan_id = scan.id and result.scanner = run.scanner
    order by run.started_at desc limit ${limit}
  `.execute(db)
  return rows.toReversed()
}
