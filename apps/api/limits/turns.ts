/** Gives back a place. */
export type Leave = () => void

export interface WriteTurns {
  /** A place, at once or when others have left; null where too many wait already, or it took too long. */
  enter(key: string): Promise<Leave | null>
}

/**
 * Each key has a few requests under way at a time and a line of bounded length for the rest: whoever sends more than is served waits in his own line, and not
 * with every connection of the database in his hands.
 */
export function createTurns({
  running,
  waiting,
  patienceMillis,
}: {
  readonly running: number
  readonly waiting: number
  readonly patienceMillis: number
}): WriteTurns {
  const lines = new Map<string, { running: number; waiting: ((isYours: boolean) => void)[] }>()
  return {
    async enter(key) {
      const line = lines.get(key) ?? { running: 0, waiting: [] }
      lines.set(key, line)
      const leave = () => {
        const next = line.waiting.shift()
        if (next) return next(true)
        line.running--
        if (line.running === 0) lines.delete(key)
      }
      if (line.running < running) {
        line.running++
        return leave
      }
      if (line.waiting.length >= waiting) return null
      const isMine = await new Promise<boolean>((settle) => {
        const timer = setTimeout(() => {
          line.waiting = line.waiting.filter((one) => one !== settleOnce)
          settle(false)
        }, patienceMillis)
        const settleOnce = (isYours: boolean) => {
          clearTimeout(timer)
          settle(isYours)
        }
        line.waiting.push(settleOnce)
      })
      return isMine ? leave : null
    },
  }
}
