import { setTimeout as sleep } from 'node:timers/promises'
import type { Bus } from '#db/bus.ts'
import type { Db } from '#db/connect.ts'
import { beat, forgetWorker, type Heartbeat } from '#db/queries/workers.ts'

const beatMillis = 2000

export interface Heart {
  /** True while an admin wants this worker to take no more work. */
  readonly isDraining: () => boolean
  /** The worker is gone: nobody looks for it any more. */
  stop(): Promise<void>
}

/** Says every two seconds that this worker lives, and hears whether it shall take work: at once by the bus, and at each beat, in case that a word is lost. */
export function keepBeating(
  db: Db,
  bus: Pick<Bus, 'on' | 'onGap'>,
  facts: Omit<Heartbeat, 'isDraining' | 'memoryBytes'>,
  { isStopping, onChange }: { readonly isStopping: () => boolean; readonly onChange: (isDraining: boolean) => void },
): Heart {
  const over = new AbortController()
  let isDraining = false
  let beating: Promise<void> | null = null
  const beatOnce = async () => {
    const said = { ...facts, memoryBytes: process.memoryUsage.rss(), isDraining: isDraining || isStopping() }
    // What was wanted last stays in force while the database is away.
    const isAsked = await beat(db, said).catch(() => null)
    if (isAsked === null || isAsked === isDraining || over.signal.aborted) return
    isDraining = isAsked
    onChange(isDraining)
    // So that whoever asked sees at once that it was heard.
    await beat(db, { ...said, isDraining: isDraining || isStopping() }).catch(() => {})
  }
  const now = () => (beating ??= beatOnce().finally(() => (beating = null)))
  bus.on('worker', (id) => void (id === facts.id && now()))
  bus.onGap(() => void now())
  const keeping = (async () => {
    while (!over.signal.aborted) {
      await now()
      await sleep(beatMillis, undefined, { signal: over.signal }).catch(() => {})
    }
  })()
  return {
    isDraining: () => isDraining,
    stop: async () => {
      over.abort()
      await keeping
      await beating
      await forgetWorker(db, facts.id).catch(() => {})
    },
  }
}
