import type { Bucket, Taken } from '#db/queries/limits.ts'

export interface NamedBucket extends Bucket {
  /** Shown to the caller: `address`, `key`, `sign-in` … */
  readonly policy: string
}

/** The fields by which a caller knows how much is left (draft-ietf-httpapi-ratelimit-headers-10): each policy's quota and window, then what is left of it and when it is whole again, in seconds. */
export function rateLimitFields(buckets: readonly NamedBucket[], taken: readonly Taken[]): Record<string, string> {
  const known = new Map(taken.map((one) => [one.key, one]))
  const shown = buckets.flatMap((bucket) => {
    const left = known.get(bucket.key)
    return left === undefined ? [] : [{ ...bucket, ...left }]
  })
  const policies = shown.map(
    ({ policy, capacity, perSecond }) => `"${policy}";q=${capacity};w=${Math.ceil(capacity / perSecond)}`,
  )
  const rests = shown.map(({ policy, remaining, resetSeconds }) => `"${policy}";r=${remaining};t=${resetSeconds}`)
  const waits = shown.filter(({ isAllowed }) => !isAllowed).map(({ retryAfterSeconds }) => retryAfterSeconds)
  return {
    'RateLimit-Policy': policies.join(', '),
    RateLimit: rests.join(', '),
    ...(waits.length === 0 ? {} : { 'Retry-After': String(Math.max(...waits)) }),
  }
}
