import type { Db } from '#db/connect.ts'
import type { Actor, Requester } from '#db/model/actor.ts'
import { DomainError } from '#db/model/errors.ts'
import type { Lane } from '#db/model/scan.ts'
import { parseTarget, type Target } from '#db/model/target.ts'
import { findFreshRun, findOpenScan, lockTarget } from '#db/queries/carry.ts'
import { noteMade, type RequestKey } from '#db/queries/idempotency.ts'
import { attest } from '#db/queries/proofs.ts'
import { type AskedRun, type Submission, submissionOf } from '#db/queries/scans.ts'
import { addTarget, findAsked, reachOf } from '#db/queries/targets.ts'
import { type SparingGuard, sparing } from '#workers/network/spare.ts'
import { createGuard } from '#workers/network/guard.ts'
import type { ScanPlan } from '#workers/scanners/catalog.ts'
import { scanners } from '#workers/scanners/index.ts'
import type { AnyScanner } from '#workers/scanners/scanner.ts'
import {
  type Alongside,
  type BeginDeps,
  beginScan,
  carried,
  inTransaction,
  type Planned,
  refuseBySpelling,
  type SpellingGuard,
} from './begin-scan.ts'

/** `allow` is SCAN_ALLOW. */
export const spellingGuard = (allow: readonly string[]): SparingGuard => sparing(createGuard({ allow, own: [] }))

export interface ScanRequest {
  readonly target: string
  /** Every scanner with its defaults when nothing is named. */
  readonly scanners?: ScanPlan | undefined
  /** A request that is sent again finds the scan that it made. */
  readonly requestKey: RequestKey | null
  readonly requestId: string | null
  /** What the scan shall go on with; that of whatever is done now when left out. */
  readonly traceparent?: string | null
  /** Takes what was told within so many seconds in place of asking again, and the same open scan in place of another one; null asks anew. */
  readonly maxAgeSeconds?: number | null | undefined
  /** Whose turn comes first; interactive when left out. */
  readonly lane?: Lane | undefined
  /** States authority over the target, by somebody who may; null where nobody does. */
  readonly attestation?: { readonly by: Actor; readonly sentence: string } | null
  /** Done in the transaction that makes or finds the scan. */
  readonly alongside?: Alongside
}

/** What is asked of which target. */
export interface JudgedAsk {
  readonly target: Target
  readonly plan: Planned<AskedRun>[]
}

/** What is asked, as far as the target's spelling tells. @throws DomainError for what the caller got wrong */
export function judgeAsk(
  guard: SpellingGuard,
  { target: text, scanners }: Pick<ScanRequest, 'target' | 'scanners'>,
): JudgedAsk {
  const target = judgeTarget(guard, text)
  const plan = planRuns(target, scanners ?? everything)
  if (plan.every(({ run }) => run.status === 'not-asked')) {
    throw new DomainError('nothing-to-run', `No scanner named here takes a target of the kind "${target.kind}".`)
  }
  return { target, plan }
}

/** A target whose spelling refuses nothing. @throws DomainError for one that it does, and for what is none */
export function judgeTarget(guard: SpellingGuard, text: string): Target {
  const target = parseTarget(text)
  refuseBySpelling(guard, target)
  return target
}

/** A scan of a target, whoever asks for it. @throws DomainError for what the caller got wrong, before anything exists. */
export async function submitScan(deps: BeginDeps, actor: Requester, request: ScanRequest): Promise<Submission> {
  const judged = judgeAsk(deps.guard, request)
  await deps.bound.admit(actor.organisationId)
  return submitJudged(deps, actor, request, judged)
}

/** What is left to do of a submission that was judged and let in. */
export function submitJudged(
  deps: BeginDeps,
  actor: Requester,
  request: ScanRequest,
  { target, plan }: JudgedAsk,
): Promise<Submission> {
  return inTransaction(deps, async (db) => {
    const reach = reachOf(actor)
    const find = async () => (await findAsked(db, [{ reach, canonical: target.canonical }]))[0]
    let asked = await find()
    if (asked === undefined) {
      await addTarget(db, actor.organisationId, target)
      asked = (await find())!
    }
    const { id: targetId } = asked
    if (!asked.isWithinReach)
      throw new DomainError('target-out-of-reach', 'This key may scan targets with certain tags only.')
    const { attestation = null, maxAgeSeconds = null, requestKey, alongside } = request
    if (attestation !== null) await attest(db, attestationBy(attestation.by, targetId, attestation.sentence))
    const isAttested = asked.isAttested || attestation !== null
    if (maxAgeSeconds === null) return beginScan(deps, db, actor, { ...request, targetId, isAttested, plan })

    await lockTarget(db, targetId)
    const of = { organisationId: actor.organisationId, targetId }
    const open = await findOpenScan(
      db,
      of,
      plan.map(({ run }) => run),
    )
    if (open !== undefined) {
      if (requestKey !== null) await noteMade(db, requestKey, open)
      const found = await submissionOf(db, open)
      await alongside?.(db, found)
      return found
    }
    const withFresh: Planned[] = []
    for (const one of plan) withFresh.push(await takeFresh(db, of, one, maxAgeSeconds))
    return beginScan(deps, db, actor, { ...request, targetId, isAttested, plan: withFresh })
  })
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

const everything = Object.fromEntries(
  Object.entries(scanners).map(([name, { options }]) => [name, options.parse({})]),
) as ScanPlan

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
