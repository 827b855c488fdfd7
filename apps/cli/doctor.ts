import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { inert, inertJson } from '#db/model/inert.ts'
import { readAccess, urlOf } from '#db/embedded-access.ts'
import { examine } from '#workers/doctor/index.ts'
import type { Context } from './context.ts'
import { usageError } from './errors.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'

const marks = { well: 'ok', warning: 'warning', wrong: 'WRONG', 'not-told': '?' } as const

/** Says how all stands that a Portlight needs here, and how to mend what is wrong; ends with 1 where something is, and with 3 where something could not be told. @throws CommandError */
export async function doctor({ json }: { readonly json: boolean }, context: Context): Promise<ExitCode> {
  const settings = await context.settings()
  const own = join(settings.dataDir, 'postgres')
  // To read the access of a database that is not there yet would make one.
  if (settings.databaseUrl === null && !existsSync(join(own, 'access.json')))
    throw usageError(
      `No Portlight has run with its data in ${settings.dataDir}: start one (npm start), or set DATABASE_URL`,
    )
  const databaseUrl = settings.databaseUrl ?? urlOf(await readAccess(own))
  const seen = new Set<string>()
  for await (const { name, standing, said, mend } of examine(settings, databaseUrl, context.signal)) {
    seen.add(standing)
    const lines = [
      `${marks[standing].padEnd(8)}${name}: ${said}`,
      ...(mend === null ? [] : [`${' '.repeat(8)}${mend}`]),
    ]
    await context.terminal.out(
      json ? `${inertJson({ name, standing, said, mend })}\n` : lines.map((line) => `${inert(line)}\n`).join(''),
    )
  }
  if (seen.has('wrong')) return exitCodes.found
  return seen.has('not-told') ? exitCodes.notTold : exitCodes.nothingFound
}
