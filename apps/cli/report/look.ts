import { inert } from '#db/model/inert.ts'
import { count } from '../layout.ts'
import type { Finding } from '../scan-document.ts'
import type { Paint } from '../terminal.ts'

export interface Look {
  readonly width: number
  readonly paint: Paint
}

/** `5432/tcp at 192.0.2.1`. */
export const placeOf = ({ subject, address }: Pick<Finding, 'subject' | 'address'>) =>
  inert(address === null || address === subject ? subject : `${subject} at ${address}`)

const shown = 8

/** The first few of a list; how many more there are is said, never left out. */
export function listed(items: readonly string[]): string {
  const first = items.slice(0, shown).join(', ')
  return items.length > shown ? `${first} and ${count(items.length - shown)} more (all of them with --json)` : first
}

/** Groups in the order of their first member. */
export const grouped = <Item>(items: readonly Item[], keyOf: (item: Item) => string) => [...Map.groupBy(items, keyOf)]
