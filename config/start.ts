import { SettingsError } from './index.ts'
import type { Log } from './log.ts'

/** Documented exit codes of every process of ours. */
export const exitCodes = { stopped: 0, broken: 1, badSettings: 2 } as const

/** Runs a process' main function: what stops it from starting is one sentence on standard error and an exit code, never a stack trace for people. */
export async function start(main: () => Promise<void>): Promise<void> {
  try {
    await main()
  } catch (error) {
    if (error instanceof SettingsError || error instanceof StartError) {
      process.stderr.write(`${error.message}\n`)
      process.exit(exitCodes.badSettings)
    }
    throw error
  }
}

/** Something outside keeps this process from starting; the message is one sentence for people. */
export class StartError extends Error {
  override name = 'StartError'
}

/** Aborts when this process is asked to stop: by SIGTERM, by Ctrl-C, or because the parent that started it is gone. A second signal within a second is the same one. */
export function stopSignal(): AbortSignal {
  const stop = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort())
  if (process.connected) process.on('disconnect', () => stop.abort())
  return stop.signal
}

/** A bug that nobody caught ends the process, in the log's own form: a supervisor starts it anew, and what it held is taken up by others. */
export function endOnBugs(log: Log): void {
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error) => {
      log.fatal({ err: error }, 'a bug of ours ends this process')
      log.flush()
      process.exit(exitCodes.broken)
    })
  }
}
