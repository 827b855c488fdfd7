import type { Asked } from '../../../client/index.ts'

type Query = NonNullable<Asked<'GET /v1/findings'>['query']>

export const severities = ['critical', 'high', 'medium', 'low', 'info'] as const
export const states = ['open', 'regressed', 'fixed'] as const
export const decisions = ['none', 'accepted', 'false-positive'] as const
export const sorts = ['urgency', 'changed'] as const

/** The parts of an address that say which findings are shown; all are texts, '' for what is not said. */
export const filterNames = [
  'text',
  'state',
  'severity',
  'decision',
  'retested',
  'target',
  'tag',
  'rule',
  'sort',
] as const
export type Filter = Readonly<Record<(typeof filterNames)[number], string>>

/** Without a word about states what is not fixed is shown: that is what people come for. */
export const notFixed = 'open,regressed'

export const filterOf = (query: Readonly<Record<string, string>>): Filter =>
  Object.fromEntries(filterNames.map((name) => [name, query[name] ?? ''])) as Filter

/** What the API is asked; what the address says wrongly is left to the API to refuse. */
export const askedBy = ({ state, ...filter }: Filter): Query =>
  Object.fromEntries(
    Object.entries({ ...filter, state: state === '' ? notFixed : state === 'all' ? '' : state }).filter(
      ([, value]) => value !== '',
    ),
  ) as Query

/** `high` → `critical,high`: that severity and whatever is worse. */
export const andWorse = (severity: (typeof severities)[number]): string =>
  severities.slice(0, severities.indexOf(severity) + 1).join(',')

/** The least severity of such a list; '' for any other list. */
export function leastOf(list: string): string {
  return severities.find((severity) => andWorse(severity) === list) ?? ''
}
