import type { Db } from '#db/connect.ts'
import type { Actor, Requester } from '#db/model/actor.ts'
import { DomainError } from '#db/model/errors.ts'
import { isFinal, type Lane, type RunStatus } from '#db/model/scan.ts'
import { lockScan } from '#db/queries/cancel.ts'
import { runsToRepeat } from '#db/queries/carry.ts'
import { findAttestation } from '#db/queries/proofs.ts'
import type { RequestKey } from '#db/queries/idempotency.ts'
import { missingScan } from '#db/queries/retention.ts'
import { isCarried, type Submission } from '#db/queries/scans.ts'
import { findTarget, type Reach, reachOf } from '#db/queries/targets.ts'
import { scanners } from '#workers/scanners/index.ts'
import type { AnyScanner } from '#workers/scanners/scanner.ts'
import { type BeginDeps, beginScan, carried, inTransaction, type Planned, refuseBySpelling } from './begin-scan.ts'

export interface RerunRequest {
  readonly scanId: string
  /** Which scanners to ask again; those that told nothing when left out. */
  readonly scanners?: readonly string[] | undefined
  readonly requestKey: RequestKey | null
  readonly requestId: string | null
  /** Interactive when left out. */
  readonly lane?: Lane
}

/** A new scan that asks a part of a final one again and takes over the rest. @throws DomainError */
export async function rerunScan(deps: BeginDeps, actor: Actor, request: RerunRequest): Promise<Submission> {
  await deps.bound.admit(actor.organisationId)
  return inTransaction(deps, (db) => repeatWithin(deps, db, actor, reachOf(actor), request))
}

/** `rerunScan` as a part of the caller's transaction. @throws DomainError before anything is written */
export async function repeatWithin(
  deps: BeginDeps,
  db: Db,
  requester: Requester,
  reach: Reach,
  request: RerunRequest,
): Promise<Submission> {
  const scan = await lockScan(db, reach, request.scanId)
  if (!scan) throw await missingScan(db, reach, request.scanId)
  if (!isFinal(scan.status)) throw new DomainError('conflict', 'The scan has not ended: wait for it, or cancel it.')
  const target = (await findTarget(db, reach, scan.targetId))!
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
  const isAttested = (await findAttestation(db, scan.targetId)) !== undefined
  const { targetId } = scan
  return beginScan(deps, db, requester, { ...request, targetId, isAttested, plan, rerunOf: request.scanId })
}

type Earlier = Awaited<ReturnType<typeof runsToRepeat>>[number]

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
