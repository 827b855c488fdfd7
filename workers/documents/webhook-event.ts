import type { Db } from '#db/connect.ts'
import type { WebhookEvent } from '#db/model/webhook.ts'
import { findBatchOf } from '#db/queries/batches.ts'
import { findScan } from '#db/queries/scans.ts'
import { bundleDocument } from './alert.ts'
import { countedBatch } from './batch.ts'
import { wholeOf } from './scan.ts'

/** Some receivers take no more; a document that is longer is told without the scanners' results, which a link leads to. */
const bodyBytesAtMost = 256 * 1024

export interface EventRow {
  readonly type: WebhookEvent
  readonly organisationId: string
  readonly scanId: string | null
  readonly batchId: string | null
  readonly bundleId: string | null
  readonly eventAt: Date
}

/**
 * What a webhook is told: `{type, timestamp, data}`, whose data is the document that `GET` gives. What is told of is final, so every try says the same.
 * Null where it has been deleted.
 */
export async function bodyOf(db: Db, event: EventRow): Promise<string | null> {
  const data = await dataOf(db, event)
  if (data === null) return null
  const { type, eventAt } = event
  const written = (data: object) => JSON.stringify({ type, timestamp: eventAt.toISOString(), data })
  const whole = written(data)
  if (Buffer.byteLength(whole) <= bodyBytesAtMost || !('runs' in data)) return whole
  return written({ ...data, runs: (data.runs as object[]).map((run) => ({ ...run, result: null })), isCut: true })
}

async function dataOf(db: Db, { organisationId, scanId, batchId, bundleId }: EventRow): Promise<object | null> {
  if (scanId !== null) {
    const scan = await findScan(db, { organisationId, targetTags: null }, scanId)
    return scan === undefined ? null : wholeOf(db, scan)
  }
  if (batchId !== null) {
    const batch = await findBatchOf(db, organisationId, batchId)
    return batch === undefined ? null : countedBatch(db, batch)
  }
  if (bundleId !== null) return bundleDocument(db, organisationId, bundleId)
  return { message: 'A test, sent by hand.' }
}
