import { z } from '@hono/zod-openapi'
import { runAuthority, tiers } from '#db/model/authority.ts'
import { severities } from '#db/model/finding.ts'
import { coverage, progress, runStatuses, scanStatuses } from '#db/model/scan.ts'
import { targetKinds } from '#db/model/target.ts'
import type { ObservationRow, RunRow, ScanRow } from '#db/queries/scans.ts'
import { describeRule, describeScanner, scannerOrder } from '#workers/scanners/catalog.ts'

export const scanStatus = z.enum(scanStatuses).openapi('ScanStatus')
export const scanLinks = z.object({ self: z.string() })
const instant = z.iso.datetime()

/** A scan without its parts. */
export const scanSummary = z
  .object({
    id: z.uuid(),
    status: scanStatus,
    reason: z
      .string()
      .nullable()
      .openapi({ description: 'Why it ended so; null for `completed` and while it is open.' }),
    target: z.object({ canonical: z.string(), display: z.string(), kind: z.enum(targetKinds) }),
    attempt: z.int().openapi({ description: 'How often a worker has taken it.' }),
    resultCount: z.int(),
    version: z.int().openapi({ description: 'Rises with every change.' }),
    createdAt: instant,
    startedAt: instant.nullable(),
    finishedAt: instant.nullable(),
    cancelAskedAt: instant
      .nullable()
      .openapi({ description: 'When somebody wanted it to end; it is `cancelled` once its sockets are closed.' }),
    deadline: instant.openapi({ description: 'The scan will have ended by then.' }),
    rerunOf: z.uuid().nullable(),
    links: scanLinks,
  })
  .openapi('ScanSummary')

const run = z
  .object({
    scanner: z.string(),
    scannerVersion: z.int(),
    title: z.string(),
    status: z.enum(runStatuses),
    reason: z.string().nullable(),
    detail: z.string().nullable(),
    options: z.record(z.string(), z.unknown()),
    progress: progress.nullable(),
    coverage: coverage.nullable(),
    result: z
      .record(z.string(), z.unknown())
      .nullable()
      .openapi({ description: 'Its JSON Schema stands in `/v1/scanners`.' }),
    fromCache: z
      .object({ scanId: z.uuid(), ageSeconds: z.int() })
      .nullable()
      .openapi({ description: 'The scan that really asked, and how old its answer was when this scan took it over.' }),
    tier: z
      .enum(tiers)
      .nullable()
      .openapi({ description: '`passive`: a visit as anybody makes it; `active`: what only an owner may ask for.' }),
    authority: runAuthority
      .nullable()
      .openapi({ description: 'By what right it was touched, and what is missing. Stated is never shown as proved.' }),
    startedAt: instant.nullable(),
    finishedAt: instant.nullable(),
  })
  .openapi('Run')

const finding = z
  .object({
    rule: z.string(),
    scanner: z.string(),
    title: z.string(),
    severity: z.enum(severities),
    subject: z.string(),
    address: z.string().nullable(),
    verdict: z.enum(['present', 'unknown']),
    reason: z.string().nullable().openapi({ description: 'Why it could not be told.' }),
    evidence: z.record(z.string(), z.unknown()).nullable(),
    remedy: z.string(),
    reference: z.string(),
  })
  .openapi('Finding')

export const scanDocument = scanSummary.extend({ runs: z.array(run), findings: z.array(finding) }).openapi('Scan')

export const linksOf = (id: string) => ({ self: `/v1/scans/${id}` })

/** Weak, since a release of ours may put the same facts into other words (RFC 9110 §8.8.3). */
export const etagOf = (version: number) => `W/"${version}"`

/** The versions that an If-None-Match names; null where it is `*`. */
export const versionsIn = (field: string): readonly number[] | null =>
  field.trim() === '*' ? null : [...field.matchAll(/"(\d{1,9})"/g)].map(([, version]) => Number(version))

export function summarise(scan: ScanRow): z.input<typeof scanSummary> {
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
    deadline: scan.deadline.toISOString(),
    rerunOf: scan.rerun_of,
    links: linksOf(scan.id),
  }
}

export const writeScan = (
  scan: ScanRow,
  runs: readonly RunRow[],
  findings: readonly ObservationRow[],
): z.input<typeof scanDocument> => ({
  ...summarise(scan),
  runs: runs
    .map((run) => writeRun(run, scan.created_at))
    .sort((a, b) => scannerOrder(a.scanner) - scannerOrder(b.scanner)),
  findings: findings.map(writeFinding).sort(byUrgency),
})

const writeRun = (run: RunRow, takenAt: Date): z.input<typeof scanDocument>['runs'][number] => ({
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

const writeFinding = (seen: ObservationRow): z.input<typeof finding> => ({
  rule: seen.rule,
  scanner: seen.scanner,
  ...describeRule(seen.scanner, seen.rule),
  subject: seen.subject,
  address: seen.address,
  verdict: seen.verdict === 'present' ? 'present' : 'unknown',
  reason: seen.reason,
  evidence: seen.evidence,
})

/** What is wrong before what could not be told, the worst first. */
const byUrgency = (a: z.input<typeof finding>, b: z.input<typeof finding>) =>
  a.verdict.localeCompare(b.verdict) ||
  severities.indexOf(b.severity) - severities.indexOf(a.severity) ||
  a.rule.localeCompare(b.rule)

const text = (instant: Date | null) => instant?.toISOString() ?? null
