import type { Judgement } from '#db/model/finding.ts'
import type { RunStatus } from '#db/model/scan.ts'

/**
 * How many checks a run made, and how many of them it could not tell, by reason. One that judged nothing and did not complete told nothing at all: how many checks that were nobody knows, so it counts as one,
 * with the reason of its end.
 */
export function leftOpen({
  status,
  reason,
  judgements,
}: {
  readonly status: RunStatus
  readonly reason: string | null
  readonly judgements: readonly Pick<Judgement, 'verdict' | 'reason'>[]
}): { readonly checks: number; readonly untold: ReadonlyMap<string, number> } {
  if (judgements.length === 0)
    return status === 'completed'
      ? { checks: 0, untold: new Map() }
      : { checks: 1, untold: new Map([[reason ?? status, 1]]) }
  const unknown = judgements.filter(({ verdict }) => verdict === 'unknown')
  const untold = Map.groupBy(unknown, (one) => one.reason ?? 'internal')
  return { checks: judgements.length, untold: new Map([...untold].map(([reason, ones]) => [reason, ones.length])) }
}
