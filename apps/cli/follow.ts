import { setTimeout as sleep } from 'node:timers/promises'
import { isFinal } from '#db/model/scan.ts'
import type { Accepted, Api, Seen } from './api.ts'
import { askPatiently } from './patience.ts'

const shortestPauseMillis = 200
const longestPauseMillis = 10_000
const usualPauseMillis = 1000

export interface Following {
  /** When to give up, by `performance.now()`. */
  readonly until: number
  /** How long the API may stay away. */
  readonly silentMillis: number
  readonly signal: AbortSignal
  readonly onSeen: (seen: Seen) => void
}

/**
 * Polls a scan until it has ended, through restarts of the API, at the pace that the API asks for.
 * @returns the last that was seen: not ended where time ran out
 * @throws Problem, NotPortlight, NoAnswer
 */
export async function followScan(api: Api, { id, retryAfterMillis }: Accepted, following: Following): Promise<Seen> {
  const { until, silentMillis, signal, onSeen } = following
  let pause = retryAfterMillis
  for (;;) {
    const left = until - performance.now()
    const patience = { busyMillis: left, silentMillis: Math.min(left, silentMillis), signal }
    const seen = await askPatiently(() => api.read(id, signal), patience)
    onSeen(seen)
    if (isFinal(seen.scan.status)) return seen
    pause = seen.retryAfterMillis ?? pause ?? usualPauseMillis
    const pauseMillis = Math.min(Math.max(pause, shortestPauseMillis), longestPauseMillis)
    if (performance.now() + pauseMillis > until) return seen
    await sleep(pauseMillis, undefined, { signal })
  }
}
