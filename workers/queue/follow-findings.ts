import type { Db } from '#db/connect.ts'
import { fingerprintOf, type Judgement, severities } from '#db/model/finding.ts'
import { newId } from '#db/model/id.ts'
import { insertAlert } from '#db/queries/alerts.ts'
import { noteExpiries } from '#db/queries/expiries.ts'
import {
  knownFindings,
  lockWatched,
  type NewChange,
  noteChanges,
  noteCompared,
  saveFindings,
  takeEndedAcceptances,
  toldChanges,
  type WatchedTarget,
} from '#db/queries/findings.ts'
import type { RunRow } from '#db/queries/scans.ts'
import { compare, type Move } from '#workers/findings/compare.ts'
import { describeRule } from '#workers/scanners/catalog.ts'
import { scanners } from '#workers/scanners/index.ts'
import type { AnyScanner } from '#workers/scanners/scanner.ts'

type JudgedRun = Pick<RunRow, 'scanner' | 'scanner_version' | 'status' | 'started_at' | 'from_scan' | 'result'> & {
  readonly judgements: readonly Judgement[]
  readonly isBroken: boolean
}

/** Moves the findings of a watched target by what a scan's own runs said. Belongs into the transaction that ends the scan. */
export async function followFindings(
  db: Db,
  { scanId, now, runs }: { readonly scanId: string; readonly now: Date; readonly runs: readonly JudgedRun[] },
): Promise<void> {
  const own = runs.filter(({ from_scan, started_at }) => from_scan === null && started_at !== null)
  if (own.length === 0) return
  const target = await lockWatched(db, scanId)
  if (target === undefined) return
  const news: string[] = []
  for (const run of own) news.push(...(await followRun(db, target, { scanId, now, run })))
  await alertOf(db, news, scanId)
}

/** Moves the findings of one scanner. @returns those that people are to be told of */
async function followRun(
  db: Db,
  target: WatchedTarget,
  { scanId, now, run }: { readonly scanId: string; readonly now: Date; readonly run: JudgedRun },
): Promise<string[]> {
  const { scanner: name, scanner_version: scannerVersion, started_at } = run
  const compared = await noteCompared(db, {
    targetId: target.id,
    scanner: name,
    scannerVersion,
    startedAt: started_at!,
    scanId,
    isTelling: run.judgements.some(({ verdict }) => verdict !== 'unknown'),
  })
  if (compared === undefined || run.isBroken) return []
  const scanner = scanners[name as keyof typeof scanners] as AnyScanner
  const { canFlap, reminded = [] } = scanner
  if (run.result !== null)
    await noteExpiries(
      db,
      { targetId: target.id, scanner: name, now },
      scanner.expiries?.(scanner.result.parse(run.result)) ?? [],
    )
  const known = await knownFindings(db, target.id, name)
  const muted = new Set(known.filter(({ isMuted }) => isMuted).map(({ id }) => id))
  const isFirstOfVersion = compared.versionBefore !== null && compared.versionBefore !== scannerVersion
  const options = { tellAfter: canFlap ? 2 : 1, scannerVersion, isFirstOfVersion }
  const moves = compare(known, run.judgements, options).map((move) => ({
    ...move,
    id: move.known?.id ?? newId(),
    severity: describeRule(name, move.rule).severity,
    fingerprint: fingerprintOf({ rule: move.rule, target: target.canonical, subject: move.subject }),
    evidence: move.evidence ?? null,
  }))
  await saveFindings(db, { target, scanner: name, scannerVersion, scanId, now }, moves)
  const changes = moves.flatMap((move) =>
    changeOf(move, { scanId, isMuted: muted.has(move.id) || reminded.includes(move.rule) }),
  )
  await noteChanges(db, changes)
  return changes.filter(({ isTold }) => isTold).map(({ findingId }) => findingId)
}

function changeOf(
  { id, change, isTold, isRecalibrated, state, addresses }: Move & { readonly id: string },
  { scanId, isMuted }: { readonly scanId: string; readonly isMuted: boolean },
): NewChange[] {
  if (change === null && !isTold) return []
  const kind = change === null ? 'confirmed' : isRecalibrated ? 'recalibrated' : change
  return [
    { id: newId(), findingId: id, kind, isTold: isTold && !isMuted, scanId, by: null, detail: { state, addresses } },
  ]
}

/** One alert for all that one cause changed, as it stands now. */
async function alertOf(db: Db, findingIds: readonly string[], scanId: string | null): Promise<void> {
  const told = await toldChanges(db, findingIds)
  const [first] = told
  if (first === undefined) return
  const { organisationId, targetId } = first
  const changes = told.map(({ organisationId: _o, targetId: _t, ...change }) => change)
  const worst = changes.map(({ severity }) => severities.indexOf(severity))
  await insertAlert(db, { organisationId, targetId, scanId, severity: severities[Math.max(...worst)]!, changes })
}

const endedAtOnce = 500

/** What was accepted until a date that has come is open again, and that is to be told where it is still there. */
export const endAcceptances = (db: Db): Promise<void> =>
  db.transaction().execute(async (db) => {
    const ended = await takeEndedAcceptances(db, endedAtOnce)
    await noteChanges(
      db,
      ended.map(({ id, state }) => ({
        id: newId(),
        findingId: id,
        kind: 'reopened',
        isTold: state !== 'fixed',
        scanId: null,
        by: null,
        detail: { state },
      })),
    )
    for (const { id, state } of ended) if (state !== 'fixed') await alertOf(db, [id], null)
  })
