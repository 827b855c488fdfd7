import { type ExitCode, exitCodes } from './exit-codes.ts'

/** Ends a command with one sentence for a person; safe to print once it is inert. */
export class CommandError extends Error {
  override name = 'CommandError'
  readonly exitCode: ExitCode
  constructor(message: string, exitCode: ExitCode, options?: ErrorOptions) {
    super(message, options)
    this.exitCode = exitCode
  }
}

/** What was typed cannot be done. */
export const usageError = (message: string) => new CommandError(message, exitCodes.refused)

export const notTold = (message: string) => new CommandError(message, exitCodes.notTold)

export const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
