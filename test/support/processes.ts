import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { compileCache } from '#apps/up/places.ts'

export interface OwnProcess {
  readonly child: ChildProcess
  /** Everything it wrote so far. */
  readonly output: () => string
  /** Resolves once it has written this: its words come after what they tell of. */
  saying(text: string): Promise<void>
  /** Waits for its end; the exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>
  stop(signal?: NodeJS.Signals): Promise<number | string>
}

/** Starts one of our entries as a real process, compiled as `npm start` has it. `env` is all else of its environment but PATH. */
export function startProcess(
  entry: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): OwnProcess {
  const child = spawn(process.execPath, [entry, ...args], {
    env: { PATH: process.env['PATH'] ?? '', NODE_COMPILE_CACHE: compileCache, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  const ended = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string)
  return {
    child,
    output: () => output,
    async saying(text) {
      while (!output.includes(text)) await Promise.race([once(child.stdout, 'data'), once(child.stderr, 'data')])
    },
    ended,
    stop(signal = 'SIGTERM') {
      child.kill(signal)
      return ended
    },
  }
}

/** Asks until the answer is 200. Waiting for another process needs a clock; the patience is generous, and what ends it is the answer. */
export async function untilReady(url: string, owner: OwnProcess): Promise<void> {
  for (let tries = 0; tries < 1200; tries++) {
    if (owner.child.exitCode !== null) throw new Error(`it ended with ${owner.child.exitCode}: ${owner.output()}`)
    const answer = await fetch(url).catch(() => null)
    if (answer?.ok) return
    await sleep(50)
  }
  throw new Error(`${url} never answered 200: ${owner.output()}`)
}
