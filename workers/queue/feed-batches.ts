import { isUnavailable } from '#db/connect.ts'
import type { Actor } from '#db/model/actor.ts'
import { DomainError } from '#db/model/errors.ts'
import { denialOf } from '#db/model/permission.ts'
import { forgetUpload } from '#db/queries/batches.ts'
import {
  actorOf,
  endBatch,
  endWaiting,
  linkRow,
  openScansOf,
  releaseBatch,
  type RowEnding,
  settleRows,
  type TakenBatch,
  takeBatch,
  waitingRows,
  waitingScans,
} from '#db/queries/feed.ts'
import { readOutward } from '#db/queries/switches.ts'
import type { BeginDeps } from './begin-scan.ts'
import { cancelScan } from './cancel-scan.ts'
import { importTargets } from './import-targets.ts'
import { submitScan } from './submit-scan.ts'

/** How long a batch is one process' to feed: a dead one's is another's then. */
const feedingSeconds = 10
/** Long enough for many, short enough for every other batch. */
const usualRoundMillis = 700
/** A scan shall not wait for long: its deadline counts from when it was made. */
const waitAtMostSeconds = 20
const windowAtLeast = 8
const windowAtMost = 1000
const endedAtOnce = 5000

/**
 * Gives each running batch as many scans as workers take: the rest of its rows waits here, so that no scan's deadline runs while its batch is long.
 * Any process does it; a batch is one's at a time, and a row gets its scan in the transaction that makes it.
 */
export async function feedBatches(deps: BeginDeps, roundMillis = usualRoundMillis): Promise<void> {
  const seen: string[] = []
  for (;;) {
    const batch = await takeBatch(deps.db, feedingSeconds, seen)
    if (!batch) return
    seen.push(batch.id)
    let isChanged = true
    let { windowSize } = batch
    try {
      ;({ isChanged, windowSize } = await feed(deps, batch, roundMillis))
    } catch (error) {
      if (isUnavailable(error)) throw error
      deps.onBug(error, { batchId: batch.id })
    }
    await releaseBatch(deps.db, batch.id, { isChanged, windowSize })
  }
}

async function feed(
  deps: BeginDeps,
  batch: TakenBatch,
  roundMillis: number,
): Promise<{ isChanged: boolean; windowSize: number }> {
  const { db } = deps
  const settled = await settleRows(db, batch.id)
  if (batch.isCancelAsked) return { isChanged: await cancelRest(deps, batch), windowSize: batch.windowSize }
  const actor = await actorOf(db, batch)
  const isImport = batch.options.purpose === 'targets'
  const waiting = await waitingScans(db, batch.id)
  const windowSize = nextWindow(batch.windowSize, waiting)
  const places = windowSize - waiting.count
  const may = actor !== null && denialOf(actor, isImport ? 'targets:write' : 'scans:write') === null
  const made = !may
    ? await refuseRest(deps, batch)
    : isImport
      ? await importTargets(deps, batch, actor, { roundMillis, endingOf: (error) => endingOf(deps, batch.id, error) })
      : // What cannot begin shall not be made: its deadline would run meanwhile.
        (await readOutward(db)).isOff
        ? 0
        : await submitRows(deps, batch, actor, { places, roundMillis })
  const isOver = await endBatch(db, batch.id, { status: 'completed', reason: null })
  return { isChanged: settled + made > 0 || isOver, windowSize }
}

/** Twice as many where nearly all were taken, half where the oldest waits too long. */
function nextWindow(size: number, { count, oldestSeconds }: { count: number; oldestSeconds: number }): number {
  if (oldestSeconds > waitAtMostSeconds) return Math.max(windowAtLeast, Math.floor(size / 2))
  return count * 4 <= size ? Math.min(windowAtMost, size * 2) : size
}

/** @returns how many rows changed */
async function submitRows(
  deps: BeginDeps,
  batch: TakenBatch,
  actor: Actor,
  { places, roundMillis }: { places: number; roundMillis: number },
): Promise<number> {
  const { db } = deps
  const until = performance.now() + roundMillis
  let changed = 0
  let free = places
  while (free > 0 && performance.now() < until) {
    const rows = await waitingRows(db, batch.id, Math.min(free, 100))
    if (rows.length === 0) return changed
    for (const row of rows) {
      const outcome = await submitRow(deps, batch, actor, row)
      if (outcome === 'full') return changed
      changed++
      if (outcome === 'waits') free--
      if (performance.now() > until) break
    }
  }
  return changed
}

class RowTaken extends Error {}

async function submitRow(
  deps: BeginDeps,
  { id: batchId, options: usual }: TakenBatch,
  actor: Actor,
  { number, canonical, options }: Awaited<ReturnType<typeof waitingRows>>[number],
): Promise<'waits' | 'done' | 'full'> {
  const { scanners = usual.scanners, maxAge = usual.maxAge } = options ?? {}
  try {
    const { status } = await submitScan(deps, actor, {
      target: canonical!,
      // They were judged when the batch was read.
      scanners,
      maxAgeSeconds: maxAge ?? null,
      lane: 'bulk',
      requestKey: null,
      requestId: null,
      alongside: async (db, scan) => {
        if (!(await linkRow(db, { batchId, number }, scan))) throw new RowTaken()
      },
    })
    return status === 'queued' ? 'waits' : 'done'
  } catch (error) {
    if (error instanceof RowTaken) return 'done'
    if (isUnavailable(error)) throw error
    if (error instanceof DomainError && error.code === 'queue-full') return 'full'
    await endWaiting(deps.db, batchId, { number }, endingOf(deps, batchId, error))
    return 'done'
  }
}

/** A bug of ours ends its row, and not the rows behind it. */
function endingOf({ onBug }: BeginDeps, batchId: string, error: unknown): RowEnding {
  if (error instanceof DomainError)
    return { status: 'refused', reason: error.rule ?? error.code, detail: error.message.slice(0, 500) }
  onBug(error, { batchId })
  return { status: 'failed', reason: 'internal', detail: null }
}

/** Whoever asked for it may do so no longer. */
const refuseRest = ({ db }: BeginDeps, { id }: TakenBatch) =>
  endWaiting(
    db,
    id,
    { limit: endedAtOnce },
    { status: 'refused', reason: 'asker-may-not', detail: 'Whoever asked for the batch may not do so here any more.' },
  )

/** Ends what waits, then what runs: the batch has ended once all its scans have. */
async function cancelRest({ db, onBug }: BeginDeps, { id, organisationId }: TakenBatch): Promise<boolean> {
  const ending = { status: 'cancelled', reason: 'cancelled', detail: null } as const
  const ended = await endWaiting(db, id, { limit: endedAtOnce }, ending)
  const scans = await openScansOf(db, id)
  for (const scan of scans) await cancelScan(db, { organisationId, targetTags: null }, scan.id, onBug)
  if (scans.length > 0) await settleRows(db, id)
  const isOver = await endBatch(db, id, { status: 'cancelled', reason: 'cancelled' })
  if (isOver) await forgetUpload(db, id)
  return ended + scans.length > 0 || isOver
}
