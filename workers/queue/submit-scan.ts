import type { Db } from '#db/connect.ts'
import type { Actor } from '#db/model/actor.ts'
import { DomainError } from '#db/model/errors.ts'
import { parseTarget, type Target } from '#db/model/target.ts'
import { createScan, forgetRing, type NewRun, type Submission } from '#db/queries/scans.ts'
import { createGuard, type Guard } from '#workers/network/guard.ts'
import type { ScanPlan } from '#workers/scanners/catalog.ts'
import { scanners } from '#workers/scanners/index.ts'
import type { AnyScanner } from '#workers/scanners/scanner.ts'
import type { Bell } from './enqueue.ts'

/** How long an accepted scan may wait for a worker. */
const waitingSeconds = 600

export interface ScanRequest {
  readonly target: string
  /** Every scanner with its defaults when nothing is named. */
  readonly scanners?: ScanPlan | undefined
  readonly idempotencyKey: string | null
  readonly requestId: string | null
}

/** As much of the guard as judges a target that nobody has resolved yet. */
export type SpellingGuard = Pick<Guard, 'judgeSpelling'>

/** `allow` is SCAN_ALLOW. */
export const spellingGuard = (allow: readonly string[]): SpellingGuard => createGuard({ allow, own: [] })

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
  const { runs, longestMillis } = planRuns(target, request.scanners ?? everything)
  if (runs.every(({ status }) => status === 'not-asked')) {
    throw new DomainError('nothing-to-run', `No scanner named here takes a target of the kind "${target.kind}".`)
  }

  const submission = await db.transaction().execute(async (db) => {
    const made = await createScan(db, actor, {
      target,
      requestId: request.requestId,
      deadlineSeconds: waitingSeconds + longestMillis / 1000,
      idempotencyKey: request.idempotencyKey,
      runs,
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

/** One run for each scanner named, in the table's order; one that does not take this kind of target is not asked, and says so. */
function planRuns(target: Target, plan: ScanPlan): { runs: NewRun[]; longestMillis: number } {
  const named = (Object.entries(scanners) as [keyof ScanPlan, AnyScanner][]).flatMap(([name, scanner]) => {
    const options = plan[name]
    return options === undefined ? [] : [{ name, options, scanner, isAsked: scanner.accepts.includes(target.kind) }]
  })
  return {
    runs: named.map(({ name, options, scanner, isAsked }) => ({
      scanner: name,
      scannerVersion: scanner.version,
      options,
      ...(isAsked ? { status: 'queued', reason: null } : { status: 'not-asked', reason: 'wrong-kind' }),
    })),
    longestMillis: Math.max(
      0,
      ...named.filter(({ isAsked }) => isAsked).map(({ options, scanner }) => scanner.longestMillis(options)),
    ),
  }
}
