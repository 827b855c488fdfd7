import type { Operations } from '../../../client/index.ts'

export type Alert = Operations['GET /v1/alerts']['answer']['alerts'][number]
type Change = Alert['changes'][number]

/** What is news of a finding that was seen again is its state: `opened` for one that is told for the first time. */
export const newsOf = ({ kind, state }: Pick<Change, 'kind' | 'state'>): Exclude<Change['kind'], 'confirmed'> =>
  kind !== 'confirmed' ? kind : state === 'open' ? 'opened' : state

export interface NewsGroup {
  readonly news: ReturnType<typeof newsOf>
  readonly changes: readonly Change[]
}

/** The same kind of news stands together, in the order in which each first comes. */
export function byNews(changes: readonly Change[]): NewsGroup[] {
  const groups = Map.groupBy(changes, newsOf)
  return [...groups].map(([news, changes]) => ({ news, changes }))
}
