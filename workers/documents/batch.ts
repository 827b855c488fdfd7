import type { Db } from '#db/connect.ts'
import { rowStatuses } from '#db/model/batch.ts'
import { type BatchRow, countRows } from '#db/queries/batches.ts'

export const batchLinks = (id: string) => {
  const self = `/v1/batches/${id}`
  return { self, rows: `${self}/rows`, results: `${self}/results`, start: `${self}/start`, cancel: `${self}/cancel` }
}

/** A batch without its rows, as lists show it. */
export const summariseBatch = (batch: BatchRow) => ({
  id: batch.id,
  name: batch.name,
  purpose: batch.options.purpose ?? ('scans' as const),
  status: batch.status,
  reason: batch.reason,
  detail: batch.detail,
  ignoredColumns: batch.ignoredColumns,
  version: batch.version,
  createdAt: batch.createdAt.toISOString(),
  finishedAt: batch.finishedAt?.toISOString() ?? null,
  cancelAskedAt: batch.cancelAskedAt?.toISOString() ?? null,
  links: batchLinks(batch.id),
})

/** How many rows are in each state, and altogether. */
export const writeCounts = (counts: Awaited<ReturnType<typeof countRows>>): Record<string, number> => ({
  total: Object.values(counts).reduce((sum, count) => sum + count, 0),
  ...Object.fromEntries(rowStatuses.map((status) => [status, counts[status] ?? 0])),
})

/** A batch as webhooks tell of it. */
export const countedBatch = async (db: Db, batch: BatchRow) => ({
  ...summariseBatch(batch),
  counts: writeCounts(await countRows(db, batch.id)),
})
