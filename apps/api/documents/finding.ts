import { z } from '@hono/zod-openapi'
import { changeKinds, decisions, findingStates, severities } from '#db/model/finding.ts'
import type { FindingRow, historyOf, timelineOf } from '#db/queries/findings.ts'
import { describeRule } from '#workers/scanners/catalog.ts'

const instant = z.iso.datetime()
const severity = z.enum(severities)

export const keptFinding = z
  .object({
    id: z.uuid(),
    fingerprint: z.string().openapi({ description: 'Stays the same wherever this is found again; see the README.' }),
    rule: z.string(),
    scanner: z.string(),
    title: z.string(),
    severity,
    ruleSeverity: severity.openapi({ description: 'Before your own, where you set one.' }),
    severityReason: z.string().nullable(),
    remedy: z.string(),
    reference: z.string(),
    target: z.object({ id: z.uuid(), canonical: z.string(), display: z.string() }),
    subject: z.string(),
    addresses: z.array(z.string()).openapi({ description: 'Where it was last seen.' }),
    state: z.enum(findingStates),
    retest: z.enum(['confirmed', 'not-retested', 'fixed']).openapi({
      description:
        '`not-retested`: the last scan could not tell, or did not ask; it stands as it was seen at `lastConfirmedAt`.',
    }),
    decision: z.enum(decisions),
    decidedUntil: instant.nullable(),
    decidedReason: z.string().nullable(),
    decidedAt: instant.nullable(),
    decidedBy: z.object({ kind: z.string(), id: z.uuid() }).nullable(),
    openedAt: instant,
    changedAt: instant,
    lastConfirmedAt: instant.nullable(),
    lastAskedAt: instant.openapi({ description: 'When something was last told about it.' }),
    lastScanId: z.uuid().nullable(),
    evidence: z.record(z.string(), z.unknown()).nullable(),
  })
  .openapi('Finding')

const change = {
  at: instant,
  kind: z.enum(changeKinds),
  isTold: z.boolean().openapi({ description: 'Whether people are told of it.' }),
  scanId: z.uuid().nullable(),
  by: z
    .object({ kind: z.string(), id: z.uuid() })
    .nullable()
    .openapi({ description: 'Null where a scan did it, or a date that came.' }),
  detail: z.record(z.string(), z.unknown()).nullable(),
}
export const findingChange = z.object(change).openapi('FindingChange')

export const timelineEntry = z
  .object({ ...change, findingId: z.uuid(), rule: z.string(), title: z.string(), subject: z.string(), severity })
  .openapi('TimelineEntry')

export const writeKept = (row: FindingRow) => ({
  id: row.id,
  fingerprint: row.fingerprint,
  rule: row.rule,
  scanner: row.scanner,
  ...wordsOf(row),
  severity: row.severity,
  ruleSeverity: row.rule_severity,
  severityReason: row.severity_reason,
  target: { id: row.target_id, canonical: row.canonical, display: row.display },
  subject: row.subject,
  addresses: row.addresses.filter((address) => address !== ''),
  state: row.state,
  retest:
    row.state === 'fixed' ? ('fixed' as const) : row.isNotRetested ? ('not-retested' as const) : ('confirmed' as const),
  decision: row.decision,
  decidedUntil: text(row.decided_until),
  decidedReason: row.decided_reason,
  decidedAt: text(row.decided_at),
  decidedBy: row.decided_by === null ? null : { kind: row.decided_by_kind!, id: row.decided_by },
  openedAt: row.opened_at.toISOString(),
  changedAt: row.changed_at.toISOString(),
  lastConfirmedAt: text(row.last_confirmed_at),
  lastAskedAt: row.last_asked_at.toISOString(),
  lastScanId: row.last_scan_id,
  evidence: row.evidence as Record<string, unknown> | null,
})

function wordsOf({ scanner, rule }: { scanner: string; rule: string }) {
  const { title, remedy, reference } = describeRule(scanner, rule)
  return { title, remedy, reference }
}

type HistoryRow = Awaited<ReturnType<typeof historyOf>>[number]
export const writeChange = ({ at, kind, isTold, scanId, byKind, byId, detail }: Omit<HistoryRow, 'id'>) => ({
  at: at.toISOString(),
  kind,
  isTold,
  scanId,
  by: byId === null ? null : { kind: byKind!, id: byId },
  detail: detail as Record<string, unknown> | null,
})

export const writeTimelineEntry = (row: Awaited<ReturnType<typeof timelineOf>>[number]) => ({
  ...writeChange(row),
  findingId: row.findingId,
  rule: row.rule,
  title: describeRule(row.scanner, row.rule).title,
  subject: row.subject,
  severity: row.severity,
})

const text = (instant: Date | null) => instant?.toISOString() ?? null
