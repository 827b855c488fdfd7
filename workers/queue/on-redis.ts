import { Queue, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import type { Fitness, JobWorker, Queues, QueueSettings } from './backend.ts'
import { closeAll, ifTaking, lockOptions, queuesWith, ready } from './both-backends.ts'

/** The queue in Redis: quicker, and forgetful; what it loses the reconciler makes good. */
export function onRedis({ onError }: QueueSettings, url: string): Queues {
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
    async openWorker(name, processor, { concurrency, leaseSeconds, isTaking }) {
      const consumer = new Redis(url, { ...shared, maxRetriesPerRequest: null })
      consumer.on('error', onError)
      consumers.push(consumer)
      const worker = new Worker(name, ifTaking(processor, isTaking), {
        connection: consumer,
        concurrency,
        ...lockOptions(leaseSeconds),
      })
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
