/** One visit of somebody to the overview: what counts as new stays new while it lasts, also when the page is loaded anew. */
export interface Visit {
  /** When they had last looked before it; null for never. */
  readonly since: string | null
  /** When this visit was last seen going on. */
  readonly seenAt: number
}

/** Whoever comes back after longer begins another visit. */
export const visitMillis = 30 * 60_000
/** Whoever looks for so long has looked. */
export const lookMillis = 10_000

/** The visit that still goes on, as it was kept; null where none does. */
export function visitIn(kept: string | null, now: number): Visit | null {
  if (kept === null) return null
  try {
    const { since, seenAt } = (JSON.parse(kept) ?? {}) as Partial<Visit>
    if ((since !== null && typeof since !== 'string') || typeof seenAt !== 'number') return null
    return now - seenAt < visitMillis && now >= seenAt ? { since, seenAt } : null
  } catch {
    return null // somebody else's
  }
}

/** What to ask the API for: before it was ever looked at all counts, which is since the beginning of time. */
export const sinceOf = ({ since }: Visit): string => since ?? '1970-01-01T00:00:00.000Z'
