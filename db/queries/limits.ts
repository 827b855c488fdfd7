import { sql } from 'kysely'
import type { Db } from '../connect.ts'
import type { RateLimitsTable } from '../tables.ts'

/** A bucket of `capacity` tokens into which `perSecond` fall; a request takes one, or `cost`. */
export interface Bucket {
  /** What is limited, of whom: personal values blinded by the caller. */
  readonly key: string
  readonly capacity: number
  readonly perSecond: number
  readonly cost?: number
}

export interface Taken {
  readonly key: string
  readonly isAllowed: boolean
  /** Whole tokens left. */
  readonly remaining: number
  /** Until as many tokens are there as were asked for; 0 where they were. */
  readonly retryAfterSeconds: number
  /** Until the bucket is full again. */
  readonly resetSeconds: number
}

/**
 * Takes from all of these buckets in one statement, which counts right however many processes ask at once; by the database's clock.
 * A bucket that has enough is charged although another has not: asking for what one may not have costs too.
 */
export async function takeTokens(db: Db, buckets: readonly Bucket[]): Promise<Taken[]> {
  const [taken] = await takeTokensOfAll(db, [buckets])
  return taken!
}

/** As `takeTokens`, for several who ask at the same time: whoever stands first is served first. Asks of one bucket are of one cost. */
export async function takeTokensOfAll(db: Db, asks: readonly (readonly Bucket[])[]): Promise<Taken[][]> {
  const counted = new Map<string, Bucket & { count: number }>()
  for (const bucket of asks.flat()) {
    const count = (counted.get(bucket.key)?.count ?? 0) + 1
    counted.set(bucket.key, { ...bucket, count })
  }
  // In one order always, so that two requests wait for each other's rows in a line and not in a ring.
  const asked = [...counted.values()]
    .map(({ key, capacity, perSecond, cost = 1, count }) => ({ key, capacity, per_second: perSecond, cost, count }))
    .toSorted((one, other) => (one.key < other.key ? -1 : 1))
  const { rows } = await sql<BucketRow>`
    insert into rate_limits as bucket (key, capacity, per_second, cost, granted, tokens, refilled_at)
    select key, capacity, per_second, cost, granted, capacity - granted * cost, clock_timestamp()
    from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb)
      as asked (key text, capacity float8, per_second float8, cost float8, count integer),
      least(count, floor(capacity / cost)) as granted
    order by key
    on conflict (key) do update set
      capacity = excluded.capacity,
      per_second = excluded.per_second,
      cost = excluded.cost,
      granted = ${granted},
      tokens = ${refilled} - ${granted} * excluded.cost,
      refilled_at = greatest(bucket.refilled_at, clock_timestamp())
    returning key, capacity, per_second, cost, granted, tokens`.execute(db)
  const left = new Map(rows.map((row) => [row.key, { ...row, tokens: row.tokens + row.granted * row.cost }]))
  return asks.map((buckets) => buckets.map(({ key }) => takeOne(left.get(key)!)))
}

type BucketRow = Pick<RateLimitsTable, 'key' | 'capacity' | 'per_second' | 'cost' | 'granted' | 'tokens'>

/** One ask's share of what was granted to all. */
function takeOne(bucket: BucketRow): Taken {
  const { key, capacity, per_second, cost } = bucket
  const isAllowed = bucket.granted > 0
  if (isAllowed) {
    bucket.granted--
    bucket.tokens -= cost
  }
  return {
    key,
    isAllowed,
    remaining: Math.floor(bucket.tokens),
    retryAfterSeconds: isAllowed ? 0 : Math.max(1, Math.ceil((cost - bucket.tokens) / per_second)),
    resetSeconds: Math.ceil((capacity - bucket.tokens) / per_second),
  }
}

/** What has fallen in since; clock_timestamp() is no less in a row that had to be waited for. */
const refilled = sql`least(excluded.capacity, bucket.tokens + excluded.per_second * greatest(0, extract(epoch from clock_timestamp() - bucket.refilled_at)))`
/** Of as many as a full bucket would have granted. */
const granted = sql`least(excluded.granted, floor(${refilled} / excluded.cost))`

/** Gives a bucket all its tokens back. */
export const fillBucket = (db: Db, key: string) => db.deleteFrom('rate_limits').where('key', '=', key).execute()

/** Forgets the buckets that are full by now: a new one begins so. */
export const sweepLimits = (db: Db) =>
  db
    .deleteFrom('rate_limits')
    .where(sql<boolean>`refilled_at + make_interval(secs => capacity / per_second) < clock_timestamp()`)
    .execute()
