import { text } from 'node:stream/consumers'
import { z } from 'zod'
import type { Context } from './context.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { askInstance } from './ask-instance.ts'
import type { Wanted } from './reach-instance.ts'

export interface SetUpOptions extends Wanted {
  readonly email: string
  readonly name: string
  readonly passwordStdin: boolean
  readonly json: boolean
}

const made = z.object({ userId: z.string(), organisationId: z.string(), apiKey: z.string() })

/** Makes the first account, which this machine's own key allows. @throws CommandError */
export async function setUp(options: SetUpOptions, context: Context): Promise<ExitCode> {
  const { email, name, passwordStdin, json } = options
  const password = passwordStdin ? (await text(context.input)).replace(/\r?\n$/, '') : null
  const body = { email, name, password, wantsKey: true }
  const account = await askInstance(options, { method: 'POST', path: '/v1/set-up', body }, made, context)
  const { out } = context.terminal
  if (json) await out(`${JSON.stringify({ email, ...account })}\n`)
  else
    await out(
      `${email} is the first account, and admin of this Portlight.\n\nAPI key for scripts, shown this once:\n\n  ${account.apiKey}\n${
        password === null ? '\nTo sign in, ask for a code to choose a password on the page /reset.\n' : ''
      }`,
    )
  return exitCodes.nothingFound
}
