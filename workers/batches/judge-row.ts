import { z } from 'zod'
import type { BatchOptions, BatchPurpose } from '#db/model/batch.ts'
import { DomainError } from '#db/model/errors.ts'
import { targetFacts } from '#db/model/target-facts.ts'
import { maxAgeSecondsAtMost } from '#db/model/scan.ts'
import type { NewRow } from '#db/queries/batches.ts'
import type { SpellingGuard } from '#workers/queue/begin-scan.ts'
import { judgeAsk, judgeTarget } from '#workers/queue/submit-scan.ts'
import { scanPlan } from '#workers/scanners/catalog.ts'
import type { UploadedRow } from './rows-in.ts'

const target = z.string().min(1).max(300)
const scanAsk = z.strictObject({
  target,
  scanners: scanPlan.optional(),
  maxAge: z.int().min(0).max(maxAgeSecondsAtMost).optional(),
})
const targetAsk = z.strictObject({ target, ...targetFacts.shape })

type Judged = Pick<NewRow, 'target' | 'options'>
/** What a row asks, and by what it is the same as another. @throws DomainError for what may not be */
const judges: Readonly<
  Record<
    BatchPurpose,
    (guard: SpellingGuard, usual: BatchOptions, ask: unknown) => (Judged & { readonly key: string }) | z.ZodError
  >
> = {
  scans: (guard, usual, ask) => {
    const read = scanAsk.safeParse(ask)
    if (!read.success) return read.error
    const { target: text, ...given } = read.data
    const { target } = judgeAsk(guard, { target: text, scanners: given.scanners ?? usual.scanners })
    const options = Object.keys(given).length === 0 ? null : (given as BatchOptions)
    return { target, options, key: `${target.canonical} ${JSON.stringify(options)}` }
  },
  targets: (guard, _usual, ask) => {
    const read = targetAsk.safeParse(ask)
    if (!read.success) return read.error
    const { target: text, ...facts } = read.data
    const target = judgeTarget(guard, text)
    return { target, options: { facts: facts }, key: target.canonical }
  },
}

/** Says of each row in turn whether it can be had, or that an earlier one asks the same. */
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
    try {
      const judged = judges[usual.purpose ?? 'scans'](guard, usual, row.ask)
      if (judged instanceof z.ZodError) return bad('invalid-input', sentenceOf(judged))
      const { key, ...asked } = judged
      const first = seen.get(key)
      if (first === undefined) seen.set(key, number)
      const isSecond = first !== undefined
      return {
        number,
        given,
        ...asked,
        status: isSecond ? 'duplicate' : 'waiting',
        reason: isSecond ? 'duplicate' : null,
        detail: isSecond ? `Row ${first} asks the same.` : null,
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
