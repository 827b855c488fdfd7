/**
 * Does what is asked in goes, one after the other: everything that is asked while a go is under way shares the next one, so that the busier it gets the less
 * each costs. `work` answers in the order of the asks; where it throws, each of its asks does.
 */
export function together<Ask, Answer>(
  work: (asks: readonly Ask[]) => Promise<readonly Answer[]>,
  atMost: number,
): (ask: Ask) => Promise<Answer> {
  interface Waiting {
    readonly ask: Ask
    readonly resolve: (answer: Answer) => void
    readonly reject: (error: unknown) => void
  }
  let waiting: Waiting[] = []
  let isBusy = false

  const goOn = async () => {
    isBusy = true
    while (waiting.length > 0) {
      const go = waiting.slice(0, atMost)
      waiting = waiting.slice(atMost)
      try {
        const answers = await work(go.map(({ ask }) => ask))
        for (const [i, { resolve }] of go.entries()) resolve(answers[i]!)
      } catch (error) {
        for (const { reject } of go) reject(error)
      }
    }
    isBusy = false
  }
  return (ask) =>
    new Promise((resolve, reject) => {
      waiting.push({ ask, resolve, reject })
      if (!isBusy) void goOn()
    })
}
