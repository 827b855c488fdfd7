export interface Life {
  readonly beganAt: string | null
  readonly expiresAt: string
  readonly soonDays: number
}

const dayMillis = 86_400_000

/** Whole days until the end; below nought once it is over, from its first moment on. */
export function daysLeft({ expiresAt }: Pick<Life, 'expiresAt'>, now: number): number {
  const days = (Date.parse(expiresAt) - now) / dayMillis
  return days >= 0 ? Math.floor(days) : Math.min(-1, Math.ceil(days))
}

/** Over, or nearer to its end than what renews itself lets it come. */
export const needsSomebody = (life: Life, now: number): boolean => daysLeft(life, now) <= life.soonDays

export interface Axis {
  readonly from: number
  readonly to: number
}

/** From three months back to the last end shown, a year ahead at most: beyond that bars run out of the picture. */
export function axisOf(lives: readonly Life[], now: number): Axis {
  const last = Math.max(now + 30 * dayMillis, ...lives.map(({ expiresAt }) => Date.parse(expiresAt)))
  return { from: now - 90 * dayMillis, to: Math.min(last + 5 * dayMillis, now + 366 * dayMillis) }
}

/** Where an instant stands on the axis, in per cent, kept within it. */
export const at = ({ from, to }: Axis, instant: number): number =>
  Math.min(100, Math.max(0, (100 * (instant - from)) / (to - from)))

/** The first of each month on the axis. */
export function monthsOn({ from, to }: Axis): number[] {
  const first = new Date(from)
  const months: number[] = []
  for (let month = 1; ; month += 1) {
    const instant = Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + month, 1)
    if (instant > to) return months
    months.push(instant)
  }
}

/** What lies outside the calendar: ended before this month, and ending after its last one. */
export function outside<Row extends Pick<Life, 'expiresAt'>>(
  rows: readonly Row[],
  now: number,
  count: number,
): { readonly ended: Row[]; readonly later: Row[] } {
  const months = byMonth<Row>([], now, count + 1).map(([month]) => month)
  return {
    ended: rows.filter(({ expiresAt }) => expiresAt < months[0]!),
    later: rows.filter(({ expiresAt }) => expiresAt >= months[count]!),
  }
}

/** What ends in each of the next months, empty ones too, by `2026-11`. */
export function byMonth<Row extends Pick<Life, 'expiresAt'>>(
  rows: readonly Row[],
  now: number,
  count: number,
): [string, Row[]][] {
  const today = new Date(now)
  return Array.from({ length: count }, (_, i) => {
    const month = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + i, 1)).toISOString().slice(0, 7)
    return [month, rows.filter(({ expiresAt }) => expiresAt.startsWith(month))]
  })
}
