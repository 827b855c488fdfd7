import { z } from 'zod'
import { askInstance } from './ask-instance.ts'
import type { Context } from './context.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { inert } from '#db/model/inert.ts'
import type { Wanted } from './reach-instance.ts'

const outward = z.object({ isOff: z.boolean(), reason: z.string(), movedAt: z.string().nullable() })

/** Stops every packet to targets, lets them go on, or says how it stands. @throws CommandError */
export async function moveOutward(
  to: 'off' | 'on' | undefined,
  options: Wanted & { readonly reason: string },
  context: Context,
): Promise<ExitCode> {
  if (to !== undefined) {
    const body = { isOff: to === 'off', reason: options.reason }
    await askInstance(options, { method: 'PUT', path: '/v1/outward', body }, z.unknown(), context)
  }
  const { isOff, reason } = await askInstance(options, { method: 'GET', path: '/v1/outward' }, outward, context)
  const words = isOff ? `Outward packets are off${reason === '' ? '' : `: ${reason}`}.` : 'Outward packets are on.'
  await context.terminal.out(`${inert(words)}\n`)
  return exitCodes.nothingFound
}
