import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { type OwnProcess, startProcess } from '#test/support/processes.ts'

/** A process that is started again whenever it ends, as a service manager would. */
export interface Part {
  readonly name: string
  readonly isAlive: () => boolean
  /** For how long it has run. */
  readonly ageMillis: () => number
  readonly pid: () => number
  /** A mark that changes with each start. */
  readonly start: () => number
  /** How often it ended by itself, by exit code or signal. */
  readonly endings: Readonly<Record<string, number>>
  /** What it wrote since it was first started. */
  readonly output: () => string
  /** Stopped by SIGSTOP. */
  isFrozen: boolean
  signal(name: NodeJS.Signals): void
  /** kill -9; it comes back by itself. */
  kill(): void
  /** Ends it for good. */
  end(): Promise<void>
}

/** What the system gives it of memory just now. */
export function residentMiB(part: Part): number {
  const [, pages] = readFileSync(`/proc/${part.pid()}/statm`, 'utf8').split(' ')
  return (Number(pages) * 4096) / 1024 ** 2
}

const pauseMillis = 300
const outputCharacters = 2_000_000

export function supervise(name: string, entry: string, env: Readonly<Record<string, string>>): Part {
  let child: OwnProcess
  let startedAt = 0
  let starts = 0
  let isOver = false
  let wasKilled = false
  let earlier = ''
  const endings: Record<string, number> = {}
  const run = () => {
    child = startProcess(entry, env)
    startedAt = performance.now()
    starts++
    const own = child
    void own.ended.then(async (how) => {
      earlier = (earlier + own.output()).slice(-outputCharacters)
      if (isOver) return
      if (!wasKilled) endings[how] = (endings[how] ?? 0) + 1
      wasKilled = false
      await sleep(pauseMillis)
      if (!isOver) run()
    })
  }
  run()
  const isAlive = () => child.child.exitCode === null && child.child.signalCode === null
  return {
    name,
    isAlive,
    ageMillis: () => performance.now() - startedAt,
    pid: () => child.child.pid ?? 0,
    start: () => starts,
    endings,
    output: () => earlier + (isAlive() ? child.output() : ''),
    isFrozen: false,
    signal: (signal) => void child.child.kill(signal),
    kill() {
      wasKilled = true
      child.child.kill('SIGKILL')
    },
    async end() {
      isOver = true
      if (isAlive()) child.child.kill('SIGKILL')
      await child.ended
    },
  }
}
