import { z } from 'zod'
import { askInstance } from './ask-instance.ts'
import type { Context } from './context.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import type { Wanted } from './reach-instance.ts'

/** Puts a new key for access tokens into use. @throws CommandError */
export async function rotateSigningKey(options: Wanted, context: Context): Promise<ExitCode> {
  await askInstance(options, { method: 'POST', path: '/v1/instance/signing-key' }, z.unknown(), context)
  await context.terminal.out(
    'A new key signs access tokens from now on; tokens of the old one hold until they expire.\n',
  )
  return exitCodes.nothingFound
}
