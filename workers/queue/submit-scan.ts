import type { Db } from '#db/connect.ts'
import type { Actor } from '#db/model/actor.ts'
import { DomainError } from '#db/model/errors.ts'
import { isFinal, type Lane, type RunStatus } from '#db/model/scan.ts'
import { parseTarget, type Target } from '#db/model/target.ts'
import { lockScan, takeWaiting } from '#db/queries/cancel.ts'
import { findFreshRun, findOpenScan, lockTarget, runsToRepeat } from '#db/queries/carry.ts'
import { noteMade, type RequestKey } from '#db/queries/idempotency.ts'
import { attest, findAttestation } from '#db/queries/proofs.ts'
import {
  type AskedRun,
  createScan,
  forgetRing,
  isCarried,
  type NewRun,
  type Submission,
  submissionOf,
} from '#db/queries/scans.ts'
import { addTarget, findTarget, reachOf } from '#db/queries/targets.ts'
import type { Pace } from '#workers/network/door.ts'
import { type SparingGuard, sparing } from '#workers/network/spare.ts'
import { createGuard, type Guard } from '#workers/network/guard.ts'
import { politePace, provedPace } from '#workers/network/turns.ts'
import type { ScanPlan } from '#workers/scanners/catalog.ts'
import { scanners } from '#workers/scanners/index.ts'
import type { AnyScanner } from '#workers/scanners/scanner.ts'
import type { Bell } from './enqueue.ts'
import { finishScan, type OnBug } from './finish-scan.ts'
import type { QueueBound } from './queue-bound.ts'

/** How long proofs may be asked for before the first scanner begins. */
export const provingMillis = 45_000
/** How long an accepted scan may wait for a worker. */
const waitingSeconds = 600

export interface ScanRequest {
  readonly target: string
  /** Every scanner with its defaults when nothing is named. */
  readonly scanners?: ScanPlan | undefined
  /** A request that is sent again finds the scan that it made. */
  readonly requestKey: RequestKey | null
  readonly requestId: string | null
  /** Takes what was told within so many seconds in place of asking again, and the same open scan in place of another one; null asks anew. */
  readonly maxAgeSeconds?: number | null | undefined
  /** Whose turn comes first; interactive when left out. */
  readonly lane?: Lane | undefined
  /** States authority over the target, by somebody who may; null where nobody does. */
  readonly sentence?: string | null
}

/** As much of the guard as judges a target that nobody has resolved yet. */
export type SpellingGuard = Pick<Guard, 'judgeSpelling'>

/** `allow` is SCAN_ALLOW. */
export const spellingGuard = (allow: readonly string[]): SparingGuard => sparing(createGuard({ allow, own: [] }))

export interface SubmitDeps {
  readonly db: Db
  readonly bell: Bell
  readonly guard: SpellingGuard
  readonly bound: QueueBound
  readonly onBug: OnBug
}

/** The one way a scan begins, whoever asks for it. @throws DomainError for what the caller got wrong, before anything exists. */
export async function submitScan(deps: SubmitDeps, actor: Actor, request: ScanRequest): Promise<Submission> {
  const target = parseTarget(request.target)
  refuseBySpelling(deps.guard, target)
  const plan = planRuns(target, request.scanners ?? everything)
  if (plan.every(({ run }) => run.status === 'not-asked')) {
    throw new DomainError('nothing-to-run', `No scanner named here takes a target of the kind "${target.kind}".`)
  }
  await deps.bound.admit(actor.organisationId)
  return inTransaction(deps, async (db) => {
    const { id: targetId } = await addTarget(db, actor.organisationId, target)
    if (!(await findTarget(db, reachOf(actor), targetId)))
      throw new DomainError('target-out-of-reach', 'This key may scan targets with certain tags only.')
    const { sentence = null, maxAgeSeconds = null, requestKey } = request
    if (sentence !== null) await attest(db, attestationBy(actor, targetId, sentence))
    if (maxAgeSeconds === null) return begin(deps, db, actor, { ...request, target, targetId, plan })

    await lockTarget(db, targetId)
    const of = { organisationId: actor.organisationId, targetId }
    const open = await findOpenScan(
      db,
      of,
      plan.map(({ run }) => run),
    )
    if (open !== undefined) {
      if (requestKey !== null) await noteMade(db, requestKey, open)
      return submissionOf(db, open)
    }
    const withFresh: Planned[] = []
    for (const one of plan) withFresh.push(await takeFresh(db, of, one, maxAgeSeconds))
    return begin(deps, db, actor, { ...request, target, targetId, plan: withFresh })
  })
}

export interface RerunRequest {
  readonly scanId: string
  /** Which scanners to ask again; those that told nothing when left out. */
  readonly scanners?: readonly string[] | undefined
  readonly requestKey: RequestKey | null
  readonly requestId: string | null
}

/** A new scan that asks a part of a final one again and takes over the rest. @throws DomainError */
export async function rerunScan(deps: SubmitDeps, actor: Actor, request: RerunRequest): Promise<Submission> {
  await deps.bound.admit(actor.organisationId)
  return inTransaction(deps, async (db) => {
    const scan = await lockScan(db, reachOf(actor), request.scanId)
    if (!scan) throw new DomainError('not-found', `There is no scan ${request.scanId}.`)
    if (!isFinal(scan.status)) throw new DomainError('conflict', 'The scan has not ended: wait for it, or cancel it.')
    const target = (await findTarget(db, reachOf(actor), scan.targetId))!
    refuseBySpelling(deps.guard, target)
    const runs = await runsToRepeat(db, request.scanId)
    const unknown = request.scanners?.filter((name) => !runs.some(({ scanner }) => scanner === name)) ?? []
    if (unknown.length > 0) throw new DomainError('nothing-to-run', `The scan did not ask ${unknown.join(', ')}.`)
    const toldNothing = (status: RunStatus) => status !== 'completed' && status !== 'not-asked'
    const plan = runs.map((run): Planned => {
      const isRepeated = request.scanners?.includes(run.scanner) ?? toldNothing(run.status)
      return isRepeated ? plannedAgain(run) : carried(run.id)
    })
    if (plan.every(({ run }) => isCarried(run)))
      throw new DomainError('nothing-to-run', 'Everything in this scan was told: name the scanners to ask again.')
    return begin(deps, db, actor, { ...request, target, targetId: scan.targetId, plan, rerunOf: request.scanId })
  })
}

interface Beginning {
  readonly target: Target
  readonly targetId: string
  readonly plan: readonly Planned[]
  readonly requestKey: RequestKey | null
  readonly requestId: string | null
  readonly lane?: Lane | undefined
  readonly rerunOf?: string
}

/** Makes the scan and its job; one that has nothing left to ask ends here. */
async function begin({ bell, onBug }: SubmitDeps, db: Db, actor: Actor, scan: Beginning): Promise<Submission> {
  // Authority that is only stated goes with the slow pace, so the scan is given the time for it.
  const pace = (await findAttestation(db, scan.targetId)) === undefined ? provedPace : politePace
  const longestMillis = Math.max(0, ...scan.plan.map(({ longestMillis }) => longestMillis(pace)))
  const runs = scan.plan.map(({ run }) => run)
  const made = await createScan(db, actor, {
    target: scan.target,
    requestId: scan.requestId,
    deadlineSeconds: waitingSeconds + (provingMillis + longestMillis) / 1000,
    requestKey: scan.requestKey,
    runs,
    lane: scan.lane ?? 'interactive',
    ...(scan.rerunOf === undefined ? {} : { rerunOf: scan.rerunOf }),
  })
  if (!made.isNew) return made
  const { id } = made
  if (runs.some((run) => !isCarried(run) && run.status === 'queued')) {
    await bell.enqueue(db, 'run-scan', id, { scanId: id })
    return made
  }
  await finishScan(db, await takeWaiting(db, id), onBug)
  return { ...(await submissionOf(db, id)), isNew: true }
}

/** What follows is done with the commit; a ring that is lost is the reconciler's to make good. */
async function inTransaction({ db, bell }: SubmitDeps, work: (db: Db) => Promise<Submission>): Promise<Submission> {
  const made = await db.transaction().execute(work)
  if (made.isNew && !isFinal(made.status) && !bell.transactional)
    await bell.ring('run-scan', made.id, { scanId: made.id }).catch(() => forgetRing(db, made.id).catch(() => {}))
  return made
}

function refuseBySpelling(guard: SpellingGuard, target: Target): void {
  const refusal = guard.judgeSpelling(target)
  if (refusal) throw new DomainError('target-refused', refusal.detail, refusal.rule)
}

/** The run as it is asked, or in its place one that told the same within the time. */
async function takeFresh(
  db: Db,
  of: { organisationId: string; targetId: string },
  planned: Planned<AskedRun>,
  maxAgeSeconds: number,
): Promise<Planned> {
  if (planned.run.status === 'not-asked') return planned
  const from = await findFreshRun(db, { ...of, ...planned.run }, maxAgeSeconds)
  return from === undefined ? planned : carried(from)
}

type Earlier = Awaited<ReturnType<typeof runsToRepeat>>[number]

const carried = (from: string): Planned => ({ run: { from }, longestMillis: () => 0 })

/** @throws DomainError where the scanner of today cannot be asked so */
function plannedAgain({ scanner: name, options }: Earlier): Planned {
  const scanner = (scanners as Readonly<Record<string, AnyScanner | undefined>>)[name]
  const read = scanner?.options.safeParse(options)
  if (scanner === undefined || !read?.success)
    throw new DomainError('nothing-to-run', `The scanner ${name} of today does not take these options.`)
  const parsed = read.data as object
  return {
    run: { scanner: name, scannerVersion: scanner.version, options: parsed, status: 'queued', reason: null },
    longestMillis: (pace) => scanner.longestMillis(parsed, pace),
  }
}

const everything = Object.fromEntries(
  Object.entries(scanners).map(([name, { options }]) => [name, options.parse({})]),
) as ScanPlan

interface Planned<Run extends NewRun = NewRun> {
  readonly run: Run
  /** 0 for a run that is not asked. */
  readonly longestMillis: (pace: Pace) => number
}

/** One run for each scanner named, in the table's order; one that does not take this kind of target is not asked, and says so. */
function planRuns(target: Target, plan: ScanPlan): Planned<AskedRun>[] {
  return (Object.entries(scanners) as [keyof ScanPlan, AnyScanner][]).flatMap(
    ([name, scanner]): Planned<AskedRun>[] => {
      const options = plan[name]
      if (options === undefined) return []
      const isAsked = scanner.accepts.includes(target.kind)
      const run: AskedRun = {
        scanner: name,
        scannerVersion: scanner.version,
        options,
        ...(isAsked ? { status: 'queued', reason: null } : { status: 'not-asked', reason: 'wrong-kind' }),
      }
      return [{ run, longestMillis: (pace) => (isAsked ? scanner.longestMillis(options, pace) : 0) }]
    },
  )
}

/** What an attestation by this actor is. */
export const attestationBy = (actor: Actor, targetId: string, sentence: string) => ({
  organisationId: actor.organisationId,
  targetId,
  attestedBy: { kind: actor.principal.kind, id: actor.principal.id, credentialId: actor.credential.id },
  sentence,
})
