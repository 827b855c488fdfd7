import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { inert, inertJson } from '#db/model/inert.ts'
import { askInstance } from './ask-instance.ts'
import type { Context } from './context.ts'
import { notTold, usageError } from './errors.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import type { Wanted } from './reach-instance.ts'

const row = z.object({
  row: z.number(),
  given: z.string(),
  reason: z.string().nullable(),
  detail: z.string().nullable(),
})
const batch = z.looseObject({
  id: z.string(),
  status: z.string(),
  detail: z.string().nullable(),
  ignoredColumns: z.array(z.string()),
  counts: z.record(z.string(), z.number()),
  bad: z.array(row),
})
type Batch = z.output<typeof batch>

export interface ImportOptions extends Wanted {
  readonly dryRun: boolean
  readonly json: boolean
}

const pollMillis = 500
const patienceMillis = 10 * 60_000
const isOver = ({ status }: Batch) => !['reading', 'running', 'receiving'].includes(status)

/** Makes targets of a file's rows, or only says what would become of them; ends with 1 where a row is bad. @throws CommandError */
export async function importTargets(file: string, options: ImportOptions, context: Context): Promise<ExitCode> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw usageError(`${file} cannot be read (${error.code ?? 'unknown error'})`)
  })
  const type = /\.(nd)?jsonl?$/i.test(file) ? 'application/x-ndjson' : 'text/csv'
  const path = `/v1/batches?purpose=targets&dryRun=${options.dryRun}`
  const made = await askInstance(
    options,
    { method: 'POST', path, file: { type, bytes: new Uint8Array(bytes) } },
    z.object({ links: z.object({ self: z.string() }) }),
    context,
  )
  const look = () => askInstance(options, { method: 'GET', path: made.links.self }, batch, context)
  const until = performance.now() + patienceMillis
  let seen = await look()
  while (!isOver(seen)) {
    if (performance.now() > until) throw notTold(`The import has not ended in ten minutes: ${made.links.self}`)
    await sleep(pollMillis, undefined, { signal: context.signal })
    seen = await look()
  }
  await context.terminal.out(
    options.json
      ? `${inertJson(seen)}\n`
      : linesOf(seen, options.dryRun)
          .map((line) => `${inert(line)}\n`)
          .join(''),
  )
  return seen.status === 'failed' || (seen.counts['bad'] ?? 0) > 0 ? exitCodes.found : exitCodes.nothingFound
}

function linesOf({ status, detail, counts, bad, ignoredColumns }: Batch, isDryRun: boolean): string[] {
  if (status === 'failed') return [`Nothing was imported: ${detail ?? 'the file cannot be read'}`]
  const count = (name: string) => counts[name] ?? 0
  const good = isDryRun ? count('waiting') : count('completed')
  const rest = count('bad') - bad.length
  return [
    `${good} of ${count('total')} rows ${isDryRun ? 'would be' : 'are'} targets; ${count('bad')} bad, ${count('duplicate')} said twice.`,
    ...(ignoredColumns.length === 0 ? [] : [`Columns that mean nothing here: ${ignoredColumns.join(', ')}`]),
    ...bad.map(({ row, given, detail, reason }) => `  line ${row}: ${given}: ${detail ?? reason ?? ''}`),
    ...(rest > 0 ? [`  and ${rest} more`] : []),
  ]
}
