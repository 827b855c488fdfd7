import type { Bus } from '#db/bus.ts'

const keptAtMost = 1000

/** Hears which scans shall end, or pause, from the first moment: a word that comes between a claim and its listener is kept for it. */
export function followWord(
  bus: Pick<Bus, 'on'>,
  word: 'cancel' | 'pause',
): (scanId: string, listener: () => void) => () => void {
  const listeners = new Map<string, () => void>()
  const heard = new Set<string>()
  bus.on(word, (scanId) => {
    const listener = listeners.get(scanId)
    if (listener) return listener()
    heard.add(scanId)
    if (heard.size > keptAtMost) for (const oldest of heard.values().take(1)) heard.delete(oldest)
  })
  return (scanId, listener) => {
    listeners.set(scanId, listener)
    if (heard.delete(scanId)) listener()
    return () => {
      if (listeners.get(scanId) === listener) listeners.delete(scanId)
    }
  }
}
