import { setTimeout as sleep } from 'node:timers/promises'
import type { Bus } from '#db/bus.ts'
import type { Db } from '#db/connect.ts'
import { readOutward } from '#db/queries/switches.ts'

const lookMillis = 500

export interface OutwardSwitch {
  isOff(): boolean
  /** Aborts when the switch is thrown; a new one stands for each time that it is on. */
  signal(): AbortSignal
}

/** Follows the switch for outward packets: by the bus, and by looking twice a second, in case that a word is lost. */
export function followOutward(
  db: Db,
  bus: Pick<Bus, 'on' | 'onGap'>,
  onChange: (isOff: boolean) => void,
  stop: AbortSignal,
): OutwardSwitch {
  let isOff = false
  let over = new AbortController()
  let looking: Promise<void> | null = null
  const look = () => (looking ??= lookOnce().finally(() => (looking = null)))
  const lookOnce = async () => {
    // What it was last stays in force while the database is away.
    const seen = await readOutward(db).catch(() => null)
    if (seen === null || seen.isOff === isOff) return
    isOff = seen.isOff
    if (isOff) over.abort()
    else over = new AbortController()
    onChange(isOff)
  }
  bus.on('outward-switch', () => void look())
  bus.onGap(() => void look())
  const keepLooking = async () => {
    while (!stop.aborted) {
      await look()
      await sleep(lookMillis, undefined, { signal: stop }).catch(() => {})
    }
  }
  void keepLooking()
  return { isOff: () => isOff, signal: () => over.signal }
}
