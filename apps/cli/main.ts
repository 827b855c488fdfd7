#!/usr/bin/env node
import type { Settings } from './context.ts'
import { CommandError, messageOf, usageError } from './errors.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { inert } from '#db/model/inert.ts'
import { runProgram } from './program.ts'
import { openTerminal } from './terminal.ts'

const terminal = openTerminal(process.stdout, process.stderr, process.env)
const interruption = new AbortController()

async function settings(): Promise<Settings> {
  const { loadConfig, SettingsError } = await import('#config/index.ts')
  try {
    return { ...loadConfig(process.env), env: process.env }
  } catch (error) {
    throw error instanceof SettingsError ? usageError(error.message) : error
  }
}

/** The first signal ends the command in order; one that comes a second later or more, at once. A terminal and npm may both send the same one. */
function onSignal(exitCode: ExitCode) {
  let firstAt: number | undefined
  return () => {
    firstAt ??= performance.now()
    if (performance.now() - firstAt > 1000) process.exit(exitCode)
    interruption.abort(exitCode)
  }
}
process.on('SIGINT', onSignal(exitCodes.interrupted))
process.on('SIGTERM', onSignal(exitCodes.terminated))
process.on('uncaughtException', (error) => process.exit(report(error)))

try {
  const context = { terminal, settings, signal: interruption.signal, input: process.stdin }
  process.exitCode = await runProgram(process.argv.slice(2), context)
} catch (error) {
  process.exitCode = report(error)
}
await terminal.drained()
// Whatever is still open (a connection kept alive, standard input) is of no use any more.
process.exit()

/** Says what ended the command in one sentence, never as a stack. */
function report(error: unknown): ExitCode {
  const { aborted, reason } = interruption.signal
  const isOurs = error instanceof CommandError
  const sentence = aborted ? 'Interrupted' : isOurs ? error.message : `Portlight itself failed: ${messageOf(error)}`
  terminal.err(`${inert(sentence.replace(/\.$/, ''))}.\n`)
  if (aborted) return reason as ExitCode
  return isOurs ? error.exitCode : exitCodes.notTold
}
