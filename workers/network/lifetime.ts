/** What is open or under way behind one door. When the run's signal aborts, all of it ends at once. */
export interface Lifetime {
  readonly isOver: boolean
  /** Calls `end` once the run is over; the answer takes it off the list again. Who begins something looks at `isOver` first. */
  add(end: () => void): () => void
}

/** One listener on the signal, however many thousand sockets there are. */
export function createLifetime(signal: AbortSignal): Lifetime {
  const ends = new Set<() => void>()
  signal.addEventListener(
    'abort',
    () => {
      for (const end of ends) end()
      ends.clear()
    },
    { once: true },
  )
  return {
    get isOver() {
      return signal.aborted
    },
    add: (end) => {
      ends.add(end)
      return () => ends.delete(end)
    },
  }
}

/**
 * A time-out that looks once more before it calls: an answer that already lies in the kernel counts, however long our own
 * process was busy. Timers run before sockets are read, `setImmediate` after (Node.js: the event loop's phases).
 */
export function afterSilence(millis: number, call: () => void): () => void {
  let immediate: NodeJS.Immediate | undefined
  const timer = setTimeout(() => {
    immediate = setImmediate(call)
  }, millis)
  return () => {
    clearTimeout(timer)
    clearImmediate(immediate)
  }
}
