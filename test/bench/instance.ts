import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect, createPool, type Db } from '#db/connect.ts'
import { startEmbedded } from '#db/embedded.ts'
import { makeFolder } from '#test/support/portlight.ts'
import { freePort } from '#apps/up/free-port.ts'
import { type OwnProcess, startProcess, untilReady } from '#test/support/processes.ts'

export interface BenchInstance {
  readonly db: Db
  readonly env: Readonly<Record<string, string>>
  /** This machine's own key. */
  readonly key: string
  /** Starts another API process; its address. */
  startApi(): Promise<string>
  startWorker(): OwnProcess
  stop(): Promise<void>
}

/** A database, and as many of our processes as a benchmark wants, all on loopback. */
export async function openInstance(settings: Readonly<Record<string, string>> = {}): Promise<BenchInstance> {
  const dataDir = makeFolder()
  const postgres = await startEmbedded(join(dataDir, 'postgres'))
  const env = {
    DATABASE_URL: postgres.url,
    DATA_DIR: dataDir,
    SCAN_ALLOW: '127.0.0.0/8',
    DNS_SERVERS: '127.0.0.1:9',
    ...settings,
  }
  await startProcess('apps/migrate/main.ts', env).ended
  const db = connect(createPool({ url: postgres.url, max: 4, name: 'bench', timeoutMillis: 30_000, onError: () => {} }))
  const processes: OwnProcess[] = []
  const started = (entry: string, more: Record<string, string> = {}) => {
    const process = startProcess(entry, { ...env, ...more })
    processes.push(process)
    return process
  }
  return {
    db,
    env,
    key: readFileSync(join(dataDir, 'api-key'), 'utf8').trim(),
    startApi: async () => {
      const port = await freePort()
      const api = started('apps/api/main.ts', { PORT: String(port), PUBLIC_URL: 'http://localhost:3000' })
      await untilReady(`http://127.0.0.1:${port}/readyz`, api)
      return `http://127.0.0.1:${port}`
    },
    startWorker: () => started('workers/main.ts'),
    stop: async () => {
      await Promise.all(processes.map((process) => process.stop('SIGKILL')))
      await db.destroy()
      await postgres.stop()
    },
  }
}

export const medianOf = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
