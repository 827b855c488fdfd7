import { type Cause, forCause } from '#db/cause.ts'
import type { RunAuthority } from '#db/model/authority.ts'
import type { Progress } from '#db/model/scan.ts'
import {
  type ClaimedScan,
  claimNext,
  type Ending,
  endRun,
  handBack,
  renewLease,
  saveAuthority,
  saveProgress,
  saveTouches,
} from '#db/queries/claims.ts'
import { forgetRings } from '#db/queries/scans.ts'
import { noteFenced } from '#db/queries/workers.ts'
import { authorise, missingWords, rightOf, type RunRight, visiting } from '#workers/authority/authorise.ts'
import { visitor } from '#workers/network/authority.ts'

import { cancelledRuns } from '#workers/queue/cancel-scan.ts'
import { finishScan, type OnBug } from '#workers/queue/finish-scan.ts'
import { provingMillis } from '#workers/queue/begin-scan.ts'
import { scanners } from '#workers/scanners/index.ts'
import { runScanner } from '#workers/scanners/run.ts'
import type { AnyScanner } from '#workers/scanners/scanner.ts'
import type { JobHandler, WorkerContext } from './job.ts'
import { keepLease, type Lease } from './lease.ts'
import { persist } from './persist.ts'

/** How long a claim is worth asking for while the database is away: the reconciler rings again anyway. */
const claimMillis = 5000
const progressMillis = 1000

/** Runs the scan whose turn it is: a ring says that there is work, not whose. */
export const runScan: JobHandler<'run-scan'> = async ({ scanId }, context) => {
  let isDue = true
  // Scans wait in the database while outward packets are off; the reconciler rings again.
  while (isDue && !context.isOutwardOff() && !context.isStopping()) {
    const slot = context.slots.take()
    let isRun = false
    try {
      const scan = await claim(scanId, context, await slot.except())
      slot.claimed(scan?.organisationId ?? null)
      if (scan) await forCause(causeOf(scan), () => traced(scan, context))
      isRun = scan !== undefined
    } finally {
      slot.release()
    }
    isDue = isRun && context.slots.takeDebt()
  }
  // Rings that found every slot taken are owed: of a worker that stops meanwhile, the reconciler rings again for others.
  if (isDue && context.isStopping()) await forgetRings(context.db, [scanId]).catch(() => {})
}

/** The scan goes on with the trace of the request that asked for it; its time in the queue is a span too. */
function traced(scan: ClaimedScan, context: WorkerContext): Promise<void> {
  const { recorder, tracer } = context
  if (scan.isTakenOver) recorder.takenOver()
  const claimedMillis = Date.now()
  if (scan.attempt === 1)
    tracer.note({ name: 'queued', kind: 'internal' }, claimedMillis - scan.waitedSeconds * 1000, claimedMillis)
  const attributes = { 'portlight.scan_id': scan.id, 'portlight.attempt': scan.attempt }
  return tracer.span({ name: 'run-scan', kind: 'consumer', attributes }, () => runClaimed(scan, context))
}

const causeOf = ({ id, requestId, traceparent }: ClaimedScan): Cause => ({
  id: requestId ?? id,
  requestId,
  traceparent,
})

async function claim(rungFor: string, { db, leaseSeconds, workerId }: WorkerContext, except: readonly string[]) {
  const began = performance.now()
  return persist(
    () => claimNext(db, rungFor, leaseSeconds, except, workerId),
    () => performance.now() - began < claimMillis,
  )
}

/** Runs a scan's scanners side by side, keeps what each saw as soon as it ends, and finishes the scan after the last. */
async function runClaimed(scan: ClaimedScan, context: WorkerContext): Promise<void> {
  const { db, leaseSeconds, log, signal } = context
  const { id: scanId } = scan
  const [cancelled, paused] = [new AbortController(), new AbortController()]
  const deaf = [context.onCancel(scanId, () => cancelled.abort()), context.onPause(scanId, () => paused.abort())]
  const about = { scanId, attempt: scan.attempt, requestId: scan.requestId }
  log.info(about, 'scan begins')
  const renew = async () => {
    const mine = await renewLease(db, scan, leaseSeconds)
    if (mine?.isCancelAsked) cancelled.abort()
    if (mine?.isPaused) paused.abort()
    return mine !== undefined
  }
  const lease = keepLease(renew, leaseSeconds, AbortSignal.any([signal, cancelled.signal, paused.signal]))
  const finish = (open?: typeof cancelledRuns) =>
    persist(() => db.transaction().execute((db) => finishScan(db, scan, onBug, open)), lease.isHeld)
  const noteFence = async () => {
    context.recorder.fenced()
    // For whoever reads the scan's life; the scan itself is safe without.
    await noteFenced(db, scan, context.workerId).catch(() => {})
  }
  const onBug: OnBug = (error, details) => log.error({ ...about, ...details, err: error }, 'a bug of ours')
  try {
    await runAll(scan, lease, context, { onBug, isCancelled: () => cancelled.signal.aborted })
    if (!lease.signal.aborted) {
      const isOurs = await finish()
      log.info(about, isOurs ? 'scan ends' : 'fenced: the scan is another attempt’s')
      if (!isOurs) await noteFence()
    } else if (lease.isHeld() && cancelled.signal.aborted) {
      // Its sockets are closed by now: every scanner has come back.
      await finish(cancelledRuns)
      log.info(about, 'scan cancelled')
    } else if (lease.isHeld()) {
      await persist(() => handBack(db, scan), lease.isHeld)
      // One that pauses is rung for when its window closes.
      if (!paused.signal.aborted) context.onHandedBack(scanId)
      log.info(about, paused.signal.aborted ? 'scan paused' : 'scan handed back')
    } else {
      log.warn(about, 'fenced: the lease was lost')
      await noteFence()
    }
  } finally {
    lease.end()
    for (const stop of deaf) stop()
  }
}

const scannerOf = (name: string) => scanners[name as keyof typeof scanners] as AnyScanner

async function runAll(
  scan: ClaimedScan,
  lease: Lease,
  context: WorkerContext,
  { onBug, isCancelled }: { readonly onBug: OnBug; readonly isCancelled: () => boolean },
): Promise<void> {
  const { db, openDoor, tracer } = context
  const progress = new Map<string, Progress>()
  const last = new Map<string, Progress>()
  let running: readonly RightfulRun[] = []
  const noteWaiting = () => {
    for (const { id, right } of running) {
      const known = progress.get(id) ?? last.get(id) ?? { done: 0, total: 0 }
      if (right.isWaiting() !== (known.isWaiting ?? false)) progress.set(id, { ...known, isWaiting: right.isWaiting() })
    }
  }
  const timer = setInterval(() => {
    noteWaiting()
    for (const [id, value] of progress) last.set(id, value)
    if (progress.size === 0 || lease.signal.aborted) return
    const seen = new Map(progress)
    progress.clear()
    // Progress is a courtesy: one that is lost is made good by the next.
    saveProgress(db, scan, seen).catch(() => {})
  }, progressMillis)
  const runOne = async ({ right, granted, ...run }: RightfulRun) => {
    const ending = right.isRefused
      ? noProof(granted)
      : await tracer
          .span({ name: `scan ${run.scanner}`, kind: 'internal' }, () =>
            runScanner(scannerOf(run.scanner), scan.target, run.options, {
              openDoor: (signal) => openDoor(signal, right.authority),
              pace: right.pace,
              signal: lease.signal,
              now: scan.now,
              progress: (value) => void progress.set(run.id, { ...value, isWaiting: right.isWaiting() }),
            }),
          )
          .catch((error: unknown): Ending => {
            if (!lease.signal.aborted) onBug(error, { runId: run.id, scanner: run.scanner })
            return { status: 'failed', reason: 'internal' }
          })
    // Packets that were sent were sent, whatever becomes of the run.
    const touches = right.touches()
    await persist(() => saveTouches(db, run.id, touches), lease.isHeld).catch((error: unknown) =>
      onBug(error, { runId: run.id }),
    )
    // What the abort made of this run is no answer about the target; of a scan that somebody cancelled it is what was seen by then.
    const isPartial = lease.signal.aborted
    if (isPartial && !(isCancelled() && lease.isHeld() && hasResult(ending))) return
    running = running.filter(({ id }) => id !== run.id)
    progress.delete(run.id)
    const kept = { ...(ending as Ending), ...(isPartial ? cancelledRuns : {}) }
    await persist(() => endRun(db, scan, run, kept), lease.isHeld)
  }
  try {
    running = await authorised(scan, lease, context, onBug)
    if (!lease.signal.aborted) await Promise.all(running.map(runOne))
  } finally {
    clearInterval(timer)
  }
}

const hasResult = (ending: object): boolean => 'result' in ending && ending.result !== null

type RightfulRun = ClaimedScan['runs'][number] & { readonly right: RunRight; readonly granted: RunAuthority }

/** The open runs, each with what it may do; that stands on it before anything is touched. */
async function authorised(
  scan: ClaimedScan,
  lease: Lease,
  { db, openDoor }: WorkerContext,
  onBug: OnBug,
): Promise<RightfulRun[]> {
  if (scan.runs.length === 0) return []
  const signal = AbortSignal.any([lease.signal, AbortSignal.timeout(provingMillis)])
  const granted = await persist(
    () =>
      authorise(
        db,
        openDoor(signal, visitor),
        scan,
        scan.runs.map(({ scanner }) => scannerOf(scanner)),
      ),
    lease.isHeld,
  ).catch((error: unknown) => {
    // Without a word on authority there is none: the door lets no more than a visit through.
    onBug(error, { targetId: scan.targetId })
    return visiting
  })
  const runs = scan.runs.map((run) => ({
    ...run,
    granted,
    right: rightOf(scannerOf(run.scanner), granted, { ownersPace: scan.ownersPace, runId: run.id }),
  }))
  const noted = runs.map(({ id, right }) => ({ id, tier: right.tier, authority: granted }))
  if (!lease.signal.aborted) await persist(() => saveAuthority(db, scan, noted), lease.isHeld)
  return runs
}

const noProof = (granted: RunAuthority): Ending => ({
  status: 'refused',
  reason: 'no-proof',
  detail: missingWords(granted).slice(0, 1000),
})
