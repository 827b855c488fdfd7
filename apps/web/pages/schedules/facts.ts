import type { Operations } from '../../../client/index.ts'

export type Schedule = Operations['GET /v1/schedules/{id}']['answer']
export type Facts = Operations['POST /v1/schedules']['input']['body']
export type Moment = Operations['POST /v1/schedules/preview']['input']['body']

type Scanners = Readonly<Record<string, unknown>>

/** When it is due, by one of the two rhythms. */
export const momentOf = (rhythm: 'cron' | 'every', cron: string, everySeconds: string, zone: string): Moment =>
  rhythm === 'cron' ? { cron: cron.trim(), zone } : { everySeconds: Number(everySeconds), zone }

/**
 * What is scanned; null where nothing was named although not all are meant: to the API neither tags nor targets is every target.
 */
export function targetsOf(
  which: 'all' | 'some',
  tags: readonly string[],
  ids: readonly string[],
): NonNullable<Facts['targets']> | null {
  if (which === 'all') return {}
  if (tags.length === 0 && ids.length === 0) return null
  return { ...(tags.length === 0 ? {} : { tags: [...tags] }), ...(ids.length === 0 ? {} : { ids: [...ids] }) }
}

/** The chosen scanners with the options they had, and those had before that are not known here; null for all with their defaults. */
export function scannersOf(
  chosen: readonly string[],
  known: readonly string[],
  before: Scanners | null,
): Record<string, unknown> | null {
  if (before === null && chosen.length === known.length) return null
  const unknown = Object.keys(before ?? {}).filter((name) => !known.includes(name))
  return Object.fromEntries([...chosen, ...unknown].map((name) => [name, before?.[name] ?? {}]))
}

/** Only what is another than before: a timing that is sent anew is counted anew from now. */
export function changesOf(before: Schedule, facts: Facts): Facts {
  const timing = ['cron', 'everySeconds', 'zone'] as const
  const isTimingSame = timing.every((name) => (facts[name] ?? null) === before[name])
  const had: Readonly<Record<string, unknown>> = { ...before, targets: withoutNulls(before.targets) }
  return Object.fromEntries(
    Object.entries(facts).filter(([name, value]) =>
      timing.some((one) => one === name) ? !isTimingSame : !isSame(value, had[name]),
    ),
  )
}

const withoutNulls = (facts: object) => Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== null))

/** The order of names says nothing. */
const isSame = (one: unknown, other: unknown) => sorted(one) === sorted(other)
const sorted = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
