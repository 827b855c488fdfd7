import { setTimeout as sleep } from 'node:timers/promises'

const lookMillis = 10_000
const idleMillis = 60_000

export interface Watched {
  /** True when a scan waits that this worker could have taken. */
  readonly isAnyWaiting: () => Promise<boolean>
  /** Jobs that run here now. */
  readonly running: () => number
  /** When the last one began or ended, by performance.now(). */
  readonly lastSeenMillis: () => number
}

/** Resolves when this worker hears no bell although scans wait: twice in a row, so that one which has just come is no alarm. Never resolves after the signal. */
export async function untilStuck(
  { isAnyWaiting, running, lastSeenMillis }: Watched,
  signal: AbortSignal,
): Promise<void> {
  let alarms = 0
  while (alarms < 2) {
    await sleep(lookMillis, undefined, { signal })
    const isIdle = running() === 0 && performance.now() - lastSeenMillis() > idleMillis
    alarms = isIdle && (await isAnyWaiting().catch(() => false)) ? alarms + 1 : 0
  }
}
