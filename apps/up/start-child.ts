import { spawn } from 'node:child_process'
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { root } from './places.ts'

export interface ChildSettings {
  /** The file to run, from the project's root. */
  readonly entry: string
  readonly env: NodeJS.ProcessEnv
  /** Takes what it says on both streams. */
  readonly logFile: string
  /** A module that is loaded first, and may wait for `tell`; from the project's root. */
  readonly preload?: string
}

export interface Child {
  /** How it ended: its exit code or its signal. Never rejects. */
  readonly exited: Promise<string>
  /** Sends it variables for its environment, which a preloaded module waits for. */
  tell(variables: Readonly<Record<string, string>>): void
  /** Asks it to end, and no more. */
  ask(): void
  /** Asks it to end, and ends it the hard way when the time is over or the signal aborts. */
  stop(graceMillis: number, hurry: AbortSignal): Promise<void>
  /** Ends it at once: nobody needs it. */
  discard(): void
  /** What kept it from starting, in its own sentence; null where it ended for another reason. */
  complaint(): string | null
}

/** The exit code of our processes for bad settings and the like, after one sentence that says so. */
const couldNotStart = 2

/**
 * Starts a process of ours. It has a process group of its own, so that Ctrl-C reaches only us, who stop things in order, and a channel to us:
 * when that closes without a word, we were killed, and it drains and ends by itself.
 */
export function startChild({ entry, env, logFile, preload }: ChildSettings): Child {
  const log = openSync(logFile, 'a', 0o600)
  const logBegins = fstatSync(log).size
  const args = [...(preload === undefined ? [] : ['--import', join(root, preload)]), join(root, entry)]
  const child = spawn(process.execPath, args, { env, detached: true, stdio: ['ignore', log, log, 'ipc'] })
  closeSync(log)
  // Mail that nobody sends: shown to people, and kept in no file.
  child.on('message', (message) => {
    const { print } = message as { print?: unknown }
    if (typeof print === 'string') process.stdout.write(print)
  })
  const exited = new Promise<string>((settle) => {
    child.once('error', ({ message }) => settle(message))
    child.once('exit', (code, signal) => settle(signal ?? `exit code ${code}`))
  })
  return {
    exited,
    // What ended already hears nothing, which its exit tells.
    tell: (variables) => void child.send(variables, () => {}),
    ask: () => void child.kill('SIGTERM'),
    async stop(graceMillis, hurry) {
      child.kill('SIGTERM')
      const over = new AbortController()
      const patience = sleep(graceMillis, undefined, { signal: AbortSignal.any([hurry, over.signal]) })
      await Promise.race([exited, patience.catch(() => {})])
      over.abort()
      child.kill('SIGKILL')
      await exited
    },
    discard: () => void child.kill('SIGKILL'),
    complaint() {
      if (child.exitCode !== couldNotStart) return null
      const lines = readFileSync(logFile).subarray(logBegins).toString('utf8').trim().split('\n')
      return lines.at(-1) ?? null
    },
  }
}
