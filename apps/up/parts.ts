import { join } from 'node:path'
import type { Part } from './crew.ts'
import { environmentOf, logFolderOf } from './places.ts'
import { type Child, startChild } from './start-child.ts'

export const api: Part = { name: 'API', entry: 'apps/api/main.ts', log: 'api' }

/** `metricsPort`: the first worker's; each has one of its own. */
export const worker = (number: number, metricsPort: number | null): Part => ({
  name: `Worker ${number}`,
  entry: 'workers/main.ts',
  log: `worker-${number}`,
  ...(metricsPort === null ? {} : { env: { METRICS_PORT: String(metricsPort + number - 1) } }),
})

/** Starts the API, which loads its code and then waits to be told its database: loading is what takes the time. */
export function startApi(dataDir: string, env: NodeJS.ProcessEnv): Child {
  const logFile = join(logFolderOf(dataDir), `${api.log}.log`)
  return startChild({ entry: api.entry, preload: 'apps/up/load-api.ts', env: environmentOf(env, dataDir), logFile })
}
