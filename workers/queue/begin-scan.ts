import { causeNow } from '#db/cause.ts'
import type { Db } from '#db/connect.ts'
import type { Requester } from '#db/model/actor.ts'
import { DomainError } from '#db/model/errors.ts'
import { isFinal, type Lane } from '#db/model/scan.ts'
import type { Target } from '#db/model/target.ts'
import { takeWaiting } from '#db/queries/cancel.ts'
import type { RequestKey } from '#db/queries/idempotency.ts'
import {
  createScan,
  forgetRings,
  isCarried,
  type NewRun,
  type NewScan,
  type Submission,
  submissionOf,
} from '#db/queries/scans.ts'
import type { Pace } from '#workers/network/door.ts'
import type { Guard } from '#workers/network/guard.ts'
import { politePace, provedPace } from '#workers/network/turns.ts'
import type { Bell } from './enqueue.ts'
import { finishScan, type OnBug } from './finish-scan.ts'
import type { QueueBound } from './queue-bound.ts'

/** How long proofs may be asked for before the first scanner begins. */
export const provingMillis = 45_000
/** How long an accepted scan may wait for a worker. */
const waitingSeconds = 600

/** As much of the guard as judges a target that nobody has resolved yet. */
export type SpellingGuard = Pick<Guard, 'judgeSpelling'>

export interface BeginDeps {
  readonly db: Db
  readonly bell: Bell
  readonly guard: SpellingGuard
  readonly bound: QueueBound
  readonly onBug: OnBug
}

export interface Planned<Run extends NewRun = NewRun> {
  readonly run: Run
  /** 0 for a run that is not asked. */
  readonly longestMillis: (pace: Pace) => number
}

/** A run of an earlier scan, taken over. */
export const carried = (from: string): Planned => ({ run: { from }, longestMillis: () => 0 })

export type Alongside = (db: Db, scan: Submission) => Promise<void>

export interface Beginning {
  readonly targetId: string
  /** Somebody states authority over it. */
  readonly isAttested: boolean
  readonly plan: readonly Planned[]
  readonly requestKey: RequestKey | null
  readonly requestId: string | null
  /** What the scan shall go on with; that of whatever is done now when left out. */
  readonly traceparent?: string | null
  readonly lane?: Lane | undefined
  readonly rerunOf?: string
  readonly alongside?: Alongside
}

/** Makes the scan and its job; one that has nothing left to ask ends here. */
export async function beginScan(
  { bell, onBug }: BeginDeps,
  db: Db,
  actor: Requester,
  scan: Beginning,
): Promise<Submission> {
  const made = await createScan(db, actor, { ...newScanOf(scan), requestKey: scan.requestKey })
  await scan.alongside?.(db, made)
  if (!made.isNew) return made
  const { id } = made
  if (scan.plan.some(({ run }) => !isCarried(run) && run.status === 'queued')) {
    await bell.enqueue(db, 'run-scan', id, { scanId: id })
    return made
  }
  await finishScan(db, await takeWaiting(db, id), onBug)
  return { ...(await submissionOf(db, id)), isNew: true }
}

/** The scan as it is stored. */
export function newScanOf(scan: Omit<Beginning, 'requestKey' | 'alongside'>): Omit<NewScan, 'requestKey'> {
  // Authority that is only stated goes with the slow pace, so the scan is given the time for it.
  const pace = scan.isAttested ? politePace : provedPace
  const longestMillis = Math.max(0, ...scan.plan.map(({ longestMillis }) => longestMillis(pace)))
  return {
    targetId: scan.targetId,
    requestId: scan.requestId,
    traceparent: scan.traceparent ?? causeNow()?.traceparent ?? null,
    deadlineSeconds: waitingSeconds + (provingMillis + longestMillis) / 1000,
    runs: scan.plan.map(({ run }) => run),
    lane: scan.lane ?? 'interactive',
    ...(scan.rerunOf === undefined ? {} : { rerunOf: scan.rerunOf }),
  }
}

/** What follows is done with the commit; a ring that is lost is the reconciler's to make good. */
export async function inTransaction(
  { db, bell }: BeginDeps,
  work: (db: Db) => Promise<Submission>,
): Promise<Submission> {
  const made = await db.transaction().execute(work)
  if (made.isNew && !isFinal(made.status)) await ringAfter({ db, bell }, [made.id])
  return made
}

/** Where the job could not be part of the transaction. */
export async function ringAfter({ db, bell }: Pick<BeginDeps, 'db' | 'bell'>, ids: readonly string[]): Promise<void> {
  if (bell.transactional || ids.length === 0) return
  await bell.ringAll('run-scan', jobsOf(ids)).catch(() => forgetRings(db, ids).catch(() => {}))
}

export const jobsOf = (ids: readonly string[]) => ids.map((id) => ({ id, data: { scanId: id } }))

/** @throws DomainError `target-refused` */
export function refuseBySpelling(guard: SpellingGuard, target: Target): void {
  const refusal = guard.judgeSpelling(target)
  if (refusal) throw new DomainError('target-refused', refusal.detail, refusal.rule)
}
