import type { Operations } from '../../../client/index.ts'

type Part = Operations['POST /v1/instance/scans/acts']['answer']

export interface PartAsked {
  /** How many are left, by what was seen before the first part. */
  readonly expectedCount: number
  readonly after?: string
}

export interface Outcome {
  readonly all: number
  readonly done: number
  readonly skipped: Readonly<Record<string, number>>
  /** Left when a part was refused, since other scans matched by then or nobody answered. */
  readonly notReached: number
}

/** Acts on all that were counted, part by part, each behind the one before. A part that is refused (null) ends it: what was done stays done. */
export async function actInParts(
  count: number,
  act: (part: PartAsked) => Promise<Part | null>,
  onPart: (outcome: Outcome) => void = () => {},
): Promise<Outcome> {
  let outcome: Outcome = { all: count, done: 0, skipped: {}, notReached: count }
  let after: string | null = null
  do {
    const part: Part | null = await act({
      expectedCount: outcome.notReached,
      ...(after === null ? {} : { after }),
    })
    if (part === null) return outcome
    outcome = add(outcome, part)
    onPart(outcome)
    after = part.next
  } while (after !== null)
  return outcome
}

function add({ all, done, skipped, notReached }: Outcome, part: Part): Outcome {
  const sum = { ...skipped }
  for (const [why, count] of Object.entries(part.skipped)) sum[why] = (sum[why] ?? 0) + count
  const reached = part.done + skippedIn(part)
  return { all, done: done + part.done, skipped: sum, notReached: Math.max(0, notReached - reached) }
}

export const skippedIn = ({ skipped }: Pick<Outcome, 'skipped'>): number =>
  Object.values(skipped).reduce((sum, count) => sum + count, 0)
