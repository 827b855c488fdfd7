import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  createPostgresBackend,
  type JobsOptions,
  type PostgresConnectionOptions,
  Queue,
  Worker,
  type WorkerOptions,
} from 'bullmq'
import { Redis } from 'ioredis'
import { CompiledQuery } from 'kysely'
import type pg from 'pg'
import { createPool, type Db } from '#db/connect.ts'
import { type QueueName, queueNames } from './contracts.ts'

/** What the queue does inside `work` goes through the connection of the transaction `db`. */
export type Inside = (db: Db, work: () => Promise<void>) => Promise<void>

export type Processor = (job: { name: string; data: unknown }) => Promise<void>

/** As much of BullMQ's Queue and Worker as is used here, the same on both backends. */
export interface JobQueue {
  add(name: string, data: unknown, options: JobsOptions): Promise<unknown>
  close(): Promise<void>
  on(event: 'error', listener: (error: Error) => void): unknown
}
export interface JobWorker {
  waitUntilReady(): Promise<unknown>
  /** Takes no more jobs and waits for those that run. */
  close(force?: boolean): Promise<void>
  on(event: 'error', listener: (error: Error) => void): unknown
}

export interface Queues {
  readonly queues: Readonly<Record<QueueName, JobQueue>>
  /** Null where jobs cannot be part of a transaction: on Redis. */
  readonly inside: Inside | null
  /** A connected worker. @throws when the store does not answer. */
  openWorker(name: QueueName, processor: Processor, concurrency: number): Promise<JobWorker>
  /** How fit this store is to hold a queue. @throws when it does not answer. */
  inspect(): Promise<Fitness>
  /** Closes the workers too, and waits for none of their jobs. */
  close(): Promise<void>
}

export interface Fitness {
  /** Why it must not hold one; null where it may. */
  readonly objection: string | null
  /** What it would cost; null where nothing. */
  readonly warning: string | null
}

export interface QueueSettings {
  readonly databaseUrl: string
  /** Null puts the queue into Postgres. */
  readonly redisUrl: string | null
  /** Connections at most, on Postgres. */
  readonly poolSize: number
  readonly onError: (error: Error) => void
}

// The row's lease decides who may work on a scan; these only say how soon BullMQ rings again for a worker that died.
const workerOptions = {
  lockDuration: 8000,
  stalledInterval: 4000,
  maxStalledCount: 1_000_000,
  drainDelay: 5,
} satisfies Partial<WorkerOptions>

export const openQueues = (settings: QueueSettings): Queues =>
  settings.redisUrl === null ? onPostgres(settings) : onRedis(settings, settings.redisUrl)

function onPostgres({ databaseUrl, poolSize, onError }: QueueSettings): Queues {
  const pool = createPool({
    url: databaseUrl,
    max: poolSize,
    name: 'portlight-queue',
    timeoutMillis: 5000,
    searchPath: 'bullmq',
    onError,
  })
  const { connection, inside } = transactionAware(pool)
  const queues = queuesWith((name) => new Queue(name, { connection }, createPostgresBackend), onError)
  const workers: JobWorker[] = []
  const workerConnection = { connection: pool as PostgresConnectionOptions, ...workerOptions }
  return {
    queues,
    inside,
    async openWorker(name, processor, concurrency) {
      const worker = new Worker(name, processor, { ...workerConnection, concurrency }, createPostgresBackend)
      workers.push(worker)
      return ready(worker, onError)
    },
    inspect: async () => ({ objection: null, warning: null }),
    async close() {
      await closeAll(workers, queues)
      await inTime(pool.end())
    },
  }
}

/**
 * Looks like a pg.Pool to BullMQ; inside `inside(db, …)` its queries run on that transaction's own connection, so that a rollback leaves no job.
 * Leans on BullMQ 6.7.0 calling `pool.query` for an add, which a test holds.
 */
function transactionAware(pool: pg.Pool): { connection: PostgresConnectionOptions; inside: Inside } {
  const scope = new AsyncLocalStorage<Db>()
  const query = async (text: string, values: unknown[] = []) => {
    const db = scope.getStore()
    if (!db) return pool.query(text, values)
    const { rows } = await db.executeQuery(CompiledQuery.raw(text, values))
    return { rows, rowCount: rows.length }
  }
  const connection = {
    options: pool.options,
    on: pool.on.bind(pool),
    connect: () => pool.connect(),
    end: () => pool.end(),
    query,
  } as unknown as PostgresConnectionOptions
  return {
    connection,
    async inside(db, work) {
      await db.executeQuery(CompiledQuery.raw('set local search_path to bullmq, public'))
      await scope.run(db, work)
    },
  }
}

function onRedis({ onError }: QueueSettings, url: string): Queues {
  // socketTimeout notices a connection that died without a word.
  const shared = {
    socketTimeout: 20_000,
    connectTimeout: 5000,
    retryStrategy: (times: number) => Math.min(50 * 2 ** Math.min(times, 6), 1000),
  }
  const producer = new Redis(url, { ...shared, enableOfflineQueue: false, maxRetriesPerRequest: 1 })
  producer.on('error', onError)
  const consumers: Redis[] = []
  const workers: JobWorker[] = []
  const queues = queuesWith((name) => new Queue(name, { connection: producer }), onError)
  return {
    queues,
    inside: null,
    async openWorker(name, processor, concurrency) {
      const consumer = new Redis(url, { ...shared, maxRetriesPerRequest: null })
      consumer.on('error', onError)
      consumers.push(consumer)
      const worker = new Worker(name, processor, { connection: consumer, concurrency, ...workerOptions })
      workers.push(worker)
      return ready(worker, onError)
    },
    inspect: () => inspectRedis(url),
    async close() {
      await closeAll(workers, queues)
      for (const connection of [producer, ...consumers]) connection.disconnect()
    },
  }
}

async function inspectRedis(url: string): Promise<Fitness> {
  const asked = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 2000,
    maxRetriesPerRequest: 0,
    retryStrategy: null,
  })
  asked.on('error', () => {})
  try {
    await asked.connect()
    const settingOf = async (name: string) => (await asked.config('GET', name))[1]
    const policy = await settingOf('maxmemory-policy')
    const keepsLog = (await settingOf('appendonly')) === 'yes'
    return {
      objection:
        policy === 'noeviction'
          ? null
          : `Redis may throw jobs away: its maxmemory-policy is ${policy} and has to be noeviction`,
      warning: keepsLog
        ? null
        : 'Redis keeps no append-only log: a restart forgets the queue, which costs the waiting scans up to 15 s',
    }
  } finally {
    asked.disconnect()
  }
}

function queuesWith(open: (name: QueueName) => JobQueue, onError: (error: Error) => void): Record<QueueName, JobQueue> {
  const entries = queueNames.map((name) => {
    const queue = open(name)
    queue.on('error', onError)
    return [name, queue] as const
  })
  return Object.fromEntries(entries) as Record<QueueName, JobQueue>
}

async function ready(worker: JobWorker, onError: (error: Error) => void): Promise<JobWorker> {
  worker.on('error', onError)
  await worker.waitUntilReady()
  return worker
}

// BullMQ waits for a store that is away, and some of its calls never settle then.
const closeMillis = 2000

const inTime = (closing: Promise<unknown>) =>
  Promise.race([closing.catch(() => {}), sleep(closeMillis, undefined, { ref: false })])

async function closeAll(workers: readonly JobWorker[], queues: Readonly<Record<string, JobQueue>>): Promise<void> {
  await inTime(Promise.allSettled(workers.map((worker) => worker.close(true))))
  await inTime(Promise.allSettled(Object.values(queues).map((queue) => queue.close())))
}
