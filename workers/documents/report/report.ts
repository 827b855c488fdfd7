import type { Db } from '#db/connect.ts'
import { type Decision, type Evidence, type FindingState, type Severity, severities } from '#db/model/finding.ts'
import type { RunStatus, ScanStatus } from '#db/model/scan.ts'
import { sayReason, words } from '#db/model/words/index.ts'
import type { Language } from '#db/model/words/language.ts'
import { calendarNow } from '#db/queries/clock.ts'
import { everyFinding, type FindingRow, lastToldAt, listFindings, watchedNeverTold } from '#db/queries/findings.ts'
import { findingsOfScan, runsOf, type ScanRow } from '#db/queries/scans.ts'
import type { Reach, TargetRow } from '#db/queries/targets.ts'
import { describeRule, describeScanner, scannerOrder } from '#workers/scanners/catalog.ts'

/** What a report says, whatever it is written as. Texts of targets stand in it as they came: each format makes them harmless in its own way. */
export interface Report {
  readonly kind: 'scan' | 'target' | 'organisation'
  /** The host, or the organisation. */
  readonly about: string
  readonly generatedAt: Date
  /** Of a scan. */
  readonly scan: { readonly id: string; readonly status: ScanStatus; readonly finishedAt: Date | null } | null
  readonly findings: readonly ReportedFinding[]
  /** What was asked and could not be told, as against what is well. */
  readonly untold: readonly Untold[]
  /** How far each scanner of the scan got. */
  readonly runs: readonly ReportedRun[]
  /** More findings than a report holds were left out. */
  readonly isCut: boolean
  /** When something was last told about the host; null where nothing ever was. */
  readonly lastToldAt: Date | null
}

export interface ReportedFinding {
  readonly target: string
  readonly rule: string
  readonly title: string
  readonly severity: Severity
  readonly subject: string
  readonly addresses: readonly string[]
  readonly state: FindingState
  /** False where the last scan could not tell, or did not ask. */
  readonly isRetested: boolean
  readonly decision: Decision
  readonly decidedReason: string | null
  readonly openedAt: Date | null
  readonly lastConfirmedAt: Date | null
  readonly remedy: string
  readonly reference: string
  readonly fingerprint: string | null
  readonly evidence: Evidence | null
}

export interface Untold {
  readonly target: string
  readonly what: string
  /** Null where it was asked of the host as a whole. */
  readonly address: string | null
  readonly reason: string
}

export interface ReportedRun {
  readonly scanner: string
  readonly title: string
  readonly status: RunStatus
  readonly reason: string | null
  readonly asked: number | null
  readonly answered: number | null
  readonly unit: string | null
}

const findingsAtMost = 5000

/** What one scan saw. */
export async function reportOfScan(db: Db, scan: ScanRow, language: Language = 'en'): Promise<Report> {
  const [runs, seen, generatedAt] = await Promise.all([
    runsOf(db, scan.id),
    findingsOfScan(db, scan.id),
    calendarNow(db),
  ])
  const present = seen.filter(({ verdict }) => verdict === 'present')
  const unknown = seen.filter(({ verdict }) => verdict === 'unknown')
  return {
    kind: 'scan',
    about: scan.display,
    generatedAt,
    scan: { id: scan.id, status: scan.status, finishedAt: scan.finished_at },
    findings: gathered(present)
      .map(
        (group): ReportedFinding => ({
          target: scan.display,
          rule: group[0]!.rule,
          ...describeRule(group[0]!.scanner, group[0]!.rule, language),
          subject: group[0]!.subject,
          addresses: group.map(({ address }) => address ?? '').filter(Boolean),
          state: 'open',
          isRetested: true,
          decision: 'none',
          decidedReason: null,
          openedAt: null,
          lastConfirmedAt: scan.finished_at,
          fingerprint: null,
          evidence: group[0]!.evidence,
        }),
      )
      .sort(byUrgency),
    untold: unknown.map(({ scanner, rule, subject, address, reason }) => ({
      target: scan.display,
      what: `${describeRule(scanner, rule, language).title}: ${subject}`,
      address,
      reason: reason ?? '',
    })),
    runs: runs
      .toSorted((one, other) => scannerOrder(one.scanner) - scannerOrder(other.scanner))
      .map(({ scanner, status, reason, coverage }) => ({
        scanner,
        title: describeScanner(scanner, language).title,
        status,
        reason,
        asked: coverage?.asked ?? null,
        answered: coverage?.answered ?? null,
        unit: coverage?.unit ?? null,
      })),
    isCut: false,
    lastToldAt: runs.some(({ result }) => result !== null) ? scan.finished_at : null,
  }
}

/** Without what the target sent, and without its addresses: what an outsider has no need to know. */
export const hidden = (report: Report): Report => ({
  ...report,
  findings: report.findings.map((one) => ({ ...one, addresses: [], evidence: null, decidedReason: null })),
  untold: report.untold.map((one) => ({ ...one, address: null })),
})

type Seen = Awaited<ReturnType<typeof findingsOfScan>>[number]
const gathered = (seen: readonly Seen[]): Seen[][] => [
  ...Map.groupBy(seen, ({ rule, subject }) => JSON.stringify([rule, subject])).values(),
]

/** What stands open at one target, or at all within reach. */
export async function reportOfFindings(
  db: Db,
  reach: Reach,
  about: { readonly target: TargetRow } | { readonly organisation: string },
  language: Language = 'en',
): Promise<Report> {
  const isOfTarget = 'target' in about
  const [rows, generatedAt] = await Promise.all([
    listFindings(db, reach, {
      ...everyFinding,
      targetId: isOfTarget ? about.target.id : null,
      isArchived: isOfTarget ? null : false,
      limit: findingsAtMost + 1,
      sort: 'urgency',
      after: null,
      states: ['open', 'regressed'],
      decision: null,
      severities: null,
      scanner: null,
      isRetested: null,
    }),
    calendarNow(db),
  ])
  const neverTold = isOfTarget ? [] : await watchedNeverTold(db, reach, findingsAtMost)
  const findings = rows.slice(0, findingsAtMost).map((row) => reported(row, language))
  return {
    kind: isOfTarget ? 'target' : 'organisation',
    about: isOfTarget ? about.target.display : about.organisation,
    generatedAt,
    scan: null,
    findings,
    untold: [
      ...neverTold.map((target) => ({
        target,
        what: words[language].report.everything,
        address: null,
        reason: 'never-told',
      })),
      ...findings
        .filter(({ isRetested }) => !isRetested)
        .map(({ target, title, subject }) => ({
          target,
          what: `${title}: ${subject}`,
          address: null,
          reason: 'not-retested',
        })),
    ],
    runs: [],
    isCut: rows.length > findingsAtMost,
    lastToldAt: isOfTarget ? await lastToldAt(db, about.target.id) : null,
  }
}

const reported = (row: FindingRow, language: Language): ReportedFinding => {
  const { title, remedy, reference } = describeRule(row.scanner, row.rule, language)
  return {
    target: row.display,
    rule: row.rule,
    title,
    severity: row.severity,
    subject: row.subject,
    addresses: row.addresses.filter((address) => address !== ''),
    state: row.state,
    isRetested: !row.isNotRetested,
    decision: row.decision,
    decidedReason: row.decided_reason,
    openedAt: row.opened_at,
    lastConfirmedAt: row.last_confirmed_at,
    remedy,
    reference,
    fingerprint: row.fingerprint,
    evidence: row.evidence,
  }
}

const byUrgency = (one: ReportedFinding, other: ReportedFinding) =>
  severities.indexOf(other.severity) - severities.indexOf(one.severity) || one.rule.localeCompare(other.rule)

/** One line of what could not be told; `text` makes what is foreign in it harmless. */
export function sayUntold(
  { target, what, address, reason }: Untold,
  language: Language,
  text: (foreign: string) => string = (foreign) => foreign,
): string {
  const at = address === null ? '' : words[language].report.at(text(address))
  return `${text(target)}: ${text(what)}${at} (${text(sayReason(reason, language))})`
}

/** In one sentence what stands in it, never more than is known. */
export function summaryOf({ kind, findings, untold, lastToldAt }: Report, language: Language = 'en'): string {
  const { nothingKnown, nothingWrong, counted, untoldToo } = words[language].report
  if (kind !== 'organisation' && lastToldAt === null) return nothingKnown
  const counts = severities
    .toReversed()
    .map((severity) => [findings.filter((one) => one.severity === severity).length, severity] as const)
    .filter(([count]) => count > 0)
  const found = counts.length === 0 ? nothingWrong : counts.map((one) => counted(...one)).join(', ')
  return `${found}${untold.length === 0 ? '' : untoldToo(untold.length)}.`
}
