import { writeFile } from 'node:fs/promises'
import { z } from 'zod'
import { inert } from '#db/model/inert.ts'
import { askInstance, askInstanceForFile } from './ask-instance.ts'
import type { Context } from './context.ts'
import { usageError } from './errors.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import type { Wanted } from './reach-instance.ts'

export interface ReportOptions extends Wanted {
  readonly format: string
  readonly scan?: string
  readonly output?: string
}

/** Writes a report of a scan, of a watched target, or of all of them, to a file or to standard output. @throws CommandError */
export async function writeReport(
  host: string | undefined,
  options: ReportOptions,
  context: Context,
): Promise<ExitCode> {
  if (host !== undefined && options.scan !== undefined) throw usageError('Name a target or a scan, not both')
  if (options.format === 'pdf' && options.output === undefined) throw usageError('A PDF goes to a file: give --output')
  const path = await pathOf(host, options, context)
  const report = await askInstanceForFile(options, `${path}?format=${encodeURIComponent(options.format)}`, context)
  if (options.output === undefined) {
    // No format writes a control that a terminal would obey.
    await context.terminal.out(new TextDecoder().decode(report))
    return exitCodes.nothingFound
  }
  try {
    await writeFile(options.output, report, { flag: 'wx' })
  } catch (error) {
    throw usageError(
      `${options.output} cannot be written (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`,
    )
  }
  await context.terminal.out(`Written to ${inert(options.output)}.\n`)
  return exitCodes.nothingFound
}

async function pathOf(host: string | undefined, options: ReportOptions, context: Context): Promise<string> {
  if (options.scan !== undefined) return `/v1/scans/${encodeURIComponent(options.scan)}/report`
  if (host === undefined) return '/v1/report'
  const target = z.object({ id: z.string(), canonical: z.string(), display: z.string() })
  const { targets } = await askInstance(
    options,
    { method: 'GET', path: `/v1/targets?limit=100&text=${encodeURIComponent(host)}` },
    z.object({ targets: z.array(target) }),
    context,
  )
  const found = targets.find(({ canonical, display }) => canonical === host || display === host)
  if (!found) throw usageError(`There is no target ${inert(host)}`)
  return `/v1/targets/${found.id}/report`
}
