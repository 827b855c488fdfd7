import type { Asked, Operations } from '../../../client/index.ts'

type KeptFinding = Operations['GET /v1/findings']['answer']['findings'][number]
type Body = Asked<'POST /v1/findings/decisions'>['body']

/** As many as the API decides at once. */
export const decidedAtMost = 500

/** Lists no longer than that, in the same order. */
export const portions = <Item>(items: readonly Item[]): Item[][] =>
  Array.from({ length: Math.ceil(items.length / decidedAtMost) }, (_, i) =>
    items.slice(i * decidedAtMost, (i + 1) * decidedAtMost),
  )

/** What to send to have each finding decided as it is now: one for those that were decided alike. */
export function formerDecisions(
  findings: readonly Pick<KeptFinding, 'id' | 'decision' | 'decidedUntil' | 'decidedReason'>[],
): Body[] {
  const alike = Map.groupBy(findings, ({ decision, decidedUntil, decidedReason }) =>
    JSON.stringify([decision, decidedUntil, decidedReason]),
  )
  return [...alike.values()].flatMap(portions).map((group) => {
    const { decision, decidedUntil, decidedReason } = group[0]!
    const ids = group.map(({ id }) => id)
    return decision === 'none' ? { ids, decision } : { ids, decision, until: decidedUntil, reason: decidedReason ?? '' }
  })
}
