import type { Db } from '#db/connect.ts'
import { rowsAtMost } from '#db/model/batch.ts'
import { chunksOf, endReading, insertRows, type NewRow, type Reading, takeUpload } from '#db/queries/batches.ts'
import { judgingRows } from '#workers/batches/judge-row.ts'
import { rowsIn, UnreadableError } from '#workers/batches/rows-in.ts'
import type { SpellingGuard } from '#workers/queue/begin-scan.ts'
import type { JobHandler } from './job.ts'

const rowsAtOnce = 1000

class CancelledMeanwhile extends Error {}

/** Reads an upload into rows, each judged by its spelling: all of it in one transaction, so that a worker that dies leaves the upload as it was. */
export const readBatch: JobHandler<'read-batch'> = async ({ batchId }, { db, guard, log }) => {
  const began = performance.now()
  const reading = await db
    .transaction()
    .execute(async (db) => {
      const upload = await takeUpload(db, batchId)
      if (!upload) return undefined
      const reading = await readRows(db, upload, guard)
      // Somebody has cancelled it: what was read goes with the transaction.
      if (!(await endReading(db, batchId, reading))) throw new CancelledMeanwhile()
      return reading
    })
    .catch((error: unknown) => {
      if (!(error instanceof CancelledMeanwhile)) throw error
    })
  if (reading) log.info({ batchId, ...reading, millis: Math.round(performance.now() - began) }, 'a batch was read')
}

type Upload = NonNullable<Awaited<ReturnType<typeof takeUpload>>>

async function readRows(db: Db, upload: Upload, guard: SpellingGuard): Promise<Reading> {
  const { rows, ignoredColumns } = rowsIn(upload.format, chunksOf(db, upload.id), upload.options.purpose)
  const failed = (reason: string, detail: string): Reading => ({ failure: { reason, detail }, ignoredColumns })
  const judge = judgingRows(guard, upload.options)
  let judged: NewRow[] = []
  let count = 0
  try {
    for await (const row of rows) {
      if (++count > rowsAtMost) return failed('too-many-rows', `A batch has at most ${rowsAtMost} rows.`)
      judged.push(judge(row))
      if (judged.length < rowsAtOnce) continue
      await insertRows(db, upload, judged)
      judged = []
    }
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error
    return failed('unreadable', error.message)
  }
  if (count === 0) return failed('no-rows', 'The upload has no row.')
  if (judged.length > 0) await insertRows(db, upload, judged)
  return { failure: null, ignoredColumns }
}
