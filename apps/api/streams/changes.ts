import { setTimeout as sleep } from 'node:timers/promises'
import type { Bus, Topic } from '#db/bus.ts'

export interface Changes {
  /** True once when something may have changed since it was last asked. */
  readonly takeNews: () => boolean
  /** Waits for a word about the thing or about credentials, or until the time is over. */
  readonly wait: (millis: number) => Promise<void>
  /** Ends a wait. */
  readonly stir: () => void
  readonly close: () => void
}

/** Hears when a thing may have a new version, or a credential has changed. */
export function changesOf(bus: Pick<Bus, 'on' | 'onGap'>, topic: Topic, thingId: string): Changes {
  let isNews = true
  let wake = new AbortController()
  const stir = () => wake.abort()
  const news = () => {
    isNews = true
    stir()
  }
  const offs = [bus.on(topic, (id) => id === thingId && news()), bus.on('credential', stir), bus.onGap(news)]
  return {
    takeNews() {
      const was = isNews
      isNews = false
      return was
    },
    async wait(millis) {
      await sleep(millis, undefined, { signal: wake.signal }).catch(() => {})
      wake = new AbortController()
    },
    stir,
    close: () => offs.forEach((off) => off()),
  }
}
