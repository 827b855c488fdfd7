import type { Db } from '#db/connect.ts'
import { DomainError } from '#db/model/errors.ts'
import { countWaiting } from '#db/queries/next-scan.ts'

const freshMillis = 1000
const keptAtMost = 10_000

/** Lets scans in while fewer of their organisation wait than may. */
export interface QueueBound {
  /** Asks through the caller's transaction where one is given. @throws DomainError `queue-full` */
  admit(organisationId: string, through?: Db): Promise<void>
}

/** What waits is counted once a second and what this process lets in is added, so that several processes together may let in a second's worth more. */
export function createQueueBound(db: Db, limit: number): QueueBound {
  const known = new Map<string, { count: number; readAt: number }>()
  return {
    admit: async (organisationId, through = db) => {
      let seen = known.get(organisationId)
      if (seen === undefined || performance.now() - seen.readAt > freshMillis) {
        const readAt = performance.now()
        seen = { count: await countWaiting(through, organisationId, limit), readAt }
        if (known.size >= keptAtMost) known.clear()
        known.set(organisationId, seen)
      }
      if (seen.count >= limit) throw new DomainError('queue-full', `${limit} scans of this organisation wait already.`)
      seen.count++
    },
  }
}
