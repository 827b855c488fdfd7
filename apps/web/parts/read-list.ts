import { readTags } from '../pages/target/tags.ts'

/** What was typed with commas between; null where there is nothing. */
export function readList(text: string): string[] | null {
  const items = readTags(text)
  return items.length === 0 ? null : items
}

/** The last second of a day (`2027-01-31`) where the reader is; null for ''. */
export const endOfDay = (day: string): string | null => (day === '' ? null : new Date(`${day}T23:59:59`).toISOString())
