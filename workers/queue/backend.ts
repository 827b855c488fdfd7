import type { JobsOptions } from 'bullmq'
import type { Db } from '#db/connect.ts'
import type { QueueName } from './contracts.ts'

/** What the queue does inside `work` goes through the connection of the transaction `db`. */
export type Inside = (db: Db, work: () => Promise<void>) => Promise<void>

export type Processor = (job: { name: string; data: unknown }) => Promise<void>

/** As much of BullMQ's Queue and Worker as is used here, the same on both backends. */
export interface JobQueue {
  add(name: string, data: unknown, options: JobsOptions): Promise<unknown>
  addBulk(jobs: { name: string; data: unknown; opts: JobsOptions }[]): Promise<unknown>
  waitUntilReady(): Promise<unknown>
  close(): Promise<void>
  on(event: 'error', listener: (error: Error) => void): unknown
}
export interface JobWorker {
  waitUntilReady(): Promise<unknown>
  /** Takes no more jobs and waits for those that run. */
  close(force?: boolean): Promise<void>
  /** Takes no more jobs until it is resumed; without a wait for those that run. */
  pause(doNotWaitActive: true): Promise<void>
  resume(): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
}

export interface OpenWorkerOptions {
  /** Jobs side by side. */
  readonly concurrency: number
  /** How long the rows behind the jobs are held without renewing. */
  readonly leaseSeconds: number
  /** False while a job that comes all the same goes back into the queue, for other workers. */
  readonly isTaking?: () => boolean
}

export interface Queues {
  readonly queues: Readonly<Record<QueueName, JobQueue>>
  /** Null where jobs cannot be part of a transaction: on Redis. */
  readonly inside: Inside | null
  /** A connected worker. @throws when the store does not answer. */
  openWorker(name: QueueName, processor: Processor, options: OpenWorkerOptions): Promise<JobWorker>
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

/**
 * The queues, on the store that the settings name. The other one's code is not even loaded.
 * @throws where that is Postgres and it does not answer
 */
export async function openQueues(settings: QueueSettings): Promise<Queues> {
  if (settings.redisUrl === null) {
    const { onPostgres } = await import('./on-postgres.ts')
    return onPostgres(settings)
  }
  const { onRedis } = await import('./on-redis.ts')
  return onRedis(settings, settings.redisUrl)
}
