import { monthNumber, zoneMinutes } from './calendar.ts'

/** ISO 8601 in UTC: an instant (`2018-02-05T22:59:12Z`), or a day where no time or no zone was told (`2018-02-05`). */
export type IsoDate = string

export type DateOrder = 'day-first' | 'month-first'

export type ReadDate = { readonly date: IsoDate } | { readonly problem: 'ambiguous-date' | 'not-a-date' }

interface Parts {
  readonly year: number
  readonly month: number
  readonly day: number
}

const notADate: ReadDate = { problem: 'not-a-date' }
const ambiguous: ReadDate = { problem: 'ambiguous-date' }

/** Reads a date as registries write it. A numeric day and month that could be either way round stay unknown unless `order` is told. */
export function readDate(said: string, order: DateOrder | null = null): ReadDate {
  const text = said.slice(0, 80).replace(/\s+/g, ' ').trim()
  for (const { pattern, parts } of forms) {
    const match = pattern.exec(text)
    if (!match) continue
    const read = parts(match, order)
    if (read === 'ambiguous') return ambiguous
    const day = read && dayOf(read)
    return day ? { date: withTime(day, text.slice(match[0].length)) } : notADate
  }
  return notADate
}

/** How a numeric date must be read if it can be read only one way; null where both ways work. */
export function orderShownBy(said: string): DateOrder | null {
  const [, first, second] = /^(\d{1,2})[/-](\d{1,2})[/-]\d{4}\b/.exec(said.trim()) ?? []
  if (first === undefined || second === undefined) return null
  if (Number(first) > 12 && Number(second) <= 12) return 'day-first'
  return Number(second) > 12 && Number(first) <= 12 ? 'month-first' : null
}

const weekday = '(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\\.?,? )?'
const month = '(\\p{L}{3,12})\\.?'

interface Form {
  readonly pattern: RegExp
  readonly parts: (match: RegExpExecArray, order: DateOrder | null) => Parts | 'ambiguous' | null
}

/** Each begins at the start of a text of at most 80 characters; none of them can backtrack far. */
const forms: readonly Form[] = [
  // 2018-02-05, 2018/02/05, 2018.02.05, 2018. 02. 05.: nobody writes year, day, month.
  { pattern: /^(\d{4})(?:-|\/|\. ?)(\d{1,2})(?:-|\/|\. ?)(\d{1,2})(?!\d)\.?/, parts: ([, y, m, d]) => parts(y, m, d) },
  // 20180205, 20180205225912
  { pattern: /^(\d{4})(\d{2})(\d{2})(?=\d{6}(?!\d)|\D|$)/, parts: ([, y, m, d]) => parts(y, m, d) },
  // 2001-Aug-23
  {
    pattern: new RegExp(`^(\\d{4})[-/. ]${month}[-/. ](\\d{1,2})(?!\\d)\\.?`, 'u'),
    parts: ([, y, m, d]) => named(y, m, d),
  },
  // 05.02.2018: with dots the day comes first wherever this is written (DIN 1355, GOST R 7.0.97 and their neighbours).
  { pattern: /^(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})(?!\d)/, parts: ([, d, m, y]) => parts(y, m, d) },
  // 05/02/2018, 05-02-2018
  { pattern: /^(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?!\d)/, parts: ([, a, b, y], order) => numeric(a, b, y, order) },
  // 05-Feb-2018, 5 February 2018, Monday 5th Feb 2018
  {
    pattern: new RegExp(`^${weekday}(\\d{1,2})(?:st|nd|rd|th)?[-/. ]{1,2}${month}[-/. ,]{1,2}(\\d{4})(?!\\d)`, 'iu'),
    parts: ([, d, m, y]) => named(y, m, d),
  },
  // Feb 5 2018, Mon Feb 5 2018, February 5, 2018
  {
    pattern: new RegExp(`^${weekday}${month} (\\d{1,2})(?:st|nd|rd|th)?,? (\\d{4})(?!\\d)`, 'iu'),
    parts: ([, m, d, y]) => named(y, m, d),
  },
  // Mon Feb 5 22:59:12 GMT 2018: the time, which stands between day and year, is left to a day's precision.
  {
    pattern: new RegExp(
      `^${weekday}${month} (\\d{1,2}) \\d{1,2}:\\d{2}(?::\\d{2})?(?: [a-z]{1,5})? (\\d{4})(?!\\d)`,
      'iu',
    ),
    parts: ([, m, d, y]) => named(y, m, d),
  },
]

const parts = (year: string | undefined, month: string | undefined, day: string | undefined): Parts => ({
  year: Number(year),
  month: Number(month),
  day: Number(day),
})

const named = (year: string | undefined, name: string | undefined, day: string | undefined): Parts | null => {
  const month = monthNumber(name ?? '')
  return month === null ? null : { year: Number(year), month, day: Number(day) }
}

function numeric(
  first: string | undefined,
  second: string | undefined,
  year: string | undefined,
  order: DateOrder | null,
): Parts | 'ambiguous' {
  const shown = first === second ? 'day-first' : (orderShownBy(`${first}/${second}/${year}`) ?? order)
  if (shown === null && Number(first) <= 12 && Number(second) <= 12) return 'ambiguous'
  return shown === 'month-first' ? parts(year, first, second) : parts(year, second, first)
}

/** Midnight UTC of a day that exists, no older than the domain name system; null otherwise. */
function dayOf({ year, month, day }: Parts): Date | null {
  const date = new Date(Date.UTC(year, month - 1, day))
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  return exists && year >= 1980 ? date : null
}

/** A time of day without a zone is dropped: it would claim an instant that nobody told. */
function withTime(day: Date, rest: string): IsoDate {
  const date = day.toISOString().slice(0, 10)
  const match = /^(?:[T ]|,? at )?(\d{2}):?(\d{2})(?::?(\d{2})(?:\.\d{1,9})?)?/.exec(rest)
  if (!match) return date
  const [whole, hours, minutes, seconds = '0'] = match
  const zone = zoneMinutes(rest.slice(whole.length))
  if (zone === null || Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 60) return date
  const instant = day.getTime() + (Number(hours) * 60 + Number(minutes) - zone) * 60_000 + Number(seconds) * 1000
  return new Date(instant).toISOString().replace(/\.\d{3}Z$/, 'Z')
}
