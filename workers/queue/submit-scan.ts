import type { Db } from '#db/connect.ts'
import type { Actor } from '#db/model/actor.ts'
import { DomainError } from '#db/model/errors.ts'
import { parseTarget, type Target } from '#db/model/target.ts'
import type { RequestKey } from '#db/queries/idempotency.ts'
import { attest, findAttestation } from '#db/queries/proofs.ts'
import { createScan, forgetRing, type NewRun, type Submission } from '#db/queries/scans.ts'
import { addTarget, findTarget, reachOf } from '#db/queries/targets.ts'
import type { Pace } from '#workers/network/door.ts'
import { type SparingGuard, sparing } from '#workers/network/spare.ts'
import { createGuard, type Guard } from '#workers/network/guard.ts'
import { politePace, provedPace } from '#workers/network/turns.ts'
import type { ScanPlan } from '#workers/scanners/catalog.ts'
import { scanners } from '#workers/scanners/index.ts'
import type { AnyScanner } from '#workers/scanners/scanner.ts'
import type { Bell } from './enqueue.ts'

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
}

/** The one way a scan begins, whoever asks for it. @throws DomainError for what the caller got wrong, before anything exists. */
export async function submitScan(
  { db, bell, guard }: SubmitDeps,
  actor: Actor,
  request: ScanRequest,
): Promise<Submission> {
  const target = parseTarget(request.target)
  const refusal = guard.judgeSpelling(target)
  if (refusal) throw new DomainError('target-refused', refusal.detail, refusal.rule)
  const plan = planRuns(target, request.scanners ?? everything)
  if (plan.every(({ run }) => run.status === 'not-asked')) {
    throw new DomainError('nothing-to-run', `No scanner named here takes a target of the kind "${target.kind}".`)
  }

  const submission = await db.transaction().execute(async (db) => {
    const { id: targetId } = await addTarget(db, actor.organisationId, target)
    if (!(await findTarget(db, reachOf(actor), targetId)))
      throw new DomainError('target-out-of-reach', 'This key may scan targets with certain tags only.')
    const { sentence = null } = request
    if (sentence !== null) await attest(db, attestationBy(actor, targetId, sentence))
    // Authority that is only stated goes with the slow pace, so the scan is given the time for it.
    const isAttested = sentence !== null || (await findAttestation(db, targetId)) !== undefined
    const longestMillis = Math.max(
      0,
      ...plan.map(({ longestMillis }) => longestMillis(isAttested ? politePace : provedPace)),
    )
    const made = await createScan(db, actor, {
      target,
      requestId: request.requestId,
      deadlineSeconds: waitingSeconds + (provingMillis + longestMillis) / 1000,
      requestKey: request.requestKey,
      runs: plan.map(({ run }) => run),
    })
    if (made.isNew) await bell.enqueue(db, 'run-scan', made.id, { scanId: made.id })
    return made
  })
  // Best effort: a ring that is lost here is the reconciler's to make good.
  if (submission.isNew && !bell.transactional)
    await bell
      .ring('run-scan', submission.id, { scanId: submission.id })
      .catch(() => forgetRing(db, submission.id).catch(() => {}))
  return submission
}

const everything = Object.fromEntries(
  Object.entries(scanners).map(([name, { options }]) => [name, options.parse({})]),
) as ScanPlan

interface Planned {
  readonly run: NewRun
  /** 0 for a run that is not asked. */
  readonly longestMillis: (pace: Pace) => number
}

/** One run for each scanner named, in the table's order; one that does not take this kind of target is not asked, and says so. */
function planRuns(target: Target, plan: ScanPlan): Planned[] {
  return (Object.entries(scanners) as [keyof ScanPlan, AnyScanner][]).flatMap(([name, scanner]): Planned[] => {
    const options = plan[name]
    if (options === undefined) return []
    const isAsked = scanner.accepts.includes(target.kind)
    const run: NewRun = {
      scanner: name,
      scannerVersion: scanner.version,
      options,
      ...(isAsked ? { status: 'queued', reason: null } : { status: 'not-asked', reason: 'wrong-kind' }),
    }
    return [{ run, longestMillis: (pace) => (isAsked ? scanner.longestMillis(options, pace) : 0) }]
  })
}

/** What an attestation by this actor is. */
export const attestationBy = (actor: Actor, targetId: string, sentence: string) => ({
  organisationId: actor.organisationId,
  targetId,
  attestedBy: { kind: actor.principal.kind, id: actor.principal.id, credentialId: actor.credential.id },
  sentence,
})
