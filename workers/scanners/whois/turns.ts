const turns = new Map<string, Promise<unknown>>()

/** Lets this process ask each server one question at a time. When `signal` aborts nobody waits any more: the door answers at once then. */
export async function inTurn<Answer>(server: string, signal: AbortSignal, ask: () => Promise<Answer>): Promise<Answer> {
  const before = turns.get(server) ?? Promise.resolve()
  const turn = Promise.withResolvers<void>()
  const queue = before.then(() => turn.promise)
  turns.set(server, queue)
  try {
    await Promise.race([before, aborted(signal)])
    return await ask()
  } finally {
    turn.resolve()
    void queue.then(() => turns.get(server) === queue && turns.delete(server))
  }
}

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
