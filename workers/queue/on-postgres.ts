import { AsyncLocalStorage } from 'node:async_hooks'
import { createPostgresBackend, type PostgresConnectionOptions, Queue, Worker } from 'bullmq'
import { CompiledQuery } from 'kysely'
import type pg from 'pg'
import { createPool, type Db } from '#db/connect.ts'
import type { Inside, JobWorker, Queues, QueueSettings } from './backend.ts'
import { closeAll, ifTaking, inTime, lockOptions, queuesWith, ready } from './both-backends.ts'

/** The queue in Postgres, beside the scans: a job can be part of the transaction that makes its scan. */
export async function onPostgres({ databaseUrl, poolSize, onError }: QueueSettings): Promise<Queues> {
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
  const close = async () => {
    await closeAll(workers, queues)
    await inTime(pool.end())
  }
  try {
    // Each asks for its schema once: one that got no answer then never works again.
    await Promise.all(Object.values(queues).map((queue) => queue.waitUntilReady()))
  } catch (error) {
    await close()
    throw error
  }
  return {
    queues,
    inside,
    async openWorker(name, processor, { concurrency, leaseSeconds, isTaking }) {
      const connection = pool as PostgresConnectionOptions
      const options = { connection, concurrency, ...lockOptions(leaseSeconds) }
      const worker = new Worker(name, ifTaking(processor, isTaking), options, createPostgresBackend)
      workers.push(worker)
      return ready(worker, onError)
    },
    inspect: async () => ({ objection: null, warning: null }),
    close,
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
