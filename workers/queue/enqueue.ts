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
  /** Asks for a job whose facts are committed. Asking twice with one id is harmless. @throws when the queue does not answer in time. */
  ring<Name extends JobName>(name: Name, id: string, data: JobData<Name>): Promise<void>
}

/** `open` is asked for the queue at the first ring. */
export function createBell(transactional: boolean, open: () => Promise<Pick<Queues, 'queues' | 'inside'>>): Bell {
  const add = async <Name extends JobName>(name: Name, id: string, data: JobData<Name>) => {
    const { queue, prefix, data: shape } = contracts[name]
    const { queues } = await open()
    await queues[queue].add(name, shape.parse(data), {
      jobId: `${prefix}-${id}`,
      attempts: 1,
      removeOnComplete: true,
      // A kept failure would hold its id and swallow the next ring; Postgres keeps the reason.
      removeOnFail: true,
    })
  }
  return {
    transactional,
    async enqueue(db, name, id, data) {
      const { inside } = await open()
      await inside?.(db, () => add(name, id, data))
    },
    async ring(name, id, data) {
      const over = new AbortController()
      const tooLate = sleep(ringMillis, undefined, { signal: over.signal }).then(() => {
        throw new Error(`the queue did not answer within ${ringMillis} ms`)
      })
      try {
        await Promise.race([add(name, id, data), tooLate])
      } finally {
        tooLate.catch(() => {})
        over.abort()
      }
    },
  }
}
