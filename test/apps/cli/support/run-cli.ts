import { type ChildProcess, spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { compileCache } from '#apps/up/places.ts'
import { type FixtureApi, fixtureKey } from './fixture-api.ts'

export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export const mainFile = fileURLToPath(import.meta.resolve('#apps/cli/main.ts'))

export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Ran>
}

/** Starts the command line as a process of its own, with pipes for all three streams and no setting but those given. */
export function startCli(words: readonly string[], { env = {}, input = '' }: CliOptions = {}): Running {
  const child = spawn(process.execPath, [mainFile, ...words], {
    env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: compileCache, ...env },
  })
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const code = new Promise<number | null>((resolve) => child.on('close', resolve))
  const ended = Promise.all([code, text(child.stdout), text(child.stderr)]).then(([code, stdout, stderr]) => ({
    code,
    stdout,
    stderr,
  }))
  return { child, ended }
}

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
}

export const runCli = (words: readonly string[], options?: CliOptions) => startCli(words, options).ended

/** The words that lead to the fixture. */
export const at = ({ url }: FixtureApi) => ['--url', url, '--key', fixtureKey]
