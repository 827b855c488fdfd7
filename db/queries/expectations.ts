import { sql } from 'kysely'
import type { Db } from '../connect.ts'

/** What can be expected of the queue and the scanners, by what they did lately. */
export interface Expectations {
  /** Scans that wait, counted up to ten thousand. */
  readonly queued: number
  readonly running: number
  /** Median seconds of each scanner's last runs. */
  readonly runSeconds: ReadonlyMap<string, number>
}

const lastRuns = 500

export async function readExpectations(db: Db): Promise<Expectations> {
  const { rows } = await sql<{ queued: number; running: number; run_seconds: Record<string, number> | null }>`
    select
      (select count(*)::int from (select from scans where status = 'queued' limit 10000) waiting) as queued,
      (select count(*)::int from scans where status = 'running') as running,
      (select json_object_agg(scanner, seconds) from (
        select scanner, percentile_cont(0.5) within group (order by extract(epoch from finished_at - started_at)) as seconds
        from (
          select scanner, started_at, finished_at from scan_runs
          where finished_at is not null and started_at is not null order by finished_at desc limit ${lastRuns}
        ) recent group by scanner
      ) medians) as run_seconds
  `.execute(db)
  const { queued = 0, running = 0, run_seconds } = rows[0] ?? {}
  return { queued, running, runSeconds: new Map(Object.entries(run_seconds ?? {})) }
}
