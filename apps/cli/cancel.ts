import { isFinal } from '#apps/client/follow.ts'
import { askInstance } from './ask-instance.ts'
import type { Context } from './context.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { inert } from '#db/model/inert.ts'
import type { Wanted } from './reach-instance.ts'
import { scanDocument } from './scan-document.ts'

/** Cancels a scan, and says how it stands. @throws CommandError */
export async function cancel(id: string, options: Wanted, context: Context): Promise<ExitCode> {
  const path = `/v1/scans/${encodeURIComponent(id)}`
  const { status } = await askInstance(options, { method: 'DELETE', path }, scanDocument, context)
  const words = isFinal(status)
    ? `The scan is ${status}.`
    : 'Its worker is told: it closes its sockets, then the scan is cancelled.'
  await context.terminal.out(`${inert(words)}\n`)
  return exitCodes.nothingFound
}
