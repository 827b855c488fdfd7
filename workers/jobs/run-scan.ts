import type { Progress } from '#db/model/scan.ts'
import { claimScan, type Ending, endRun, handBack, renewLease, saveProgress } from '#db/queries/claims.ts'
import { finishScan, type OnBug } from '#workers/queue/finish-scan.ts'
import { scanners } from '#workers/scanners/index.ts'
import { runScanner } from '#workers/scanners/run.ts'
import type { AnyScanner } from '#workers/scanners/scanner.ts'
import type { JobHandler, WorkerContext } from './job.ts'
import { keepLease, type Lease } from './lease.ts'
import { persist } from './persist.ts'

/** How long a claim is worth asking for while the database is away: the reconciler rings again anyway. */
const claimMillis = 5000
const progressMillis = 1000

type ClaimedScan = Awaited<ReturnType<typeof claimScan>> & object

/** Runs a scan's scanners side by side, keeps what each saw as soon as it ends, and finishes the scan after the last. */
export const runScan: JobHandler<'run-scan'> = async ({ scanId }, context) => {
  const { db, leaseSeconds, log, signal } = context
  const began = performance.now()
  const scan = await persist(
    () => claimScan(db, scanId, leaseSeconds),
    () => performance.now() - began < claimMillis,
  )
  if (!scan) return

  const about = { scanId, attempt: scan.attempt, requestId: scan.requestId }
  log.info(about, 'scan begins')
  const lease = keepLease(() => renewLease(db, scan, leaseSeconds), leaseSeconds, signal)
  const onBug: OnBug = (error, details) => log.error({ ...about, ...details, err: error }, 'a bug of ours')
  try {
    await runAll(scan, lease, context, onBug)
    if (!lease.signal.aborted) {
      const isOurs = await persist(() => db.transaction().execute((db) => finishScan(db, scan, onBug)), lease.isHeld)
      log.info(about, isOurs ? 'scan ends' : 'fenced: the scan is another attempt’s')
    } else if (lease.isHeld()) {
      await persist(() => handBack(db, scan), lease.isHeld)
      context.onHandedBack(scanId)
      log.info(about, 'scan handed back')
    } else {
      log.warn(about, 'fenced: the lease was lost')
    }
  } finally {
    lease.end()
  }
}

async function runAll(scan: ClaimedScan, lease: Lease, { db, openDoor }: WorkerContext, onBug: OnBug): Promise<void> {
  const progress = new Map<string, Progress>()
  const timer = setInterval(() => {
    if (progress.size === 0 || lease.signal.aborted) return
    const seen = new Map(progress)
    progress.clear()
    // Progress is a courtesy: one that is lost is made good by the next.
    saveProgress(db, scan, seen).catch(() => {})
  }, progressMillis)
  const runOne = async (run: ClaimedScan['runs'][number]) => {
    const ending = await runScanner(
      scanners[run.scanner as keyof typeof scanners] as AnyScanner,
      scan.target,
      run.options,
      {
        openDoor,
        signal: lease.signal,
        now: scan.now,
        progress: (value) => void progress.set(run.id, value),
      },
    ).catch((error: unknown): Ending => {
      if (!lease.signal.aborted) onBug(error, { runId: run.id, scanner: run.scanner })
      return { status: 'failed', reason: 'internal' }
    })
    // What the abort made of this run is no answer about the target.
    if (lease.signal.aborted) return
    progress.delete(run.id)
    await persist(() => endRun(db, scan, run, ending as Ending), lease.isHeld)
  }
  try {
    await Promise.all(scan.runs.map(runOne))
  } finally {
    clearInterval(timer)
  }
}
