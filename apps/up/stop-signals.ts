export interface StopSignals {
  /** Drain and stop. */
  readonly stop: AbortSignal
  /** Asked a second time: do not wait for what is running. */
  readonly hurry: AbortSignal
}

// Ctrl-C reaches us from the terminal and, a moment later, once more from npm.
const sameSignalMillis = 1000

/** Listens for everything that asks this process to end: a signal, its terminal closing, the parent that started it being gone. */
export function stopSignals(): StopSignals {
  const stop = new AbortController()
  const hurry = new AbortController()
  let firstAt = 0
  const ask = () => {
    if (!stop.signal.aborted) firstAt = performance.now()
    else if (performance.now() - firstAt > sameSignalMillis) hurry.abort()
    stop.abort()
  }
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, ask)
  if (process.connected) process.on('disconnect', ask)
  // A terminal that is gone takes no more words, which is no reason to leave processes behind.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  return { stop: stop.signal, hurry: hurry.signal }
}
