import type { formats as english } from '../en/formats.ts'

const months = 'Januar Februar März April Mai Juni Juli August September Oktober November Dezember'.split(' ')

/** `26. November 2026`; was kein Tag ist, bleibt, wie es ist. */
function day(iso: string): string {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)/.exec(iso) ?? []
  return day === undefined ? iso : `${Number(day)}. ${months[Number(month) - 1]} ${year}`
}

/** `26. November 2026, 09:42 UTC`. */
function instant(iso: string): string {
  const time = /T(\d\d:\d\d)/.exec(iso)?.[1]
  return time === undefined ? day(iso) : `${day(iso)}, ${time} UTC`
}

/** Wie Zeitpunkte und Zahlen geschrieben werden, stets in UTC. */
export const formats: typeof english = {
  instant,
  longInstant: instant,
  day,
  number: (count) => String(count).replaceAll(/\B(?=(\d{3})+(?!\d))/g, '.'),
}
