import { DomainError } from '../errors.ts'

export interface Transition {
  /** The first instant at which the new offset holds, in milliseconds of the epoch. */
  readonly at: number
  readonly beforeMillis: number
  readonly afterMillis: number
}

/** A time zone of the IANA database, as this Node knows it. Instants are milliseconds of the epoch; a local time is written as the same number read as UTC. */
export interface Zone {
  readonly name: string
  /** How far local time is ahead of UTC. */
  offsetAt(instant: number): number
  /** Every instant that shows this local time, the earlier first: none in a gap, two where an hour comes twice. */
  instantsOf(local: number): number[]
  /** The first instant after the gap that swallows this local time; where none does, the instant that shows it. */
  endOfGap(local: number): number
}

const dayMillis = 86_400_000
const zones = new Map<string, Zone>()

/** @throws DomainError `invalid-schedule` for a name that is none */
export function zoneOf(name: string): Zone {
  const known = zones.get(name)
  if (known !== undefined) return known
  const zone = openZone(name)
  zones.set(name, zone)
  return zone
}

function openZone(name: string): Zone {
  const ask = asking(name)
  const offsets = new Map<number, number>()
  const askOnce = (instant: number) => {
    const offset = offsets.get(instant) ?? ask(instant)
    offsets.set(instant, offset)
    return offset
  }
  const days = new Map<number, Transition | null>()
  /** The change within a UTC day: no zone has two. */
  const changeIn = (day: number): Transition | null => {
    const known = days.get(day)
    if (known !== undefined) return known
    const [from, to] = [day * dayMillis, (day + 1) * dayMillis]
    const [beforeMillis, afterMillis] = [askOnce(from), askOnce(to)]
    const change = beforeMillis === afterMillis ? null : { at: firstAt(ask, from, to), beforeMillis, afterMillis }
    days.set(day, change)
    return change
  }
  const offsetAt = (instant: number) => {
    const day = Math.floor(instant / dayMillis)
    const change = changeIn(day)
    if (change === null) return askOnce(day * dayMillis)
    return instant < change.at ? change.beforeMillis : change.afterMillis
  }
  const instantsOf = (local: number) => {
    // Local times are at most a day away from UTC.
    const offsets = new Set([offsetAt(local - dayMillis), offsetAt(local), offsetAt(local + dayMillis)])
    return [...offsets]
      .map((offset) => local - offset)
      .filter((instant) => instant + offsetAt(instant) === local)
      .sort((a, b) => a - b)
  }
  return {
    name,
    offsetAt,
    instantsOf,
    endOfGap(local) {
      const day = Math.floor(local / dayMillis)
      for (let near = day - 1; near <= day + 1; near++) {
        const change = changeIn(near)
        if (change && local >= change.at + change.beforeMillis && local < change.at + change.afterMillis)
          return change.at
      }
      return instantsOf(local)[0]!
    },
  }
}

/** The first instant in (from, to] that has the offset of `to`, where the offset changes once between them. */
function firstAt(ask: (instant: number) => number, from: number, to: number): number {
  const after = ask(to)
  let [low, high] = [from, to]
  while (high - low > 1000) {
    const middle = low + Math.floor((high - low) / 2000) * 1000
    if (ask(middle) === after) high = middle
    else low = middle
  }
  return high
}

/** Asks Node: `GMT+05:30` and the like. */
function asking(name: string): (instant: number) => number {
  let format: Intl.DateTimeFormat
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' })
  } catch {
    throw new DomainError('invalid-schedule', `"${name.slice(0, 100)}" is no time zone of the IANA database.`)
  }
  return (instant) => {
    const [, sign, hours = '0', minutes = '0', seconds = '0'] =
      /GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?$/.exec(format.format(instant)) ?? []
    const millis = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000
    return sign === '-' ? -millis : millis
  }
}

/** An instant as the zone's clocks show it, with how far they are ahead: `2026-03-29T03:00:00+02:00`. */
export function localText(zone: Zone, instant: Date): string {
  const offset = zone.offsetAt(instant.getTime())
  const minutes = Math.abs(offset) / 60_000
  const two = (n: number) => String(Math.floor(n)).padStart(2, '0')
  const local = new Date(instant.getTime() + offset).toISOString().slice(0, 19)
  return `${local}${offset < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`
}
