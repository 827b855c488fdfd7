import type { Asked } from '../../../client/index.ts'

type Query = NonNullable<Asked<'GET /v1/targets'>['query']>

export const proofs = ['proved', 'attested', 'lapsed', 'none'] as const

/** The parts of an address that say which targets are shown; all are texts, '' for what is not said. */
const names = ['text', 'tag', 'proof', 'untold', 'archived'] as const
export type Filter = Readonly<Record<(typeof names)[number], string>>

export const filterOf = (query: Readonly<Record<string, string>>): Filter =>
  Object.fromEntries(names.map((name) => [name, query[name] ?? ''])) as Filter

/** What the API is asked; what the address says wrongly is left to the API to refuse. */
export const askedBy = (filter: Filter): Query =>
  Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== '')) as Query
