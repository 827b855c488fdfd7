import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Scan } from '#apps/client/index.ts'
import { lowPort } from './low-port.ts'
import { connect, createPool, type Db } from '#db/connect.ts'
import { type Embedded, startEmbedded } from '#db/embedded.ts'
import { makeFolder } from '#test/support/portlight.ts'
import { startProcess } from '#test/support/processes.ts'
import { type RedisServer, startRedis } from '#test/support/redis-server.ts'
import { type CountingLab, startCountingLab } from './lab.ts'
import { type Part, supervise } from './supervise.ts'

export type Backend = 'pg' | 'redis'

export interface RigOptions {
  readonly backend: Backend
  readonly apis?: number
  readonly workers?: number
  readonly leaseSeconds?: number
  /** Of the product's processes. */
  readonly env?: Readonly<Record<string, string>>
  /** Where the product finds its stores in place of where they are: proxies. */
  readonly through?: (stores: { postgresPort: number; redisPort: number | null }) => Promise<{
    postgresPort?: number
    redisPort?: number
  }>
  readonly silentMillis?: () => number
  /** Where Postgres keeps its data; a folder of its own where nothing is said. */
  readonly postgresFolder?: string
}

/** Everything there is, as real processes on loopback, each of which can be killed. */
export interface Rig {
  readonly backend: Backend
  readonly db: Db
  readonly lab: CountingLab
  readonly key: string
  readonly env: Readonly<Record<string, string>>
  readonly apis: readonly Part[]
  readonly workers: readonly Part[]
  readonly urls: readonly string[]
  postgres(): Embedded
  redis(): RedisServer | null
  /** Kills it and starts it again at the same port. */
  killPostgres(awayMillis?: number, signal?: NodeJS.Signals): Promise<void>
  killRedis(awayMillis?: number): Promise<void>
  startApi(env?: Readonly<Record<string, string>>): Promise<{ part: Part; url: string }>
  startWorker(env?: Readonly<Record<string, string>>): Part
  /** Any API that answers, tried in turn until the time is over. */
  request(path: string, init?: Request, patienceMillis?: number): Promise<Answer>
  /** Submits a scan of the address, once, however often it has to ask. */
  submit(address: string, key: string, body?: object): Promise<string>
  read(id: string): Promise<Scan>
  untilEnded(id: string, patienceMillis: number): Promise<Scan>
  close(): Promise<void>
}

export interface Request {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
}

const readyMillis = 60_000

export async function startRig(options: RigOptions): Promise<Rig> {
  const { backend, leaseSeconds = 10, silentMillis } = options
  const folder = makeFolder()
  const postgresFolder = options.postgresFolder ?? join(folder, 'postgres')
  let postgres = await startEmbedded(postgresFolder)
  const redisPort = backend === 'redis' ? await lowPort() : null
  const startOwnRedis = async () => (redisPort === null ? null : startRedis(join(folder, 'redis'), redisPort))
  let redis = await startOwnRedis()
  if (backend === 'redis' && redis === null) throw new Error('there is no redis-server on this machine')
  const lab = await startCountingLab(silentMillis)
  const through = (await options.through?.({ postgresPort: postgres.port, redisPort })) ?? {}
  const databaseUrl = new URL(postgres.url)
  if (through.postgresPort !== undefined) databaseUrl.port = String(through.postgresPort)
  const env: Record<string, string> = {
    DATABASE_URL: databaseUrl.href,
    DATA_DIR: folder,
    LEASE: String(leaseSeconds),
    SCAN_ALLOW: '127.0.0.0/8',
    DNS_SERVERS: '127.0.0.1:9',
    QUEUED_SCANS: '1000000',
    WRITES_PER_MINUTE: '1000000',
    ...(redisPort === null ? {} : { QUEUE_URL: `redis://127.0.0.1:${through.redisPort ?? redisPort}` }),
    ...options.env,
  }
  const migrated = startProcess('apps/migrate/main.ts', { ...env, DATABASE_URL: postgres.url })
  if ((await migrated.ended) !== 0) throw new Error(`the schema could not be made: ${migrated.output()}`)
  const key = readFileSync(join(folder, 'api-key'), 'utf8').trim()
  const db = connect(createPool({ url: postgres.url, max: 4, name: 'chaos', timeoutMillis: 30_000, onError: () => {} }))

  const parts: Part[] = []
  const startWorker: Rig['startWorker'] = (more = {}) => {
    const part = supervise(`worker${parts.length}`, 'workers/main.ts', { ...env, ...more })
    parts.push(part)
    return part
  }
  const startApi: Rig['startApi'] = async (more = {}) => {
    const port = await lowPort()
    const part = supervise(`api${parts.length}`, 'apps/api/main.ts', {
      ...env,
      PORT: String(port),
      PUBLIC_URL: 'http://localhost:3000',
      ...more,
    })
    parts.push(part)
    return { part, url: `http://127.0.0.1:${port}` }
  }
  const started: Awaited<ReturnType<typeof startApi>>[] = []
  for (let i = 0; i < (options.apis ?? 2); i++) started.push(await startApi())
  const workers = Array.from({ length: options.workers ?? 3 }, () => startWorker())
  const urls = started.map(({ url }) => url)

  let turn = 0
  const request: Rig['request'] = async (path, init = {}, patienceMillis = 120_000) => {
    const until = performance.now() + patienceMillis
    for (let tries = 0; ; tries++) {
      const url = urls[turn++ % urls.length]!
      try {
        const answer = await fetch(url + path, {
          ...init,
          headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...init.headers },
          signal: AbortSignal.timeout(8000),
        })
        const body: unknown = await answer.json()
        if (answer.status < 500 && answer.status !== 429)
          return { status: answer.status, headers: answer.headers, body }
      } catch {
        // Asked again: whoever answered was killed.
      }
      if (performance.now() > until) throw new Error(`${path} was not answered in ${patienceMillis} ms`)
      await sleep(Math.min(100 * 2 ** Math.min(tries, 4), 1000))
    }
  }
  const submit: Rig['submit'] = async (address, idempotencyKey, more = {}) => {
    for (;;) {
      const { status, body } = await request('/v1/scans', {
        method: 'POST',
        headers: { 'idempotency-key': idempotencyKey },
        body: JSON.stringify({ target: address, scanners: { ports: { ports: [lab.port] } }, ...more }),
      })
      if (status === 202) return (body as { id: string }).id
      // The try before is still being answered, or its process was killed while it was.
      if (status !== 409) throw new Error(`a submission was answered ${status}: ${JSON.stringify(body)}`)
      await sleep(200)
    }
  }
  const read: Rig['read'] = async (id) => (await request(`/v1/scans/${id}`)).body as Scan
  const rig: Rig = {
    backend,
    db,
    lab,
    key,
    env,
    apis: started.map(({ part }) => part),
    workers,
    urls,
    postgres: () => postgres,
    redis: () => redis,
    async killPostgres(awayMillis = 300, signal = 'SIGKILL') {
      process.kill(postgres.pid, signal)
      await postgres.exited
      await sleep(awayMillis)
      postgres = await startEmbedded(postgresFolder)
    },
    async killRedis(awayMillis = 300) {
      if (redis === null) throw new Error('the queue is in Postgres')
      process.kill(redis.pid, 'SIGKILL')
      await sleep(awayMillis)
      redis = await startOwnRedis()
    },
    startApi,
    startWorker,
    request,
    submit,
    read,
    async untilEnded(id, patienceMillis) {
      const until = performance.now() + patienceMillis
      for (;;) {
        const scan = await read(id)
        if (scan.status !== 'queued' && scan.status !== 'running') return scan
        if (performance.now() > until) throw new Error(`scan ${id} is ${scan.status} after ${patienceMillis} ms`)
        await sleep(50)
      }
    },
    async close() {
      await Promise.all(parts.map((part) => part.end()))
      await db.destroy()
      await redis?.stop()
      await postgres.stop()
      await lab.close()
    },
  }
  try {
    await untilAllReady(urls, parts)
  } catch (error) {
    await rig.close()
    throw error
  }
  return rig
}

async function untilAllReady(urls: readonly string[], parts: readonly Part[]): Promise<void> {
  const until = performance.now() + readyMillis
  for (const url of urls) {
    while (!(await fetch(`${url}/readyz`).catch(() => null))?.ok) {
      if (performance.now() > until) throw new Error(`no API is ready: ${parts[0]?.output().slice(-2000)}`)
      await sleep(50)
    }
  }
}
