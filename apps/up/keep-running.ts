import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'

/** Something that runs until it ends by itself or is stopped. */
export interface Running {
  /** How it ended, in a few words. Never rejects. */
  readonly exited: Promise<string>
  /** Asks it to end and waits until it has. */
  stop(): Promise<void>
}

export interface Care {
  /** What people call it: `API`, `Worker 1`. */
  readonly name: string
  readonly begin: () => Promise<Running>
  /** Running already. */
  readonly first?: Running
  readonly say: (sentence: string) => void
}

/** How long to wait after so many quick ends in a row: half a second, doubling to half a minute. */
export const pauseMillis = (failures: number) => Math.min(500 * 2 ** failures, 30_000)

/** What ran this long was healthy: its next end counts as the first one. */
const healthyMillis = 60_000

/** Starts it again whenever it ends, after pauses that double, until the signal aborts; then stops it and waits. Never rejects. */
export async function keepRunning({ name, begin, first, say }: Care, stop: AbortSignal): Promise<void> {
  let next = first ? Promise.resolve(first) : begin()
  for (let failures = 0; ; failures++) {
    const startedAt = performance.now()
    const how = await untilEnded(next, stop)
    if (stop.aborted) return
    if (performance.now() - startedAt > healthyMillis) failures = 0
    const pause = pauseMillis(failures)
    say(`${name} ended (${how}). It is started again in ${pause / 1000} s.`)
    await sleep(pause, undefined, { signal: stop }).catch(() => {})
    if (stop.aborted) return
    next = begin()
  }
}

async function untilEnded(starting: Promise<Running>, stop: AbortSignal): Promise<string> {
  try {
    const running = await starting
    const over = new AbortController()
    const stopped = stop.aborted ? [] : once(stop, 'abort', { signal: over.signal }).catch(() => {})
    await Promise.race([running.exited, stopped])
    over.abort()
    if (stop.aborted) await running.stop()
    return await running.exited
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
