import { join } from 'node:path'
import { keepRunning, type Running } from './keep-running.ts'
import type { Say } from './speak.ts'
import { type Child, startChild } from './start-child.ts'

/** A process of ours. */
export interface Part {
  /** For people. */
  readonly name: string
  /** The file to run, from the project's root. */
  readonly entry: string
  /** Its log file, without `.log`. */
  readonly log: string
  /** Of its own, beside what all have. */
  readonly env?: Readonly<Record<string, string>>
}

export interface CrewSettings {
  /** Lacks DATABASE_URL. */
  readonly env: NodeJS.ProcessEnv
  readonly logFolder: string
  /** How long a process may take to drain. */
  readonly graceMillis: number
  /** Ends the grace. */
  readonly hurry: AbortSignal
  readonly say: Say
}

/** Our own processes, which all work with one database. */
export interface Crew {
  /** Takes in a process that was started already, and waits to be told the database. */
  take(part: Part, child: Child): void
  /** Names the database. Who works with another one is asked to end, to be started again with this one. */
  use(databaseUrl: string): void
  /** Starts a part, unless it was taken in, and starts it again whenever it ends. */
  keep(part: Part): void
  /** Drains and stops everyone. */
  stop(): Promise<void>
}

export function createCrew({ env, logFolder, graceMillis, hurry, say }: CrewSettings): Crew {
  const over = new AbortController()
  const members = new Map<string, Child>()
  const kept: Promise<void>[] = []
  let current: string | undefined

  function startAnew({ entry, log, env: own }: Part): Child {
    const logFile = join(logFolder, `${log}.log`)
    const child = startChild({ entry, env: { ...env, ...own, DATABASE_URL: current }, logFile })
    members.set(log, child)
    return child
  }
  const stop = (child: Child) => child.stop(graceMillis, hurry)
  const asRunning = (child: Child): Running => ({ exited: child.exited, stop: () => stop(child) })

  return {
    take: ({ log }, child) => void members.set(log, child),
    use(databaseUrl) {
      if (current === databaseUrl) return
      for (const child of members.values()) {
        if (current === undefined) child.tell({ DATABASE_URL: databaseUrl })
        else child.ask()
      }
      current = databaseUrl
    },
    keep(part) {
      const first = asRunning(members.get(part.log) ?? startAnew(part))
      const begin = async () => asRunning(startAnew(part))
      kept.push(keepRunning({ name: part.name, first, begin, say }, over.signal))
    },
    async stop() {
      over.abort()
      await Promise.all([...members.values()].map(stop))
      await Promise.all(kept)
    },
  }
}
