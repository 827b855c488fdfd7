import type { DateOrder } from './read-date.ts'

/** How the registries of these top-level domains write numeric dates, where no answer of theirs says so itself. */
export const dateOrders: ReadonlyMap<string, DateOrder> = new Map([
  ['hk', 'day-first'],
  ['il', 'day-first'],
  ['im', 'day-first'],
  ['lu', 'day-first'],
  ['tn', 'day-first'],
])

/** Statuses that hold the date until which they last: `Connected (2010/09/30)` (JPRS), `OK-UNTIL 20131218000000` (in.ua). */
export const statusesWithExpiry: readonly RegExp[] = [/^connected \((\d{4}\/\d{2}\/\d{2})\)$/i, /^ok-until (\d{8})/i]
