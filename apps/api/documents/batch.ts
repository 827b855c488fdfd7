import { z } from '@hono/zod-openapi'
import { batchPurposes, type BatchStatus, batchStatuses, rowStatuses } from '#db/model/batch.ts'
import { targetKinds } from '#db/model/target.ts'
import { summariseBatch, writeCounts } from '#workers/documents/batch.ts'
import { linksOf } from '#workers/documents/scan.ts'
import type { BatchRow, countRows, listRows } from '#db/queries/batches.ts'

const instant = z.iso.datetime()

export const batchRow = z
  .object({
    row: z.int().openapi({ description: 'Line of the upload.' }),
    given: z.string().openapi({ description: 'As it was sent; the first 300 characters.' }),
    target: z.object({ canonical: z.string(), display: z.string(), kind: z.enum(targetKinds) }).nullable(),
    isNewTarget: z.boolean().openapi({ description: 'When it was read, nobody here had asked for this host before.' }),
    status: z.enum(rowStatuses).openapi({
      description:
        '`bad` and `duplicate` rows are never scanned; `waiting` has no scan yet; `open` and all others are how its scan stands.',
    }),
    reason: z.string().nullable(),
    detail: z.string().nullable().openapi({ description: 'The reason in words.' }),
    scan: z.object({ id: z.uuid(), links: z.object({ self: z.string() }) }).nullable(),
  })
  .openapi('BatchRow')

const counts = z
  .object(Object.fromEntries(['total', ...rowStatuses].map((name) => [name, z.int()])) as Record<string, z.ZodInt>)
  .openapi({ description: 'Rows in each state.' })

export const batchSummary = z
  .object({
    id: z.uuid(),
    name: z.string(),
    purpose: z.enum(batchPurposes),
    status: z.enum(batchStatuses).openapi({
      description:
        '`reading`, then `previewed` (a dry run: it waits to be started) or `running`; the last three are final.',
    }),
    reason: z.string().nullable(),
    detail: z.string().nullable(),
    ignoredColumns: z.array(z.string()).openapi({ description: 'Columns of the upload that mean nothing here.' }),
    version: z.int(),
    createdAt: instant,
    finishedAt: instant.nullable(),
    cancelAskedAt: instant.nullable(),
    links: z.object({ self: z.string(), rows: z.string(), results: z.string(), start: z.string(), cancel: z.string() }),
  })
  .openapi('BatchSummary')

export const batchDocument = batchSummary
  .extend({
    counts,
    bad: z.array(batchRow).openapi({ description: 'The first 100 rows that cannot be scanned, each with why.' }),
    preview: z.array(batchRow).openapi({ description: 'The first 20 rows.' }),
  })
  .openapi('Batch')

type Row = Awaited<ReturnType<typeof listRows>>[number]

export const writeRow = (row: Row): z.input<typeof batchRow> => ({
  row: row.number,
  given: row.given,
  target: row.canonical === null ? null : { canonical: row.canonical, display: row.display!, kind: row.kind! },
  isNewTarget: row.isNewTarget,
  status: row.status,
  reason: row.reason,
  detail: row.detail,
  scan: row.scanId === null ? null : { id: row.scanId, links: linksOf(row.scanId) },
})

type Counts = Awaited<ReturnType<typeof countRows>>

export const writeBatch = (
  batch: BatchRow,
  counts: Counts,
  { bad, preview }: { bad: readonly Row[]; preview: readonly Row[] },
): z.input<typeof batchDocument> => ({
  ...summariseBatch(batch),
  counts: writeCounts(counts),
  bad: bad.map(writeRow),
  preview: preview.map(writeRow),
})

const changing: readonly BatchStatus[] = ['reading', 'running']

/** `Retry-After`: a tenth of the time that the rest takes at the pace so far; null where nothing changes by itself any more. */
export function retryAfterOf({ status, createdAt }: BatchRow, counts: Counts, nowMillis = Date.now()): string | null {
  if (!changing.includes(status)) return null
  const left = (counts.waiting ?? 0) + (counts.open ?? 0)
  const done = (counts.completed ?? 0) + (counts.failed ?? 0) + (counts.refused ?? 0)
  const restSeconds = done === 0 ? 10 : ((nowMillis - createdAt.getTime()) / 1000 / done) * left
  return String(Math.round(Math.min(60, Math.max(1, restSeconds / 10))))
}
