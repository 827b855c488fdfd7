import type { formats as english } from '../en/formats.ts'

const months = 'Januar Februar März April Mai Juni Juli August September Oktober November Dezember'.split(' ')

/** `26. November 2026, 09:42 UTC`; was kein Zeitpunkt ist, bleibt, wie es ist. */
function instant(iso: string): string {
  const [, year, month, day, time] = /^(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d)/.exec(iso) ?? []
  return day === undefined ? iso : `${Number(day)}. ${months[Number(month) - 1]} ${year}, ${time} UTC`
}

/** Wie Zeitpunkte und Zahlen geschrieben werden, stets in UTC. */
export const formats: typeof english = {
  instant,
  longInstant: instant,
  number: (count) => String(count).replaceAll(/\B(?=(\d{3})+(?!\d))/g, '.'),
}
