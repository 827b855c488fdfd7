import { join } from 'node:path'
import { type Embedded, startEmbedded } from '#db/embedded.ts'
import { InstanceError } from './instance.ts'
import { keepRunning, type Running } from './keep-running.ts'
import type { Say } from './speak.ts'

export interface DatabaseSettings {
  /** Null for a private Postgres. */
  readonly databaseUrl: string | null
  readonly dataDir: string
  readonly logFolder: string
  /** Called while the first start of all makes the data folder. */
  readonly onFirstStart: () => void
  /** Told the URL after each restart; it changes where a stranger took the port. */
  readonly onRestart: (url: string) => void
  readonly say: Say
}

export interface KeptDatabase {
  readonly url: string
  /** Where its data lie; null where that is not ours to know. */
  readonly data: string | null
  stop(): Promise<void>
}

/** The database that was named, else a private Postgres, which is started again whenever it ends. @throws InstanceError */
export async function keepDatabase(settings: DatabaseSettings): Promise<KeptDatabase> {
  const { databaseUrl, dataDir, logFolder, onFirstStart, onRestart, say } = settings
  if (databaseUrl !== null) return { url: databaseUrl, data: null, stop: async () => {} }

  const logFile = join(logFolder, 'postgres.log')
  const start = () => startEmbedded(join(dataDir, 'postgres'), { logFile, onFirstStart })
  const first = await start().catch((error: Error) => {
    throw new InstanceError(error.message, { cause: error })
  })

  const asRunning = (server: Embedded): Running => ({
    exited: server.exited.then(() => `see ${logFile}`),
    stop: () => server.stop(),
  })
  const begin = async () => {
    const server = await start()
    onRestart(server.url)
    return asRunning(server)
  }
  const over = new AbortController()
  const kept = keepRunning({ name: 'Postgres', begin, first: asRunning(first), say }, over.signal)
  return {
    url: first.url,
    data: first.data,
    async stop() {
      over.abort()
      await kept
    },
  }
}
