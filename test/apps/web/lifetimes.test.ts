import { expect, test } from 'vitest'
import {
  at,
  axisOf,
  byMonth,
  daysLeft,
  monthsOn,
  needsSomebody,
  outside,
} from '#apps/web/pages/certificates/lifetimes.ts'

const now = Date.parse('2026-11-27T12:00:00Z')
const life = (expiresAt: string, soonDays = 30) => ({ beganAt: null, expiresAt, soonDays })

test('what has ended, and what renews itself later than usual, needs somebody', () => {
  expect(needsSomebody(life('2026-11-26T00:00:00Z'), now)).toBe(true)
  expect(needsSomebody(life('2026-12-20T00:00:00Z'), now)).toBe(true)
  expect(needsSomebody(life('2026-12-20T00:00:00Z', 15), now)).toBe(false)
  expect(needsSomebody(life('2027-02-01T00:00:00Z'), now)).toBe(false)
})

test('days are counted whole, and those that are over below nought', () => {
  expect(daysLeft(life('2026-11-29T11:00:00Z'), now)).toBe(1)
  expect(daysLeft(life('2026-11-27T13:00:00Z'), now)).toBe(0)
  expect(daysLeft(life('2026-11-27T11:00:00Z'), now)).toBe(-1)
  expect(daysLeft(life('2026-11-25T11:00:00Z'), now)).toBe(-2)
})

test('the axis holds today, reaches to the last end, and a year at most', () => {
  const near = axisOf([life('2027-01-15T00:00:00Z')], now)
  expect(at(near, Date.parse('2027-01-15T00:00:00Z'))).toBeLessThan(100)
  expect(at(near, now)).toBeGreaterThan(0)
  const far = axisOf([life('2036-01-01T00:00:00Z')], now)
  expect(at(far, Date.parse('2036-01-01T00:00:00Z'))).toBe(100)
  expect(monthsOn(far)).toHaveLength(15)
})

test('each month stands in the calendar, also one in which nothing ends', () => {
  const months = byMonth([life('2027-01-15T00:00:00Z')], now, 3)
  expect(months.map(([month, rows]) => [month, rows.length])).toEqual([
    ['2026-11', 0],
    ['2026-12', 0],
    ['2027-01', 1],
  ])
})

test('nothing falls out of the calendar: what has ended and what ends later stand beside it', () => {
  const rows = ['2026-09-30T23:59:59Z', '2026-11-01T00:00:00Z', '2027-01-31T23:59:59Z', '2027-02-01T00:00:00Z'].map(
    (end) => life(end),
  )
  const { ended, later } = outside(rows, now, 3)
  const inside = byMonth(rows, now, 3).flatMap(([, rows]) => rows)
  expect(ended).toEqual([rows[0]])
  expect(inside).toEqual([rows[1], rows[2]])
  expect(later).toEqual([rows[3]])
})
