import type { Asked } from '../../../client/index.ts'
import { type Filter as FilterOf, filterFrom, saidOf } from '../../filter.ts'

type Query = NonNullable<Asked<'GET /v1/findings'>['query']>

export const severities = ['critical', 'high', 'medium', 'low', 'info'] as const
export const states = ['open', 'regressed', 'fixed'] as const
export const decisions = ['none', 'accepted', 'false-positive'] as const
export const sorts = ['urgency', 'changed'] as const
/** How long ago, as the filter offers it; an address may say any number of days, or an instant. */
export const spans = ['1d', '7d', '30d'] as const

/** The parts of an address that say which findings are shown. */
export const filterNames = [
  'text',
  'state',
  'severity',
  'decision',
  'retested',
  'scanner',
  'target',
  'tag',
  'rule',
  'since',
  'until',
  'sort',
] as const
export type FilterName = (typeof filterNames)[number]
export type Filter = FilterOf<FilterName>

/** Without a word about states what is not fixed is shown: that is what people come for. */
export const notFixed = 'open,regressed'

export const filterOf = (query: Readonly<Record<string, string>>): Filter => filterFrom(filterNames, query)

const hourMillis = 3_600_000

/** `7d` is so many days from the full hour, so that an address asks the same for a while; what else it says is left to the API. */
function instantOf(text: string, sign: 1 | -1, now: number): string {
  const days = /^(\d{1,4})d$/.exec(text)?.[1]
  return days === undefined
    ? text
    : new Date(Math.floor(now / hourMillis) * hourMillis + sign * Number(days) * 24 * hourMillis).toISOString()
}

/** What the API is asked; what the address says wrongly is left to the API to refuse. */
export const askedBy = ({ state, since, until, ...filter }: Filter, now = Date.now()): Query =>
  saidOf({
    ...filter,
    state: state === '' ? notFixed : state === 'all' ? '' : state,
    since: instantOf(since, -1, now),
    acceptedUntil: instantOf(until, 1, now),
  })

/** The same findings whatever their order, as they are counted. */
export function countedBy(filter: Filter, now = Date.now()): Omit<Query, 'sort' | 'limit' | 'cursor'> {
  const { sort: _, ...asked } = askedBy(filter, now)
  return asked
}

/** `high` → `critical,high`: that severity and whatever is worse. */
export const andWorse = (severity: (typeof severities)[number]): string =>
  severities.slice(0, severities.indexOf(severity) + 1).join(',')

/** The list with this value in it, or without it where it was: in the order of `all`, '' for none and for all of them. */
export function toggled(list: string, value: string, all: readonly string[]): string {
  const chosen = new Set(list === '' ? [] : list.split(','))
  if (!chosen.delete(value)) chosen.add(value)
  return chosen.size === all.length ? '' : all.filter((one) => chosen.has(one)).join(',')
}

export const isSame = (a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])].every((name) => (a[name] ?? '') === (b[name] ?? ''))
