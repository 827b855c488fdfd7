import { describe, expect, test } from 'vitest'
import { instantsAfter, nextInstant, type Timing } from '#db/model/schedule/instants.ts'
import { zoneOf } from '#db/model/schedule/zone.ts'

const cron = (cron: string, zone = 'Europe/Berlin'): Timing => ({ kind: 'cron', cron, zone })
const next = (timing: Timing, after: string, count: number) =>
  instantsAfter(timing, new Date(after))
    .take(count)
    .map((instant) => instant.toISOString().replace(':00.000Z', 'Z'))
    .toArray()

describe('across the changes of Europe/Berlin in 2026 (29 March 02:00 → 03:00, 25 October 03:00 → 02:00)', () => {
  test('a named hour that the gap swallows runs once, right after it', () => {
    expect(next(cron('30 2 * * *'), '2026-03-27T12:00Z', 3)).toEqual([
      '2026-03-28T01:30Z',
      '2026-03-29T01:00Z',
      '2026-03-30T00:30Z',
    ])
    expect(next(cron('*/15 2 * * *'), '2026-03-28T12:00Z', 2)).toEqual(['2026-03-29T01:00Z', '2026-03-30T00:00Z'])
    expect(next(cron('30 2,3 * * *'), '2026-03-28T12:00Z', 3)).toEqual([
      '2026-03-29T01:00Z',
      '2026-03-29T01:30Z',
      '2026-03-30T00:30Z',
    ])
  })
  test('a named hour that comes twice runs once, the first time', () => {
    expect(next(cron('30 2 * * *'), '2026-10-24T12:00Z', 2)).toEqual(['2026-10-25T00:30Z', '2026-10-26T01:30Z'])
  })
  test('every hour, and steps of it, follow the clock', () => {
    expect(next(cron('30 * * * *'), '2026-10-24T23:45Z', 3)).toEqual([
      '2026-10-25T00:30Z',
      '2026-10-25T01:30Z',
      '2026-10-25T02:30Z',
    ])
    expect(next(cron('30 * * * *'), '2026-03-29T00:00Z', 2)).toEqual(['2026-03-29T00:30Z', '2026-03-29T01:30Z'])
    expect(next(cron('0 */2 * * *'), '2026-03-28T23:30Z', 2)).toEqual(['2026-03-29T02:00Z', '2026-03-29T04:00Z'])
  })
})

test('a change of half an hour loses no day (Australia/Lord_Howe)', () => {
  expect(next(cron('15 2 * * *', 'Australia/Lord_Howe'), '2026-10-02T20:00Z', 2)).toEqual([
    '2026-10-03T15:30Z',
    '2026-10-04T15:15Z',
  ])
  expect(next(cron('45 1 * * *', 'Australia/Lord_Howe'), '2026-04-04T00:00Z', 2)).toEqual([
    '2026-04-04T14:45Z',
    '2026-04-05T15:15Z',
  ])
})

test('a gap at midnight loses no day (Africa/Cairo, America/Santiago, Asia/Beirut, Atlantic/Azores, America/Havana)', () => {
  for (const zone of ['Africa/Cairo', 'America/Santiago', 'Asia/Beirut', 'Atlantic/Azores', 'America/Havana']) {
    const year = instantsAfter(cron('@daily', zone), new Date(Date.UTC(2025, 11, 31, 12)))
      .take(366)
      .toArray()
    const days = year.map((instant) =>
      new Date(instant.getTime() + zoneOf(zone).offsetAt(instant.getTime())).toISOString().slice(0, 10),
    )
    expect(new Set(days).size, zone).toBe(366)
  }
})

test('the 29th of February is found eight years ahead', () => {
  expect(next(cron('0 0 29 2 *', 'UTC'), '2096-03-01T00:00Z', 1)).toEqual(['2104-02-29T00:00Z'])
  expect(nextInstant(cron('0 0 29 2 *', 'UTC'), new Date('2104-03-01'))).toEqual(new Date('2108-02-29'))
})

test('either day will do where both are named', () => {
  expect(next(cron('0 0 13 * 5', 'UTC'), '2026-11-01T00:00Z', 4)).toEqual([
    '2026-11-06T00:00Z',
    '2026-11-13T00:00Z',
    '2026-11-20T00:00Z',
    '2026-11-27T00:00Z',
  ])
})

test('every so many seconds counts from its anchor, whatever clocks do', () => {
  const every: Timing = { kind: 'every', seconds: 5400, anchor: new Date('2026-03-29T00:10Z'), zone: 'Europe/Berlin' }
  expect(next(every, '2026-03-29T00:10Z', 2)).toEqual(['2026-03-29T01:40Z', '2026-03-29T03:10Z'])
  expect(next(every, '2026-03-28T00:00Z', 1)).toEqual(['2026-03-29T00:10Z'])
})

/** Zones that behave alike in these years are asked once. */
function kindsOfZones(from: number, to: number): Map<string, { zone: string; changes: number[] }> {
  const kinds = new Map<string, { zone: string; changes: number[] }>()
  for (const name of Intl.supportedValuesOf('timeZone')) {
    const zone = zoneOf(name)
    const changes: number[] = []
    // No two changes of a zone are less than a week apart.
    for (let day = from; day < to; day += 7)
      if (zone.offsetAt(day * dayMillis) !== zone.offsetAt((day + 7) * dayMillis)) {
        let exact = day
        while (zone.offsetAt(exact * dayMillis) === zone.offsetAt((exact + 1) * dayMillis)) exact++
        changes.push(exact)
      }
    const kind = JSON.stringify([
      zone.offsetAt(from * dayMillis),
      ...changes,
      ...changes.map((day) => zone.offsetAt((day + 1) * dayMillis)),
    ])
    if (!kinds.has(kind)) kinds.set(kind, { zone: name, changes })
  }
  return kinds
}
const dayMillis = 86_400_000

test('in every IANA zone, 2020 to 2040, each local day near a change has exactly one run of every named time, at that time where it exists', {
  timeout: 120_000,
}, () => {
  const kinds = kindsOfZones(Date.UTC(2020, 0, 1) / dayMillis, Date.UTC(2041, 0, 1) / dayMillis)
  expect(kinds.size).toBeGreaterThan(60)
  let asked = 0
  for (const { zone: name, changes } of kinds.values()) {
    const zone = zoneOf(name)
    for (const change of changes)
      for (let half = 0; half < 48; half++) {
        const minuteOfDay = half * 30 + 15
        const timing = cron(`${minuteOfDay % 60} ${Math.floor(minuteOfDay / 60)} * * *`, name)
        const days = [-2, -1, 0, 1, 2].map((more) => change + more)
        const found = instantsAfter(
          timing,
          new Date(zone.instantsOf(days[0]! * dayMillis - 3 * dayMillis + 12 * 3_600_000)[0]!),
        )
          .take(8)
          .map((instant) => instant.getTime())
          .toArray()
        for (const day of days) {
          const local = day * dayMillis + minuteOfDay * 60_000
          const shown = zone.instantsOf(local)
          const expected = shown[0] ?? zone.endOfGap(local)
          const ofDay = found.filter((instant) => shown.includes(instant) || instant === expected)
          if (ofDay.length !== 1 || ofDay[0] !== expected)
            expect.fail(
              `${timing.kind === 'cron' ? timing.cron : ''} ${name} ${new Date(local).toISOString()}: ${ofDay.join(', ')}`,
            )
          asked++
        }
        for (let i = 1; i < found.length; i++) {
          const apart = (found[i]! - found[i - 1]!) / 3_600_000
          if (apart < 20 || apart > 28)
            expect.fail(`${name}: ${apart} hours apart at ${new Date(found[i]!).toISOString()}`)
        }
      }
  }
  expect(asked).toBeGreaterThan(100_000)
})
