import { setTimeout as sleep } from 'node:timers/promises'
import { type Job, WaitingError, type WorkerOptions } from 'bullmq'
import type { JobQueue, JobWorker, Processor } from './backend.ts'
import { type QueueName, queueNames } from './contracts.ts'

/**
 * The row's lease decides who may work on a scan. BullMQ's own lock is shorter, and its check for dead workers (which wants to see one twice)
 * more frequent, so that a dead worker's job has left the queue when the lease runs out: as long as it stands there, its id swallows the reconciler's ring.
 */
export const lockOptions = (leaseSeconds: number) =>
  ({
    lockDuration: leaseSeconds * 300,
    stalledInterval: leaseSeconds * 150,
    maxStalledCount: 1_000_000,
    drainDelay: 5,
  }) satisfies Partial<WorkerOptions>

export function queuesWith(
  open: (name: QueueName) => JobQueue,
  onError: (error: Error) => void,
): Record<QueueName, JobQueue> {
  const entries = queueNames.map((name) => {
    const queue = open(name)
    queue.on('error', onError)
    return [name, queue] as const
  })
  return Object.fromEntries(entries) as Record<QueueName, JobQueue>
}

export async function ready(worker: JobWorker, onError: (error: Error) => void): Promise<JobWorker> {
  worker.on('error', onError)
  await worker.waitUntilReady()
  return worker
}

// BullMQ waits for a store that is away, and some of its calls never settle then.
const closeMillis = 2000

export const inTime = (closing: Promise<unknown>) =>
  Promise.race([closing.catch(() => {}), sleep(closeMillis, undefined, { ref: false })])

export async function closeAll(
  workers: readonly JobWorker[],
  queues: Readonly<Record<string, JobQueue>>,
): Promise<void> {
  await inTime(Promise.allSettled(workers.map((worker) => worker.close(true))))
  await inTime(Promise.allSettled(Object.values(queues).map((queue) => queue.close())))
}

/** A queue keeps its rings: one that a worker heard too late is another's, and counts for whatever waits. */
export const ifTaking =
  (process: Processor, isTaking: () => boolean = () => true) =>
  async (job: Job, token?: string): Promise<void> => {
    if (isTaking()) return process(job)
    await job.moveToWait(token)
    throw new WaitingError()
  }
