import { z } from 'zod'
import { decisions, findingStates, severity } from '#db/model/finding.ts'
import { inertJson } from '#db/model/inert.ts'
import { scanStatuses } from '#db/model/scan.ts'
import { type Report, summaryOf } from './report.ts'

const instant = z.iso.datetime()
const count = z.int().nonnegative().nullable()

/** What `version` 1 of the report as data is; what is added keeps the number, whatever else changes raises it. */
export const reportJson = z.object({
  version: z.literal(1),
  summary: z.string().describe('What stands in it, in one sentence.'),
  kind: z.enum(['scan', 'target', 'organisation']),
  about: z.string().describe('The host, or the organisation.'),
  generatedAt: instant,
  scan: z.object({ id: z.uuid(), status: z.enum(scanStatuses), finishedAt: instant.nullable() }).nullable(),
  findings: z.array(
    z.object({
      target: z.string(),
      rule: z.string(),
      title: z.string(),
      severity,
      subject: z.string(),
      addresses: z.array(z.string()),
      state: z.enum(findingStates),
      isRetested: z.boolean().describe('False where the last scan could not tell, or did not ask.'),
      decision: z.enum(decisions),
      decidedReason: z.string().nullable(),
      openedAt: instant.nullable(),
      lastConfirmedAt: instant.nullable(),
      remedy: z.string(),
      reference: z.string(),
      fingerprint: z.string().nullable(),
      evidence: z.record(z.string(), z.unknown()).nullable().describe('As the target sent it: foreign text.'),
    }),
  ),
  untold: z
    .array(z.object({ target: z.string(), what: z.string(), address: z.string().nullable(), reason: z.string() }))
    .describe('What was asked and could not be told, as against what is well.'),
  runs: z.array(
    z.object({
      scanner: z.string(),
      title: z.string(),
      status: z.string(),
      reason: z.string().nullable(),
      asked: count,
      answered: count,
      unit: z.string().nullable(),
    }),
  ),
  isCut: z.boolean().describe('True where there are more findings than a report holds.'),
  lastToldAt: instant.nullable(),
})

/** The same as JSON Schema (2020-12), for whoever reads reports by a program. */
export const reportJsonSchema = () => ({
  ...z.toJSONSchema(reportJson, { io: 'input' }),
  title: 'A report of Portlight, version 1',
})

/** The report as data on one line; dates are ISO 8601, in UTC. A terminal may show it. */
export const writeJson = (report: Report): string =>
  `${inertJson({ version: 1, summary: summaryOf(report), ...report })}\n`
