/** @throws the signal's reason, at once when it aborts */
export function sleep(millis: number, signal?: AbortSignal): Promise<void> {
  return new Promise((done, fail) => {
    signal?.throwIfAborted()
    const stop = () => {
      clearTimeout(timer)
      fail(signal?.reason as Error)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      done()
    }, millis)
    signal?.addEventListener('abort', stop, { once: true })
  })
}
