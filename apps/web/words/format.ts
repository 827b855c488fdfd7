import { language } from './language.ts'

// Numbers and times as the reader writes them. Times are in the zone of the reader's machine.

const locale = language === 'en' ? 'en-GB' : 'de-DE'

const integers = new Intl.NumberFormat(locale)
export const number = (value: number): string => integers.format(value)

const exactly = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'long' })
const dates = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' })
const minutes = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })
const clock = new Intl.DateTimeFormat(locale, { timeStyle: 'medium' })
const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'long' })

/** With the zone, and the same in UTC: what a log or a colleague elsewhere can be compared with. */
export const exact = (instant: string): string => `${exactly.format(new Date(instant))} (${instant.slice(11, 19)} UTC)`
export const date = (instant: string): string => dates.format(new Date(instant))
export const dateAndTime = (instant: string): string => minutes.format(new Date(instant))
export const timeOfDay = (instant: string): string => clock.format(new Date(instant))

const steps: readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
]

/** `3 hours ago`, `in 2 days`. */
export function fromNow(instant: string, now = Date.now()): string {
  const seconds = (Date.parse(instant) - now) / 1000
  const step = steps.find(([, length]) => Math.abs(seconds) >= length)
  return step === undefined ? relative.format(0, 'second') : relative.format(Math.trunc(seconds / step[1]), step[0])
}

const lengths = ['day', 'hour', 'minute', 'second'] as const
/** `2 min, 14 sec`: the two greatest units that say something. */
export function duration(millis: number): string {
  let seconds = Math.round(millis / 1000)
  const parts = lengths.map((unit): [typeof unit, number] => {
    const size = { day: 86_400, hour: 3600, minute: 60, second: 1 }[unit]
    const count = Math.floor(seconds / size)
    seconds -= count * size
    return [unit, count]
  })
  const first = parts.findIndex(([, count]) => count > 0)
  const said = first === -1 ? parts.slice(-1) : parts.slice(first, first + 2).filter(([, count]) => count > 0)
  return said
    .map(([unit, count]) => new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' }).format(count))
    .join(', ')
}

const lists = new Intl.ListFormat(locale, { type: 'conjunction' })
export const list = (items: readonly string[]): string => lists.format(items)

const bytesOf = new Intl.NumberFormat(locale, { style: 'unit', unit: 'kilobyte', maximumFractionDigits: 1 })
export const kilobytes = (bytes: number): string => bytesOf.format(bytes / 1000)

const megabytesOf = new Intl.NumberFormat(locale, { style: 'unit', unit: 'megabyte', maximumFractionDigits: 0 })
export const megabytes = (bytes: number): string => megabytesOf.format(bytes / 1_000_000)

const utcDays = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' })
const utcHours = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' })
/** Of what is counted in UTC: the day, or the hour at which it begins. */
export const utc = (instant: string, by: 'hour' | 'day'): string =>
  (by === 'day' ? utcDays : utcHours).format(new Date(instant))

const clockMillis = new Intl.DateTimeFormat(locale, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  hour12: false,
})
/** To the millisecond: what is compared with a log. */
export const preciseTime = (instant: string): string => clockMillis.format(new Date(instant))

/** `+6 ms`, `+2.8 s`, `+3 min, 17 sec`. */
export const later = (millis: number): string =>
  `+${millis < 1000 ? `${number(Math.round(millis))} ms` : millis < 60_000 ? `${number(Math.round(millis / 100) / 10)} s` : duration(millis)}`

/** Where the reader’s clock is, such as `Europe/Amsterdam`. */
export const ownZone = new Intl.DateTimeFormat().resolvedOptions().timeZone
