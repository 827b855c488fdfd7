import type { Db } from '#db/connect.ts'
import { severities } from '#db/model/finding.ts'
import { isFinal } from '#db/model/scan.ts'
import { findingsOfScan, type ObservationRow, type RunRow, runsOf, type ScanRow } from '#db/queries/scans.ts'
import { describeRule, describeScanner, scannerOrder } from '#workers/scanners/catalog.ts'

// The one document of a scan, as answers, streams and webhooks show it; its schema stands beside the routes.

/** The scan of this row with its runs and findings. */
export async function wholeOf(db: Db, scan: ScanRow) {
  const [runs, findings] = await Promise.all([runsOf(db, scan.id), findingsOfScan(db, scan.id)])
  return writeScan(scan, runs, findings)
}

export const linksOf = (id: string) => ({ self: `/v1/scans/${id}` })

export function summarise(scan: ScanRow) {
  const { canonical, display, kind } = scan
  return {
    id: scan.id,
    status: scan.status,
    reason: scan.reason,
    target: { canonical, display, kind },
    attempt: scan.attempt,
    resultCount: Number(scan.result_count),
    version: scan.version,
    createdAt: scan.created_at.toISOString(),
    startedAt: text(scan.started_at),
    finishedAt: text(scan.finished_at),
    cancelAskedAt: text(scan.cancel_asked_at),
    pausedUntil: isFinal(scan.status) ? null : text(scan.paused_until),
    deadline: scan.deadline.toISOString(),
    rerunOf: scan.rerun_of,
    links: linksOf(scan.id),
  }
}

export const writeScan = (scan: ScanRow, runs: readonly RunRow[], findings: readonly ObservationRow[]) => ({
  ...summarise(scan),
  runs: runs
    .map((run) => writeRun(run, scan.created_at))
    .sort((a, b) => scannerOrder(a.scanner) - scannerOrder(b.scanner)),
  findings: findings.map(writeFinding).sort(byUrgency),
})

const writeRun = (run: RunRow, takenAt: Date) => ({
  scanner: run.scanner,
  scannerVersion: run.scanner_version,
  title: describeScanner(run.scanner).title,
  status: run.status,
  reason: run.reason,
  detail: run.detail,
  options: run.options as Record<string, unknown>,
  progress: run.progress,
  coverage: run.coverage,
  fromCache:
    run.from_scan === null
      ? null
      : {
          scanId: run.from_scan,
          ageSeconds: Math.max(0, Math.round((takenAt.getTime() - (run.finished_at ?? takenAt).getTime()) / 1000)),
        },
  tier: run.tier,
  authority: run.authority,
  result: run.result as Record<string, unknown> | null,
  startedAt: text(run.started_at),
  finishedAt: text(run.finished_at),
})

const writeFinding = (seen: ObservationRow) => ({
  rule: seen.rule,
  scanner: seen.scanner,
  ...describeRule(seen.scanner, seen.rule),
  subject: seen.subject,
  address: seen.address,
  verdict: seen.verdict === 'present' ? ('present' as const) : ('unknown' as const),
  reason: seen.reason,
  evidence: seen.evidence as Record<string, unknown> | null,
})

type Finding = ReturnType<typeof writeFinding>
/** What is wrong before what could not be told, the worst first. */
const byUrgency = (a: Finding, b: Finding) =>
  a.verdict.localeCompare(b.verdict) ||
  severities.indexOf(b.severity) - severities.indexOf(a.severity) ||
  a.rule.localeCompare(b.rule)

const text = (instant: Date | null) => instant?.toISOString() ?? null
