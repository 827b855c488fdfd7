import type { Db } from '#db/connect.ts'
import { type Severity, severities } from '#db/model/finding.ts'
import { words } from '#db/model/words/index.ts'
import { observationsOf, type RunRow, runsOf, type ScanRow } from '#db/queries/scans.ts'
import { judgeAbout } from '#workers/findings/judge.ts'
import { describeRule, scannerOrder } from '#workers/scanners/catalog.ts'
import { scanners } from '#workers/scanners/index.ts'
import type { AnyScanner, FactChange } from '#workers/scanners/scanner.ts'

export type DiffKind = 'appeared' | 'gone' | 'still' | 'not-retested' | 'first-told'

export interface DiffedFinding {
  readonly kind: DiffKind
  readonly rule: string
  readonly title: string
  readonly severity: Severity
  readonly subject: string
  readonly addresses: string[]
}

type Observed = Awaited<ReturnType<typeof observationsOf>>[number]

/** What one scan of a target says otherwise than an earlier one: of findings, and of facts. Where either did not tell, nothing is claimed. */
export async function diffOf(db: Db, before: ScanRow, after: ScanRow) {
  const [[wasRuns, wasSeen], [isRuns, isSeen]] = (await Promise.all(
    [before, after].map(({ id }) => Promise.all([runsOf(db, id), observationsOf(db, id)] as const)),
  )) as [[RunRow[], Observed[]], [RunRow[], Observed[]]]
  const findings = diffFindings(
    [...wasSeen, ...answersFor(wasRuns, wasSeen, isSeen)],
    [...isSeen, ...answersFor(isRuns, isSeen, wasSeen)],
  )
  const compared = isRuns
    .map((is) =>
      compareRun(
        wasRuns.find(({ scanner }) => scanner === is.scanner),
        is,
      ),
    )
    .sort((one, other) => scannerOrder(one.scanner) - scannerOrder(other.scanner))
  return {
    before: { id: before.id, createdAt: before.created_at.toISOString() },
    after: { id: after.id, createdAt: after.created_at.toISOString() },
    target: { canonical: after.canonical, display: after.display },
    findings,
    facts: compared.flatMap(({ scanner, changes }) => changes.map((change) => ({ scanner, ...change }))),
    notCompared: compared.flatMap(({ scanner, reason }) => (reason === null ? [] : [{ scanner, reason }])),
    summary: summaryOf(
      findings,
      compared.flatMap(({ changes }) => changes),
    ),
  }
}

/** What one scan says of subjects that were present in the other alone. */
function answersFor(runs: readonly RunRow[], seen: readonly Observed[], other: readonly Observed[]): Observed[] {
  return runs.flatMap(({ scanner: name, result }) => {
    const scanner = (scanners as Readonly<Record<string, AnyScanner | undefined>>)[name]
    if (result === null || scanner === undefined) return []
    const of = (observed: readonly Observed[]) => observed.filter(({ scanner }) => scanner === name)
    return judgeAbout(scanner, result, of(seen), uniqueSubjects(present(of(other)))).map(
      ({ reason = null, evidence = null, ...one }) => ({ ...one, scanner: name, reason, evidence }),
    )
  })
}

const uniqueSubjects = (seen: readonly Observed[]) => [...byFinding(seen).values()].map(([one]) => one!)

function diffFindings(before: readonly Observed[], after: readonly Observed[]): DiffedFinding[] {
  const [was, is] = [byFinding(before), byFinding(after)]
  const keys = [...new Set([...was.keys(), ...is.keys()])]
  return keys
    .flatMap((key): DiffedFinding[] => {
      const [old = [], now = []] = [was.get(key), is.get(key)]
      const kind = kindOf(old, now)
      if (kind === null) return []
      const { rule, scanner, subject } = (now[0] ?? old[0])!
      const { title, severity } = describeRule(scanner, rule)
      const seen = present(now).length > 0 ? now : old
      return [
        {
          kind,
          rule,
          title,
          severity,
          subject,
          addresses: present(seen)
            .map(({ address }) => address ?? '')
            .filter(Boolean),
        },
      ]
    })
    .sort(
      (one, other) =>
        order.indexOf(one.kind) - order.indexOf(other.kind) ||
        severities.indexOf(other.severity) - severities.indexOf(one.severity) ||
        one.rule.localeCompare(other.rule),
    )
}

const order: readonly DiffKind[] = ['appeared', 'first-told', 'gone', 'not-retested', 'still']

function byFinding(seen: readonly Observed[]): Map<string, Observed[]> {
  const groups = new Map<string, Observed[]>()
  for (const one of seen) {
    const key = JSON.stringify([one.rule, one.subject])
    groups.set(key, [...(groups.get(key) ?? []), one])
  }
  return groups
}

const present = (seen: readonly Observed[]) => seen.filter(({ verdict }) => verdict === 'present')
const absentAt = (seen: readonly Observed[]) =>
  new Set(seen.filter(({ verdict }) => verdict === 'absent').map(({ address }) => address))

/** Gone is what was asked again at each address where it was, and answered well; new is what was answered well before. */
function kindOf(before: readonly Observed[], after: readonly Observed[]): DiffKind | null {
  const [was, is] = [present(before), present(after)]
  if (was.length === 0 && is.length === 0) return null
  if (is.length > 0) return was.length > 0 ? 'still' : absentAt(before).size > 0 ? 'appeared' : 'first-told'
  const well = absentAt(after)
  return was.every(({ address }) => well.has(address)) ? 'gone' : 'not-retested'
}

function compareRun(
  before: RunRow | undefined,
  after: RunRow,
): { scanner: string; changes: FactChange[]; reason: string | null } {
  const { scanner: name } = after
  const scanner = (scanners as Readonly<Record<string, AnyScanner | undefined>>)[name]
  const not = (reason: string) => ({ scanner: name, changes: [], reason })
  if (before === undefined) return not('not-asked-before')
  if (before.result === null || after.result === null)
    return not(after.result === null ? 'told-nothing' : 'told-nothing-before')
  if (before.scanner_version !== after.scanner_version) return not('another-version')
  if (scanner?.changes === undefined) return not('findings-only')
  const [was, is] = [scanner.result.safeParse(before.result), scanner.result.safeParse(after.result)]
  if (!was.success || !is.success) return not('another-version')
  return { scanner: name, changes: scanner.changes(was.data, is.data), reason: null }
}

/** In words, one sentence each. */
function summaryOf(findings: readonly DiffedFinding[], facts: readonly FactChange[]): string[] {
  const { told } = words.en
  const counts = order
    .map((kind) => [findings.filter((one) => one.kind === kind).length, told.diff[kind]] as const)
    .filter(([count]) => count > 0)
  const first =
    counts.length === 0 ? told.noFindings : told.findings(counts.map(([count, word]) => `${count} ${word}`).join(', '))
  return [first, ...facts.map(({ sentence }) => sentence)]
}
