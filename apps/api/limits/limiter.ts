import type { Context } from 'hono'
import type { Db } from '#db/connect.ts'
import type { Actor } from '#db/model/actor.ts'
import { takeTokens } from '#db/queries/limits.ts'
import type { ApiEnv } from '../app.ts'
import { limitKeyOf } from './client-address.ts'
import { memoryBuckets } from './memory-buckets.ts'
import { rateLimitFields } from './rate-limit-fields.ts'

/** What a request counts as. */
export type LimitClass = 'reads' | 'writes' | 'sign-in' | 'strangers'

interface Limit {
  /** Stands before the key, and in the fields of the answer. */
  readonly policy: string
  readonly by: 'credential' | 'organisation' | 'address'
  readonly capacity: number
  readonly perSecond: number
}

interface LimitTable {
  /** In the store a limit holds right across processes, and where the store is away nobody gets in; in memory each process counts its share. */
  readonly where: 'store' | 'memory'
  readonly limits: readonly Limit[]
}

const limitTable = (writesPerMinute: number): Readonly<Record<LimitClass, LimitTable>> => ({
  reads: { where: 'memory', limits: [{ policy: 'reads', by: 'credential', capacity: 2000, perSecond: 100 }] },
  writes: {
    where: 'store',
    limits: [
      { policy: 'writes', by: 'credential', capacity: writesPerMinute, perSecond: writesPerMinute / 60 },
      {
        policy: 'organisation-writes',
        by: 'organisation',
        capacity: 4 * writesPerMinute,
        perSecond: writesPerMinute / 15,
      },
    ],
  },
  'sign-in': { where: 'store', limits: [{ policy: 'sign-in', by: 'address', capacity: 100, perSecond: 1 }] },
  strangers: { where: 'memory', limits: [{ policy: 'strangers', by: 'address', capacity: 1000, perSecond: 20 }] },
})

export interface Limiter {
  /** Counts the request and writes what is left into the answer's fields; false where nothing was left. @throws where the store that counts is away */
  admits(c: Context<ApiEnv>, as: LimitClass, actor: Actor | null): Promise<boolean>
}

export function createLimiter(db: Db, { writesPerMinute }: { readonly writesPerMinute: number }): Limiter {
  const table = limitTable(writesPerMinute)
  const inMemory = memoryBuckets()
  return {
    admits: async (c, as, actor) => {
      const { where, limits } = table[as]
      const address = limitKeyOf(c.get('client'))
      const whose = {
        address,
        credential: actor?.credential.id ?? address,
        organisation: actor?.organisationId ?? address,
      }
      const buckets = limits.map(({ by, ...limit }) => ({ ...limit, key: `${limit.policy}:${whose[by]}` }))
      const taken = where === 'store' ? await takeTokens(db, buckets) : inMemory.take(buckets)
      for (const [name, value] of Object.entries(rateLimitFields(buckets, taken))) c.header(name, value)
      return taken.every(({ isAllowed }) => isAllowed)
    },
  }
}
