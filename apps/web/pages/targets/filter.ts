import type { Asked } from '../../../client/index.ts'
import { type Filter as FilterOf, filterFrom, saidOf } from '../../filter.ts'

type Query = NonNullable<Asked<'GET /v1/targets'>['query']>

export const proofs = ['proved', 'attested', 'lapsed', 'none'] as const

/** The parts of an address that say which targets are shown. */
const names = ['text', 'tag', 'proof', 'untold', 'archived'] as const
export type Filter = FilterOf<(typeof names)[number]>

export const filterOf = (query: Readonly<Record<string, string>>): Filter => filterFrom(names, query)

export const askedBy = (filter: Filter): Query => saidOf(filter)
