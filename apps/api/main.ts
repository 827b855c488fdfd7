import { once } from 'node:events'
import type { Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { serve } from '@hono/node-server'
import { loadConfig } from '#config/index.ts'
import { createLog } from '#config/log.ts'
import { endOnBugs, exitCodes, StartError, start, stopSignal } from '#config/start.ts'
import { keepReconciling } from '#workers/queue/keep-reconciling.ts'
import { openStores } from '#workers/queue/stores.ts'
import { spellingGuard } from '#workers/queue/submit-scan.ts'
import { createApp } from './app.ts'

/** A balancer needs this long to notice that we are no longer ready. */
const servingOnMillis = 1500
/** What still runs after that is cut off. */
const lastAnswersMillis = 3000

/** Slow heads and idle connections are the cheapest attack on a server: each has its time. */
const serverOptions = { requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 5000, maxHeaderSize: 16_384 }

await start(async () => {
  const config = loadConfig(process.env)
  const { databaseUrl, redisUrl, api, scanning, logLevel } = config
  if (databaseUrl === null)
    throw new StartError('DATABASE_URL is not set: name a Postgres, or use `npm start`, which brings its own.')
  const log = createLog('api', logLevel)
  endOnBugs(log)
  const stop = stopSignal()
  const onError = (err: Error) => log.warn({ err }, 'a store did not answer')
  const stores = await openStores(
    { name: 'api', databaseUrl, redisUrl, poolSizes: { ours: 8, queue: 2 }, timeoutMillis: 1500, onError },
    stop,
  )
  const app = createApp({ ...stores, guard: spellingGuard(scanning.allow), log, isDraining: () => stop.aborted })
  const server = await listen(
    serve({ fetch: app.fetch, hostname: api.host, port: api.port, serverOptions }) as Server,
    api,
  )
  log.info({ host: api.host, port: api.port }, 'listening')

  const onBug = (error: unknown, about: object) => log.error({ ...about, err: error }, 'a bug of ours')
  const reconciling = keepReconciling({ ...stores, onBug }, onError, stop)
  if (!stop.aborted) await once(stop, 'abort')

  log.info({}, 'draining')
  await sleep(servingOnMillis)
  await close(server)
  await reconciling
  await stores.close()
  log.info({}, 'stopped')
  process.exit(exitCodes.stopped)
})

async function listen(server: Server, { host, port }: { host: string; port: number }): Promise<Server> {
  if (server.listening) return server
  try {
    await once(server, 'listening')
    return server
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EADDRINUSE') throw new StartError(`PORT: ${port} on ${host} is taken by another program.`)
    throw new StartError(`HOST or PORT: cannot listen on ${host}:${port} (${code ?? 'unknown error'}).`)
  }
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeIdleConnections()
  await Promise.race([closed, sleep(lastAnswersMillis, undefined, { ref: false })])
  server.closeAllConnections()
}
