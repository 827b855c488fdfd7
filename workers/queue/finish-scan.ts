import type { Db } from '#db/connect.ts'
import type { Judgement } from '#db/model/finding.ts'
import { endOf, type RunStatus } from '#db/model/scan.ts'
import { type Claim, endScan, failRun, holdMine, saveObservations } from '#db/queries/claims.ts'
import { noteEvent } from '#db/queries/deliveries.ts'
import { endOpenRuns } from '#db/queries/overdue.ts'
import { type RunRow, runsOf } from '#db/queries/scans.ts'
import { followFindings } from './follow-findings.ts'
import { judge } from '#workers/findings/judge.ts'
import { scanners } from '#workers/scanners/index.ts'
import type { AnyScanner } from '#workers/scanners/scanner.ts'

export type OnBug = (error: unknown, about: Readonly<Record<string, string>>) => void

/**
 * Ends a scan and says what its results mean; runs that are still open end as `open` says. Needs a transaction; false, and nothing done, once the scan is another's.
 * Whoever cancelled it is told so, whatever was known by then.
 */
export async function finishScan(
  db: Db,
  claim: Claim,
  onBug: OnBug,
  open?: { readonly status: RunStatus; readonly reason: string },
): Promise<boolean> {
  const mine = await holdMine(db, claim)
  if (!mine) return false
  if (open) await endOpenRuns(db, claim.id, open.status, open.reason)
  const runs = (await runsOf(db, claim.id)).map((run) => ({ ...run, ...judged(run, mine.now, onBug) }))
  const status = mine.isCancelAsked ? 'cancelled' : endOf(runs.map((run) => run.status))
  const reason =
    status === 'completed'
      ? null
      : status === 'cancelled'
        ? 'cancelled'
        : (runs.find((run) => run.status === status)?.reason ?? null)
  await endScan(db, claim, status, reason)
  for (const run of runs) if (run.isBroken) await failRun(db, run.id, 'internal')
  await saveObservations(
    db,
    runs.flatMap(({ id, judgements }) => judgements.map((judgement) => ({ ...judgement, runId: id }))),
  )
  await followFindings(db, { scanId: claim.id, now: mine.now, runs })
  await noteEvent(db, `scan.${status}`, { scanId: claim.id })
  return true
}

/** A rule that breaks is our bug: its run has failed, and no other run suffers for it. */
function judged(run: RunRow, now: Date, onBug: OnBug) {
  const whole = { status: run.status, reason: run.reason, judgements: [], isBroken: false }
  if (run.result === null) return whole
  try {
    const scanner = scanners[run.scanner as keyof typeof scanners] as AnyScanner
    return { ...whole, judgements: checked(judge(scanner, run.result, now)) }
  } catch (error) {
    onBug(error, { runId: run.id, scanner: run.scanner })
    return { ...whole, status: 'failed' as const, reason: 'internal', isBroken: true }
  }
}

/** What the table would refuse is found here, where it costs one run and not the scan's end. */
function checked(judgements: Judgement[]): Judgement[] {
  const seen = new Set<string>()
  for (const { rule, subject, address, verdict, reason } of judgements) {
    const key = JSON.stringify([rule, subject, address])
    if (seen.has(key)) throw new Error(`${rule} answers twice about ${subject} at ${address}`)
    if ((verdict === 'unknown') !== (reason !== undefined))
      throw new Error(`${rule} gives a reason for "${verdict}", or none for "unknown"`)
    seen.add(key)
  }
  return judgements
}
