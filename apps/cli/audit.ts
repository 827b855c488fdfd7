import { z } from 'zod'
import { askInstance } from './ask-instance.ts'
import type { Context } from './context.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import type { Wanted } from './reach-instance.ts'

const verdict = z.object({
  sealed: z.number(),
  notSealedYet: z.number(),
  erased: z.number(),
  brokenAt: z.object({ serial: z.string(), entryId: z.string() }).nullable(),
  head: z.string(),
})

/** Says whether the audit is whole. @throws CommandError */
export async function verifyAudit(options: Wanted & { readonly json: boolean }, context: Context): Promise<ExitCode> {
  const found = await askInstance(options, { method: 'GET', path: '/v1/instance/audit' }, verdict, context)
  const { sealed, notSealedYet, erased, brokenAt, head } = found
  if (options.json) await context.terminal.out(`${JSON.stringify(found)}\n`)
  else
    await context.terminal.out(
      brokenAt === null
        ? `The audit is whole: ${sealed} entries, ${notSealedYet} not sealed yet, ${erased} values erased.\nHead: ${head}\n`
        : `The audit is broken at entry ${brokenAt.serial} (${brokenAt.entryId}): it is not what it was, or stands where another stood.\n`,
    )
  return brokenAt === null ? exitCodes.nothingFound : exitCodes.found
}
