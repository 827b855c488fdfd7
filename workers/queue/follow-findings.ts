import type { Db } from '#db/connect.ts'
import { fingerprintOf, type Judgement, severities } from '#db/model/finding.ts'
import { silenceCauses } from '#db/model/outage.ts'
import { newId } from '#db/model/id.ts'
import { insertAlert } from '#db/queries/alerts.ts'
import { dropServedElsewhere, noteServed } from '#db/queries/certificates.ts'
import { noteExpiries } from '#db/queries/expiries.ts'
import {
  findingsElsewhere,
  knownFindings,
  lockWatched,
  type NewChange,
  noteChanges,
  noteCompared,
  noteRetested,
  resultBefore,
  saveFindings,
  takeEndedAcceptances,
  toldChanges,
  type WatchedTarget,
} from '#db/queries/findings.ts'
import { noteHeard } from '#db/queries/outages.ts'
import type { RunRow } from '#db/queries/scans.ts'
import { noteUntold } from '#db/queries/untold.ts'
import { heardIn } from '#workers/findings/silence.ts'
import { leftOpen } from '#workers/findings/left-open.ts'
import { judgeAbout } from '#workers/findings/judge.ts'
import { compare, type Move } from '#workers/findings/compare.ts'
import { describeRule } from '#workers/scanners/catalog.ts'
import { scanners } from '#workers/scanners/index.ts'
import type { AnyScanner } from '#workers/scanners/scanner.ts'

type JudgedRun = Pick<
  RunRow,
  'scanner' | 'scanner_version' | 'status' | 'reason' | 'coverage' | 'started_at' | 'from_scan' | 'result'
> & {
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
  await noteAnswers(db, target, own)
  const news = [
    ...(await followRuns(db, target, { scanId, now, runs: own })),
    ...(await followGone(db, target, { scanId, now, runs: own })),
  ]
  await alertOf(db, news, scanId)
}

/** Notes who answered the scan and who did not. */
async function noteAnswers(db: Db, target: WatchedTarget, runs: readonly JudgedRun[]): Promise<void> {
  const heard = heardIn(
    runs.map(({ scanner, status, reason, coverage }) => ({ asks: scannerOf(scanner).asks, status, reason, coverage })),
  )
  const causes = (how: 'silent' | 'answered') => silenceCauses.filter((cause) => heard[cause] === how)
  await noteHeard(db, target, { silent: causes('silent'), answered: causes('answered') })
}

/** Moves the findings of the scanners that ran. @returns those that people are to be told of */
async function followRuns(
  db: Db,
  target: WatchedTarget,
  { scanId, now, runs }: { readonly scanId: string; readonly now: Date; readonly runs: readonly JudgedRun[] },
): Promise<string[]> {
  const compared = await noteCompared(
    db,
    { targetId: target.id, scanId },
    runs.map((run) => ({
      scanner: run.scanner,
      scannerVersion: run.scanner_version,
      startedAt: run.started_at!,
      isTelling: run.judgements.some(({ verdict }) => verdict !== 'unknown'),
      checks: leftOpen(run).checks,
    })),
  )
  const last = runs.filter(({ scanner }) => compared.has(scanner))
  await noteUntold(
    db,
    { targetId: target.id, now },
    last.map((run) => ({ scanner: run.scanner, untold: leftOpen(run).untold })),
  )
  const followed = last.filter(({ isBroken }) => !isBroken)
  const news = followed.length === 0 ? [] : await moveFindings(db, target, { scanId, now, runs: followed, compared })
  await noteRetested(db, { targetId: target.id, scanId }, [...compared.keys()])
  return news
}

/** Moves them by what was compared. @returns those that people are to be told of */
async function moveFindings(
  db: Db,
  target: WatchedTarget,
  {
    scanId,
    now,
    runs,
    compared,
  }: {
    readonly scanId: string
    readonly now: Date
    readonly runs: readonly JudgedRun[]
    readonly compared: Awaited<ReturnType<typeof noteCompared>>
  },
): Promise<string[]> {
  const names = runs.map(({ scanner }) => scanner)
  const known = Map.groupBy(await knownFindings(db, target.id, names), ({ scanner }) => scanner)
  const moves = runs.flatMap((run) =>
    movesOf(run, target, known.get(run.scanner) ?? [], compared.get(run.scanner)!.versionBefore),
  )
  for (const { scanner, result } of runs)
    if (result !== null)
      await noteExpiries(
        db,
        { targetId: target.id, scanner, now },
        scannerOf(scanner).expiries?.(scannerOf(scanner).result.parse(result)) ?? [],
      )
  for (const { scanner, result } of runs) {
    const shown = result === null ? undefined : scannerOf(scanner).served?.(scannerOf(scanner).result.parse(result))
    if (shown !== undefined) await noteServed(db, target, { ...shown, scanId, now })
  }
  await saveFindings(db, { target, scanId, now }, moves)
  const changes = moves.flatMap((move) => changeOf(move, { scanId, isMuted: move.isMuted }))
  await noteChanges(db, changes)
  return changes.filter(({ isTold }) => isTold).map(({ findingId }) => findingId)
}

type KnownFinding = Awaited<ReturnType<typeof knownFindings>>[number]

/** What a run says of its scanner's findings. */
function movesOf(
  { scanner: name, scanner_version: scannerVersion, result, judgements }: JudgedRun,
  target: WatchedTarget,
  known: readonly KnownFinding[],
  versionBefore: number | null,
) {
  const scanner = scannerOf(name)
  const { canFlap, reminded = [] } = scanner
  const muted = new Set(known.filter(({ isMuted }) => isMuted).map(({ id }) => id))
  const isFirstOfVersion = versionBefore !== null && versionBefore !== scannerVersion
  const options = { tellAfter: canFlap ? 2 : 1, scannerVersion, isFirstOfVersion }
  const more = result === null ? [] : judgeAbout(scanner, result, judgements, known)
  return compare(known, [...judgements, ...more], options).map((move) => ({
    ...move,
    id: move.known?.id ?? newId(),
    scanner: name,
    scannerVersion,
    severity: describeRule(name, move.rule).severity,
    fingerprint: fingerprintOf({ rule: move.rule, target: target.canonical, subject: move.subject }),
    evidence: move.evidence ?? null,
    isMuted: reminded.includes(move.rule) || (move.known !== null && muted.has(move.known.id)),
  }))
}

/**
 * Lets findings go from addresses that the name no longer has: two runs one after the other in which every server in authority told, and none gave the address. One alone may have met a server that
 * gives now some, now others. Where this scan asked the address all the same, what it answered counts.
 */
async function followGone(
  db: Db,
  target: WatchedTarget,
  { scanId, now, runs }: { readonly scanId: string; readonly now: Date; readonly runs: readonly JudgedRun[] },
): Promise<string[]> {
  const teller = runs.find(({ scanner, result }) => result !== null && 'addressesOfHost' in scannerOf(scanner))
  if (teller === undefined) return []
  const given = addressesIn(teller.scanner, teller.result)
  if (given === null) return []
  const before = await resultBefore(db, { targetId: target.id, scanner: teller.scanner, at: teller.started_at! })
  const givenBefore = before === undefined ? null : addressesIn(teller.scanner, before)
  if (givenBefore === null) return []
  const asked = runs.flatMap(({ judgements }) => judgements.map(({ address }) => address))
  const stays = new Set(['', ...given, ...givenBefore, ...asked].filter((address) => address !== null))
  await dropServedElsewhere(db, target.id, [...stays])
  // Whoever tells the addresses speaks of other hosts too: its own findings lie at name servers.
  const elsewhere = { targetId: target.id, addresses: [...stays], but: teller.scanner }
  const moved = (await findingsElsewhere(db, elsewhere)).flatMap((known) => {
    const { rule, subject, scanner, scannerVersion, isMuted } = known
    const gone = known.addresses.filter((address) => !stays.has(address))
    const absent = gone.map((address) => ({ rule, subject, address, verdict: 'absent' as const }))
    return compare([known], absent, { tellAfter: 1, scannerVersion, isFirstOfVersion: false }).map((move) => {
      const fingerprint = fingerprintOf({ rule, target: target.canonical, subject })
      const { severity } = describeRule(scanner, rule)
      const own = { id: known.id, scanner, scannerVersion, fingerprint, severity, evidence: null }
      return { move: { ...move, ...own }, gone, isMuted }
    })
  })
  // None of these scanners asked anything.
  await saveFindings(
    db,
    { target, scanId: null, now },
    moved.map(({ move }) => move),
  )
  const changes = moved.flatMap(({ move, gone, isMuted }) =>
    changeOf(move, { scanId, isMuted, detail: { reason: 'address-gone', gone } }),
  )
  await noteChanges(db, changes)
  return changes.filter(({ isTold }) => isTold).map(({ findingId }) => findingId)
}

const scannerOf = (name: string) => scanners[name as keyof typeof scanners] as AnyScanner
const addressesIn = (name: string, result: unknown): readonly string[] | null => {
  const scanner = scannerOf(name)
  return scanner.addressesOfHost?.(scanner.result.parse(result)) ?? null
}

function changeOf(
  { id, change, isTold, isRecalibrated, state, addresses }: Move & { readonly id: string },
  { scanId, isMuted, detail = {} }: { readonly scanId: string; readonly isMuted: boolean; readonly detail?: object },
): NewChange[] {
  if (change === null && !isTold) return []
  const kind = change === null ? 'confirmed' : isRecalibrated ? 'recalibrated' : change
  const facts = { state, addresses, ...detail }
  return [{ id: newId(), findingId: id, kind, isTold: isTold && !isMuted, scanId, by: null, detail: facts }]
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
