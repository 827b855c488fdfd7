import { setTimeout as sleep } from 'node:timers/promises'
import { isFinal } from '#db/model/scan.ts'
import type { Accepted, Api, Seen, Waiting } from './api.ts'
import { askPatiently } from './patience.ts'

const shortestPauseMillis = 200
const longestPauseMillis = 10_000
const usualPauseMillis = 1000
/** Well within the time that a request may take. */
const waitSeconds = 10

export interface Following {
  /** When to give up, by `performance.now()`. */
  readonly until: number
  /** How long the API may stay away. */
  readonly silentMillis: number
  readonly signal: AbortSignal
  readonly onSeen: (seen: Seen) => void
}

/**
 * Follows a scan until it has ended, through restarts of the API: waits for each change, or where an API cannot wait polls at the pace that it asks for.
 * @returns the last that was seen: not ended where time ran out
 * @throws Problem, NotPortlight, NoAnswer
 */
export async function followScan(api: Api, { id, retryAfterMillis }: Accepted, following: Following): Promise<Seen> {
  const { until, silentMillis, signal, onSeen } = following
  let last: Seen | null = null
  let pause = retryAfterMillis
  for (;;) {
    const left = until - performance.now()
    const patience = { busyMillis: left, silentMillis: Math.min(left, silentMillis), signal }
    const waiting: Waiting = { seconds: Math.min(waitSeconds, Math.ceil(left / 1000)), etag: last?.etag ?? null }
    const { seen, hasWaited } = await askPatiently(() => api.read(id, waiting, signal), patience)
    if (seen !== null) {
      last = seen
      onSeen(seen)
      if (isFinal(seen.scan.status)) return seen
      pause = seen.retryAfterMillis ?? pause
    }
    const canWait = hasWaited || (waiting.etag === null && last?.etag != null)
    const pauseMillis = canWait
      ? shortestPauseMillis
      : Math.min(Math.max(pause ?? usualPauseMillis, shortestPauseMillis), longestPauseMillis)
    if (last !== null && performance.now() + pauseMillis > until) return last
    await sleep(pauseMillis, undefined, { signal })
  }
}
