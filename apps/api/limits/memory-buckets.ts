import type { Bucket, Taken } from '#db/queries/limits.ts'

const keptAtMost = 10_000

/** Token buckets of this process alone, for what is asked too often to ask a store about. */
export function memoryBuckets(nowMillis = () => performance.now()) {
  const known = new Map<string, { tokens: number; at: number }>()
  const takeOne = ({ key, capacity, perSecond, cost = 1 }: Bucket): Taken => {
    const now = nowMillis()
    const { tokens: before, at } = known.get(key) ?? { tokens: capacity, at: now }
    const tokens = Math.min(capacity, before + ((now - at) * perSecond) / 1000)
    const isAllowed = tokens >= cost
    const left = isAllowed ? tokens - cost : tokens
    // The oldest stand first; whoever is forgotten begins with a full bucket, as most would have by then.
    known.delete(key)
    if (known.size >= keptAtMost) known.delete(known.keys().next().value!)
    known.set(key, { tokens: left, at: now })
    return {
      key,
      isAllowed,
      remaining: Math.floor(left),
      retryAfterSeconds: isAllowed ? 0 : Math.max(1, Math.ceil((cost - left) / perSecond)),
      resetSeconds: Math.ceil((capacity - left) / perSecond),
    }
  }
  return { take: (buckets: readonly Bucket[]): Taken[] => buckets.map(takeOne) }
}
