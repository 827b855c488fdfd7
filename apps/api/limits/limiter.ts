import type { Context } from 'hono'
import type { Db } from '#db/connect.ts'
import type { Actor } from '#db/model/actor.ts'
import { type Bucket, type Taken, takeTokensOfAll } from '#db/queries/limits.ts'
import { together } from '#workers/queue/together.ts'
import type { ApiEnv } from '../app.ts'
import { limitKeyOf } from './client-address.ts'
import { memoryBuckets } from './memory-buckets.ts'
import { createTurns, type WriteTurns } from './turns.ts'
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
  /** In which a credential's writes are done, before they are counted. */
  readonly turns: WriteTurns
}

/** Most of those that run share their statements, so that they need fewer connections than they are; nobody waits longer than an answer may take. */
const turns = { running: 32, waiting: 200, patienceMillis: 1500 }
const takenAtOnce = 100

export function createLimiter(db: Db, { writesPerMinute }: { readonly writesPerMinute: number }): Limiter {
  const table = limitTable(writesPerMinute)
  const inMemory = memoryBuckets()
  const refused = rememberRefusals()
  const take = together((asks: readonly (readonly Bucket[])[]) => takeTokensOfAll(db, asks), {
    asksAtMost: takenAtOnce,
  })
  return {
    turns: createTurns(turns),
    admits: async (c, as, actor) => {
      const { where, limits } = table[as]
      const address = limitKeyOf(c.get('client'))
      const whose = {
        address,
        credential: actor?.credential.id ?? address,
        organisation: actor?.organisationId ?? address,
      }
      const buckets = limits.map(({ by, ...limit }) => ({ ...limit, key: `${limit.policy}:${whose[by]}` }))
      const taken =
        where === 'store' ? (refused.of(buckets) ?? refused.note(await take(buckets), buckets)) : inMemory.take(buckets)
      for (const [name, value] of Object.entries(rateLimitFields(buckets, taken))) c.header(name, value)
      return taken.every(({ isAllowed }) => isAllowed)
    },
  }
}

/** Whoever was refused is refused again, without asking the store, until one more token can have fallen: saying no has to cost less than what is refused. */
function rememberRefusals(nowMillis = () => performance.now()) {
  const known = new Map<string, { readonly taken: readonly Taken[]; readonly until: number }>()
  const keyOf = (buckets: readonly Bucket[]) => buckets.map(({ key }) => key).join(' ')
  return {
    of(buckets: readonly Bucket[]): readonly Taken[] | undefined {
      const refusal = known.get(keyOf(buckets))
      if (refusal === undefined || refusal.until > nowMillis()) return refusal?.taken
      known.delete(keyOf(buckets))
      return undefined
    },
    note(taken: readonly Taken[], buckets: readonly Bucket[]): readonly Taken[] {
      const short = buckets.filter(({ key }) => taken.some((one) => one.key === key && !one.isAllowed))
      if (short.length === 0) return taken
      if (known.size > 10_000) known.clear()
      const waitMillis = Math.max(...short.map(({ perSecond }) => 1000 / perSecond))
      known.set(keyOf(buckets), { taken, until: nowMillis() + waitMillis })
      return taken
    },
  }
}
