import { type Cause, causeNow, forCause } from '#db/cause.ts'
import { isUnavailable } from '#db/connect.ts'
import type { Requester } from '#db/model/actor.ts'
import { createScans, type Submission } from '#db/queries/scans.ts'
import { findAsked, reachOf } from '#db/queries/targets.ts'
import { type BeginDeps, jobsOf, newScanOf, ringAfter } from './begin-scan.ts'
import { judgeAsk, type JudgedAsk, type ScanRequest, submitJudged, submitScan } from './submit-scan.ts'
import { together } from './together.ts'

/** Two transactions at a time, so that one gathers while the other waits for the disk. */
const shares = { asksAtMost: 50, goesAtOnce: 2 }

interface Ask {
  readonly actor: Requester
  readonly request: ScanRequest
  readonly judged: JudgedAsk
}

export type SubmitScan = (actor: Requester, request: ScanRequest) => Promise<Submission>

/**
 * `submitScan` for a process that many ask: plain requests for known targets that come at the same time share a transaction, five statements for all of them.
 * Everything else, and everything of a shared transaction that failed, goes its own way.
 */
export function submittingTogether(deps: BeginDeps): SubmitScan {
  const submit = together<Ask, Submission | null>(async (asks) => {
    try {
      return await forCause(causeOf(asks), () => submitAll(deps, asks))
    } catch (error) {
      if (isUnavailable(error)) throw error
      return asks.map(() => null)
    }
  }, shares)
  return async (actor, asked) => {
    if (!isPlain(asked)) return submitScan(deps, actor, asked)
    // What many share is done for none of them alone.
    const request = { ...asked, traceparent: causeNow()?.traceparent ?? null }
    const judged = judgeAsk(deps.guard, request)
    await deps.bound.admit(actor.organisationId)
    return (await submit({ actor, request, judged })) ?? submitJudged(deps, actor, request, judged)
  }
}

const isPlain = ({ requestKey, maxAgeSeconds = null, attestation = null, alongside }: ScanRequest) =>
  requestKey === null && maxAgeSeconds === null && attestation === null && alongside === undefined

/** One transaction is for many requests: it is named after the first, with how many others there are. */
function causeOf(asks: readonly Ask[]): Cause {
  const requestId = asks[0]?.request.requestId ?? null
  const others = asks.length === 1 ? '' : ` +${asks.length - 1}`
  const traceparent = asks.length === 1 ? (asks[0]?.request.traceparent ?? null) : null
  return { id: `${requestId ?? 'nobody'}${others}`, requestId, traceparent }
}

/** Null for each that has to go its own way: its target is new, or out of reach. */
async function submitAll(deps: BeginDeps, asks: readonly Ask[]): Promise<(Submission | null)[]> {
  const made = await deps.db.transaction().execute(async (db) => {
    const targets = await findAsked(
      db,
      asks.map(({ actor, judged }) => ({ reach: reachOf(actor), canonical: judged.target.canonical })),
    )
    const begun = asks.flatMap(({ actor, request, judged: { plan } }, n) => {
      const target = targets[n]
      if (!target?.isWithinReach) return []
      const scan = newScanOf({ ...request, targetId: target.id, isAttested: target.isAttested, plan })
      return [{ n, actor, scan }]
    })
    if (begun.length === 0) return new Map<number, Submission>()
    const scans = await createScans(db, begun)
    await deps.bell.enqueueAll(db, 'run-scan', jobsOf(scans.map(({ id }) => id)))
    return new Map(begun.map(({ n }, i) => [n, scans[i]!]))
  })
  await ringAfter(
    deps,
    [...made.values()].map(({ id }) => id),
  )
  return asks.map((_ask, n) => made.get(n) ?? null)
}
