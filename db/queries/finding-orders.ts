import { type RawBuilder, sql } from 'kysely'

export const findingSorts = ['urgency', 'changed', 'newest', 'oldest', 'lastConfirmed', 'target'] as const
export type FindingSort = (typeof findingSorts)[number]

interface Order {
  readonly keys: readonly { readonly of: RawBuilder<unknown>; readonly type: RawBuilder<unknown> }[]
  readonly way: 'asc' | 'desc'
}

const key = (of: RawBuilder<unknown>, type: RawBuilder<unknown>) => ({ of, type })
const id = key(sql`finding.id`, sql`uuid`)
const instant = (of: RawBuilder<unknown>) => key(of, sql`timestamptz`)

/** By what a list is sorted, each led by an index: the last key tells any two apart, and all go one way, so that one comparison of rows finds the next page. */
const orders: Readonly<Record<FindingSort, Order>> = {
  urgency: { keys: [key(sql`finding.urgency`, sql`integer`), instant(sql`finding.changed_at`), id], way: 'desc' },
  changed: { keys: [instant(sql`finding.changed_at`), id], way: 'desc' },
  newest: { keys: [instant(sql`finding.opened_at`), id], way: 'desc' },
  oldest: { keys: [instant(sql`finding.opened_at`), id], way: 'asc' },
  lastConfirmed: { keys: [instant(sql`coalesce(finding.last_confirmed_at, finding.opened_at)`), id], way: 'asc' },
  target: { keys: [key(sql`target.canonical`, sql`text`), id], way: 'asc' },
}

export const orderOf = (sort: FindingSort) => {
  const { keys, way } = orders[sort]
  const going = way === 'asc' ? sql`asc` : sql`desc`
  return {
    by: sql`${sql.join(keys.map(({ of }) => sql`${of} ${going}`))}`,
    /** What a page is continued from, each as Postgres writes it. */
    place: sql<string[]>`array[${sql.join(keys.map(({ of }) => sql`${of}::text`))}]`,
    isAfter: (place: readonly string[]) =>
      sql<boolean>`(${sql.join(keys.map(({ of }) => of))}) ${way === 'asc' ? sql`>` : sql`<`} (${sql.join(
        keys.map(({ type }, i) => sql`${place[i]}::${type}`),
      )})`,
  }
}
