import { z } from 'zod'
import { bases, tiers } from '#db/model/authority.ts'
import { severity } from '#db/model/finding.ts'
import { coverage, progress, runStatuses, scanStatuses } from '#db/model/scan.ts'

const run = z.object({
  scanner: z.string(),
  status: z.enum(runStatuses),
  reason: z.string().nullable(),
  detail: z.string().nullish(),
  progress: progress.nullish(),
  coverage: coverage.nullish(),
  tier: z.enum(tiers).nullish(),
  authority: z
    .object({
      basis: z.enum(bases),
      sentence: z.string().nullable(),
      proof: z.object({ kind: z.string(), name: z.string().nullable() }).nullable(),
    })
    .nullish(),
  result: z.unknown().optional(),
})

const finding = z.object({
  rule: z.string(),
  title: z.string(),
  severity,
  scanner: z.string(),
  subject: z.string(),
  address: z.string().nullable(),
  verdict: z.enum(['present', 'unknown']),
  reason: z.string().nullish(),
  evidence: z.record(z.string(), z.unknown()).nullish(),
  remedy: z.string(),
  reference: z.string(),
})

/** What the command line reads of a scan; whatever else the API says stays for `--json`. */
export const scanDocument = z.object({
  id: z.string(),
  status: z.enum(scanStatuses),
  reason: z.string().nullable(),
  target: z.object({ canonical: z.string(), display: z.string() }),
  startedAt: z.string().nullish(),
  finishedAt: z.string().nullish(),
  deadline: z.iso.datetime(),
  runs: z.array(run),
  findings: z.array(finding),
})

export type ScanDocument = z.output<typeof scanDocument>
export type Run = ScanDocument['runs'][number]
export type Finding = ScanDocument['findings'][number]
