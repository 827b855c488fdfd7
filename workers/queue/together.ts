import { forNobody } from '#db/cause.ts'

/**
 * Does what is asked in goes, so many at a time: everything that is asked while they are under way shares the next one, so that the busier it gets the less
 * each costs. `work` answers in the order of the asks; where it throws, each of its asks does.
 */
export function together<Ask, Answer>(
  work: (asks: readonly Ask[]) => Promise<readonly Answer[]>,
  { asksAtMost, goesAtOnce = 1 }: { readonly asksAtMost: number; readonly goesAtOnce?: number },
): (ask: Ask) => Promise<Answer> {
  interface Waiting {
    readonly ask: Ask
    readonly resolve: (answer: Answer) => void
    readonly reject: (error: unknown) => void
  }
  let waiting: Waiting[] = []
  let goes = 0

  const goOn = async () => {
    goes++
    while (waiting.length > 0) {
      const go = waiting.slice(0, asksAtMost)
      waiting = waiting.slice(asksAtMost)
      try {
        const answers = await work(go.map(({ ask }) => ask))
        for (const [i, { resolve }] of go.entries()) resolve(answers[i]!)
      } catch (error) {
        for (const { reject } of go) reject(error)
      }
    }
    goes--
  }
  return (ask) =>
    new Promise((resolve, reject) => {
      waiting.push({ ask, resolve, reject })
      if (goes < goesAtOnce) void forNobody(goOn)
    })
}
