import { setTimeout as sleep } from 'node:timers/promises'
import type { Db } from '#db/connect.ts'
import type { Queues } from './backend.ts'
import { contracts, type JobData, type JobName } from './contracts.ts'

// A frozen Redis never answers; without this clock whoever rings would hang with it.
const ringMillis = 800

export interface Bell {
  /** True where the queue lives in Postgres, so that a job can be part of a transaction. */
  readonly transactional: boolean
  /** Asks for a job inside the caller's transaction, as its last statement; does nothing where the queue cannot. */
  enqueue<Name extends JobName>(db: Db, name: Name, id: string, data: JobData<Name>): Promise<void>
  /** As `enqueue`, for several jobs in one go. */
  enqueueAll<Name extends JobName>(db: Db, name: Name, jobs: readonly AskedJob<Name>[]): Promise<void>
  /** Asks for a job whose facts are committed. Asking twice with one id is harmless. @throws when the queue does not answer in time. */
  ring<Name extends JobName>(name: Name, id: string, data: JobData<Name>): Promise<void>
  /** As `ring`, for several jobs in one go. */
  ringAll<Name extends JobName>(name: Name, jobs: readonly AskedJob<Name>[]): Promise<void>
}

export interface AskedJob<Name extends JobName> {
  readonly id: string
  readonly data: JobData<Name>
}

/** `open` is asked for the queue at the first ring. */
export function createBell(transactional: boolean, open: () => Promise<Pick<Queues, 'queues' | 'inside'>>): Bell {
  const addAll = async <Name extends JobName>(name: Name, jobs: readonly AskedJob<Name>[]) => {
    const { queue, prefix, data: shape } = contracts[name]
    const asked = jobs.map(({ id, data }) => ({
      name,
      data: shape.parse(data),
      opts: {
        jobId: `${prefix}-${id}`,
        attempts: 1,
        removeOnComplete: true,
        // A kept failure would hold its id and swallow the next ring; Postgres keeps the reason.
        removeOnFail: true,
      },
    }))
    const { queues } = await open()
    const [only] = asked
    if (asked.length === 1 && only !== undefined) await queues[queue].add(name, only.data, only.opts)
    else await queues[queue].addBulk(asked)
  }
  const enqueueAll: Bell['enqueueAll'] = async (db, name, jobs) => {
    const { inside } = await open()
    await inside?.(db, () => addAll(name, jobs))
  }
  const ringAll: Bell['ringAll'] = async (name, jobs) => {
    const over = new AbortController()
    const tooLate = sleep(ringMillis, undefined, { signal: over.signal }).then(() => {
      throw new Error(`the queue did not answer within ${ringMillis} ms`)
    })
    try {
      await Promise.race([addAll(name, jobs), tooLate])
    } finally {
      tooLate.catch(() => {})
      over.abort()
    }
  }
  return {
    transactional,
    enqueueAll,
    enqueue: (db, name, id, data) => enqueueAll(db, name, [{ id, data }]),
    ringAll,
    ring: (name, id, data) => ringAll(name, [{ id, data }]),
  }
}
