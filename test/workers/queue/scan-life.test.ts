import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isFinal } from '#db/model/scan.ts'
import { type Claim, claimScan, endRun, handBack, renewLease } from '#db/queries/claims.ts'
import { findScan, runsOf } from '#db/queries/scans.ts'
import { lapse, makeScan, passDeadline, queuedRun } from '#test/support/make.ts'
import { useDatabase } from '#test/support/use-database.ts'
import { cancelScan } from '#workers/queue/cancel-scan.ts'
import { finishScan } from '#workers/queue/finish-scan.ts'
import { reconcile } from '#workers/queue/reconcile.ts'
import { reachOf } from '#db/queries/targets.ts'

/** `npm run chaos -- life` asks for ten thousand. */
const sequences = Number(process.env['SEQUENCES'] ?? 150)
const seed = process.env['SEED']

const { db, actor } = await useDatabase()

const onBug = (error: unknown) => {
  throw error
}
const bell = {
  transactional: true,
  enqueue: async () => {},
  enqueueAll: async () => {},
  ring: async () => {},
  ringAll: async () => {},
}
const coverage = { unit: 'ports', asked: 1, answered: 1, silent: 0, unanswered: [], leftOut: [] }

/** What can happen to a scan, in any order. `worker` n is the n-th claim that was ever won: an older one is a worker that woke up late. */
type Step =
  | { does: 'claim' | 'lapse' | 'deadline' | 'cancel' | 'reconcile' }
  | { does: 'renew' | 'end-run' | 'finish' | 'hand-back'; worker: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom('claim' as const, 'lapse' as const, 'reconcile' as const).map((does) => ({ does })),
  },
  { weight: 1, arbitrary: fc.constant<Step>({ does: 'deadline' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ does: 'cancel' }) },
  {
    weight: 5,
    arbitrary: fc.record({
      does: fc.constantFrom('renew', 'end-run', 'finish', 'hand-back'),
      worker: fc.nat(3),
    }) as fc.Arbitrary<Step>,
  },
)

type Worker = Claim & { readonly runs: readonly { id: string; scanner: string }[] }

async function take(next: Step, id: string, workers: Worker[]): Promise<void> {
  switch (next.does) {
    case 'claim': {
      const claim = await claimScan(db, id, 60)
      if (claim) workers.unshift(claim)
      return
    }
    case 'lapse':
      return void (await lapse(db, id))
    case 'deadline':
      return void (await passDeadline(db, id))
    case 'cancel':
      return void (await cancelScan(db, reachOf(actor), id, onBug))
    case 'reconcile':
      return reconcile({ db, bell, onBug })
    case 'renew':
    case 'end-run':
    case 'finish':
    case 'hand-back': {
      const worker = workers[next.worker]
      if (worker) await act(next.does, worker)
    }
  }
}

/** A step of a worker whose scan another attempt has taken meanwhile. */
const isStale = (next: Step, workers: readonly Worker[], attempt: number) =>
  'worker' in next && (workers[next.worker]?.attempt ?? attempt) !== attempt

async function act(does: 'renew' | 'end-run' | 'finish' | 'hand-back', worker: Worker): Promise<void> {
  if (does === 'renew') await renewLease(db, worker, 60)
  if (does === 'hand-back') await handBack(db, worker)
  if (does === 'end-run') {
    const run = worker.runs.find(({ scanner }) => scanner === 'ports')
    if (run) await endRun(db, worker, run, { status: 'completed', reason: null, coverage, result: { addresses: [] } })
  }
  // A worker finishes only after the last of its runs.
  const open = (await runsOf(db, worker.id)).filter(({ status }) => status === 'running' || status === 'queued')
  if (does === 'finish' && open.length === 0) await db.transaction().execute((db) => finishScan(db, worker, onBug))
}

test(
  'whatever happens in whatever order: one result a run, a history without gaps, and an end that stays',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
        const { id } = await makeScan(db, actor, { runs: [queuedRun('ports', { ports: [9] }), queuedRun('tls')] })
        const stateOf = async () => ({
          scan: (await findScan(db, reachOf(actor), id))!,
          runs: await runsOf(db, id),
        })
        const workers: Worker[] = []
        let before = await stateOf()
        for (const next of steps) {
          await take(next, id, workers)
          const after = await stateOf()
          if (isStale(next, workers, before.scan.attempt)) expect(after).toEqual(before)
          if (isFinal(before.scan.status)) {
            // Only the test's own hand on the deadline moves in a scan that has ended.
            expect({ ...after, scan: { ...after.scan, deadline: before.scan.deadline } }).toEqual(before)
          }
          expect(after.scan.attempt).toBeGreaterThanOrEqual(before.scan.attempt)
          expect(Number(after.scan.result_count)).toBeLessThanOrEqual(after.runs.length)
          expect(after.runs.every(({ result, status }) => (result === null) === (status !== 'completed'))).toBe(true)
          before = after
        }
        const isCancelled = before.scan.cancel_asked_at !== null
        await passDeadline(db, id)
        await reconcile({ db, bell, onBug })
        const { scan, runs } = await stateOf()
        expect(isFinal(scan.status)).toBe(true)
        expect(scan.status === 'cancelled').toBe(isCancelled)
        expect(runs.filter(({ status }) => status === 'queued' || status === 'running')).toEqual([])
        const events = await db
          .selectFrom('scan_events')
          .select('version')
          .where('scan_id', '=', id)
          .orderBy('version')
          .execute()
        expect(events.map(({ version }) => version)).toEqual(Array.from({ length: scan.version }, (_, i) => i + 1))
      }),
      { numRuns: sequences, ...(seed === undefined ? {} : { seed: Number(seed) }) },
    )
  },
  120_000 + sequences * 200,
)
