import { z } from 'zod'
import type { BatchOptions } from '#db/model/batch.ts'
import { DomainError } from '#db/model/errors.ts'
import { maxAgeSecondsAtMost } from '#db/model/scan.ts'
import type { NewRow } from '#db/queries/batches.ts'
import type { SpellingGuard } from '#workers/queue/begin-scan.ts'
import { judgeAsk } from '#workers/queue/submit-scan.ts'
import { scanPlan } from '#workers/scanners/catalog.ts'
import type { UploadedRow } from './rows-in.ts'

const ask = z.strictObject({
  target: z.string().min(1).max(300),
  scanners: scanPlan.optional(),
  maxAge: z.int().min(0).max(maxAgeSecondsAtMost).optional(),
})

/** Says of each row in turn whether it can be scanned, or that an earlier one asks the same. */
export function judgingRows(guard: SpellingGuard, usual: BatchOptions): (row: UploadedRow) => NewRow {
  const seen = new Map<string, number>()
  return (row) => {
    const { number, given } = row
    const bad = (reason: string, detail: string): NewRow => ({
      number,
      given,
      target: null,
      options: null,
      status: 'bad',
      reason,
      detail,
    })
    if ('wrong' in row) return bad('malformed-row', row.wrong)
    const read = ask.safeParse(row.ask)
    if (!read.success) return bad('invalid-input', sentenceOf(read.error))
    const { target: text, ...options } = read.data
    try {
      const { target } = judgeAsk(guard, { target: text, scanners: options.scanners ?? usual.scanners })
      const own = Object.keys(options).length === 0 ? null : (options as BatchOptions)
      const key = `${target.canonical} ${JSON.stringify(own)}`
      const first = seen.get(key)
      if (first === undefined) seen.set(key, number)
      return {
        number,
        given,
        target,
        options: own,
        status: first === undefined ? 'waiting' : 'duplicate',
        reason: first === undefined ? null : 'duplicate',
        detail: first === undefined ? null : `Row ${first} asks the same.`,
      }
    } catch (error) {
      if (!(error instanceof DomainError)) throw error
      return bad(error.rule ?? error.code, error.message)
    }
  }
}

const sentenceOf = (error: z.ZodError) =>
  error.issues
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`))
    .join('; ')
    .slice(0, 500)
