import { type Cron, parseCron } from './cron.ts'
import { type Zone, zoneOf } from './zone.ts'

/** When something is due: by a crontab's five fields in a zone, or every so many seconds from an instant on. */
export type Timing =
  | { readonly kind: 'cron'; readonly cron: string; readonly zone: string }
  | { readonly kind: 'every'; readonly seconds: number; readonly anchor: Date; readonly zone: string }

const dayMillis = 86_400_000
const minuteMillis = 60_000
/** The 29th of February of eight years ahead, where 2100 is none. */
const daysAhead = 366 * 9

/**
 * Each instant after this one at which it is due, in order; the one function that both the preview and the scheduler ask. Empty where the fields name a day that never comes.
 * A named hour keeps to its day: swallowed by a gap it is due once, right after it; where the hour comes twice, the first time. `*` and its steps follow the clock.
 * @throws DomainError `invalid-schedule`
 */
export function instantsAfter(timing: Timing, after: Date): Generator<Date> {
  return timing.kind === 'every'
    ? everyAfter(timing.seconds * 1000, timing.anchor.getTime(), after.getTime())
    : cronAfter(parseCron(timing.cron), zoneOf(timing.zone), after.getTime())
}

export function nextInstant(timing: Timing, after: Date): Date | null {
  return instantsAfter(timing, after).next().value ?? null
}

function* everyAfter(millis: number, anchor: number, after: number): Generator<Date> {
  for (let n = Math.max(0, Math.floor((after - anchor) / millis) + 1); ; n++) yield new Date(anchor + n * millis)
}

function* cronAfter(cron: Cron, zone: Zone, after: number): Generator<Date> {
  // A run that belongs to the day before can come after midnight, where a gap does.
  const first = Math.floor((after + zone.offsetAt(after)) / dayMillis) - 1
  let last = after
  let lastFound = first
  for (let day = first; day - lastFound <= daysAhead; day++) {
    if (!isDue(cron, day)) continue
    for (const instant of instantsOn(cron, zone, day)) {
      if (instant <= last) continue
      last = instant
      lastFound = day
      yield new Date(instant)
    }
  }
}

/** By days since 1970-01-01, a Thursday. */
function isDue({ months, daysOfMonth, daysOfWeek, isEitherDay }: Cron, day: number): boolean {
  const date = new Date(day * dayMillis)
  if (!months.includes(date.getUTCMonth() + 1)) return false
  const ofMonth = daysOfMonth.includes(date.getUTCDate())
  const ofWeek = daysOfWeek.includes(date.getUTCDay())
  return isEitherDay ? ofMonth || ofWeek : ofMonth && ofWeek
}

function instantsOn({ hours, minutes, isEveryHour }: Cron, zone: Zone, day: number): number[] {
  const due = hours.flatMap((hour) =>
    minutes.flatMap((minute) => {
      const local = day * dayMillis + (hour * 60 + minute) * minuteMillis
      const shown = zone.instantsOf(local)
      if (isEveryHour) return shown
      return [shown[0] ?? zone.endOfGap(local)]
    }),
  )
  return [...new Set(due)].sort((a, b) => a - b)
}
