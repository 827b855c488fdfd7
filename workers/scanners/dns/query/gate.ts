/** Runs a task when its turn comes. */
export type Gate = <T>(task: () => Promise<T>) => Promise<T>

/** Lets `width` tasks run at once; the others wait in their order. */
export function createGate(width: number): Gate {
  let free = width
  const waiting: (() => void)[] = []
  return async (task) => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await task()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free += 1
    }
  }
}
