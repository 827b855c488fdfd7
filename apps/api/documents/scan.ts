import { z } from '@hono/zod-openapi'
import { runAuthority, tiers } from '#db/model/authority.ts'
import { severities } from '#db/model/finding.ts'
import { coverage, progress, runStatuses, scanStatuses } from '#db/model/scan.ts'
import { targetKinds } from '#db/model/target.ts'

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
    pausedUntil: instant.nullable().openapi({
      description: 'A window in which it rests was opened: it goes on after this time, where that lies ahead.',
    }),
    deadline: instant.openapi({
      description: 'The scan will have ended by then. A pause puts it off by its length, and nothing else does.',
    }),
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
  .openapi('ScanFinding')

export const scanDocument = scanSummary.extend({ runs: z.array(run), findings: z.array(finding) }).openapi('Scan')

/** Weak, since a release of ours may put the same facts into other words (RFC 9110 §8.8.3). */
export const etagOf = (version: number) => `W/"${version}"`

/** True where an If-None-Match names the version, or is `*`: the caller has it already. */
export const names = (ifNoneMatch: string | undefined, version: number): boolean =>
  ifNoneMatch !== undefined &&
  (ifNoneMatch.trim() === '*' ||
    [...ifNoneMatch.matchAll(/"(\d{1,9})"/g)].some(([, known]) => Number(known) === version))
