/** Results that may wait for an earlier one, for each that may run: a slow target does not stop those behind it at once. */
const waitingPerRunning = 8

/**
 * Works on many items (the work never rejects), at most `concurrency` side by side, and gives the results in the order of the items, each as soon as its turn has come.
 * Reads no further ahead than it may keep, so memory stays bounded however long the source is.
 */
export async function* inOrder<Item, Result>(
  source: AsyncIterable<Item>,
  concurrency: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const turns = limit(concurrency)
  const results: Promise<Result>[] = []
  const items = source[Symbol.asyncIterator]()
  let next: Promise<IteratorResult<Item>> | null = items.next()
  for (;;) {
    const [head] = results
    const hasRoom = results.length < concurrency * waitingPerRunning
    if (!next && !head) return
    const event = await Promise.race([
      ...(next && hasRoom ? [next.then((item) => ({ item }))] : []),
      ...(head ? [head.then((result) => ({ result }))] : []),
    ])
    if ('result' in event) {
      void results.shift()
      yield event.result
    } else if (event.item.done) {
      next = null
    } else {
      const { value } = event.item
      results.push(turns(() => work(value)))
      next = items.next()
    }
  }
}

/** Runs what it is given, no more than `concurrency` at once, first come first served. */
function limit(concurrency: number) {
  let running = 0
  const waiting: (() => void)[] = []
  return async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (running >= concurrency) await new Promise<void>((resolve) => waiting.push(resolve))
    else running++
    try {
      return await work()
    } finally {
      // The place is handed on, not freed: nobody who comes later may take it.
      const first = waiting.shift()
      if (first) first()
      else running--
    }
  }
}
