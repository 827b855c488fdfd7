import type { Instance } from './http.ts'
import { askPatiently } from './patience.ts'
import { type Accepted, type Followable, pollScan, type ReadScan, type Seen, type Waiting } from './scans.ts'
import { sleep } from './sleep.ts'

const shortestPauseMillis = 200
const longestPauseMillis = 10_000
const usualPauseMillis = 1000
/** Well within the time that a request may take. */
const waitSeconds = 10

export interface Following<Read> {
  /** When to give up, by `performance.now()`. */
  readonly until: number
  /** How long the API may stay away. */
  readonly silentMillis: number
  readonly signal?: AbortSignal | undefined
  readonly onSeen?: ((seen: Seen<Read>) => void) | undefined
}

const endings: readonly Followable['status'][] = ['completed', 'failed', 'cancelled', 'refused']

export const isFinal = (status: Followable['status']): boolean => endings.includes(status)

/**
 * Follows a scan until it has ended, through restarts of the API: waits for each change, or where an API cannot wait polls at the pace that it asks for.
 * @returns the last that was seen: not ended where time ran out
 * @throws Problem, NotPortlight, NoAnswer
 */
export async function followScan<Read extends Followable>(
  instance: Instance,
  { id, retryAfterMillis }: Pick<Accepted, 'id' | 'retryAfterMillis'>,
  read: ReadScan<Read>,
  { until, silentMillis, signal, onSeen }: Following<Read>,
): Promise<Seen<Read>> {
  let last: Seen<Read> | null = null
  let pause = retryAfterMillis
  for (;;) {
    const left = until - performance.now()
    const patience = { busyMillis: left, silentMillis: Math.min(left, silentMillis), signal }
    const waiting: Waiting = { seconds: Math.min(waitSeconds, Math.ceil(left / 1000)), etag: last?.etag ?? null }
    const { seen, hasWaited } = await askPatiently(() => pollScan(instance, id, waiting, read, signal), patience)
    if (seen !== null) {
      last = seen
      onSeen?.(seen)
      if (isFinal(seen.scan.status)) return seen
      pause = seen.retryAfterMillis ?? pause
    }
    const canWait = hasWaited || (waiting.etag === null && last?.etag != null)
    const pauseMillis = canWait
      ? shortestPauseMillis
      : Math.min(Math.max(pause ?? usualPauseMillis, shortestPauseMillis), longestPauseMillis)
    if (last !== null && performance.now() + pauseMillis > until) return last
    await sleep(pauseMillis, signal)
  }
}
