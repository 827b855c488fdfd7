import { splitOutsideQuotes } from './blanks.ts'
import type { Field } from './head.ts'

/** The values of every field of this name, in order. */
export const valuesOf = (fields: readonly Field[], name: string): string[] =>
  fields.filter((field) => field.name.toLowerCase() === name).map(({ value }) => value)

/** The members of a field that is a list: all its lines as one, split at commas outside quotes (Fetch, "get, decode, and split"). */
export function membersOf(fields: readonly Field[], name: string): string[] {
  const values = valuesOf(fields, name)
  return values.length === 0 ? [] : splitOutsideQuotes(values.join(', '), ',')
}
