import { describe, expect, test } from 'vitest'
import { type AlertRoute, usualRoute } from '#db/model/alert.ts'
import { sendAfter, takes } from '#workers/findings/alerting.ts'

const route = (facts: Partial<AlertRoute> = {}): AlertRoute => ({ ...usualRoute, ...facts })
const alert = { targetId: 'a', tags: ['web'], severity: 'high', targetLeastSeverity: null } as const

test('a route takes what is severe enough, of its targets or tags, or of all', () => {
  expect(takes(route(), alert)).toBe(true)
  expect(takes(route({ leastSeverity: 'critical' }), alert)).toBe(false)
  expect(takes(route(), { ...alert, severity: 'low' })).toBe(false)
  expect(takes(route({ targetIds: ['b'] }), alert)).toBe(false)
  expect(takes(route({ targetIds: ['b'], targetTags: ['web'] }), alert)).toBe(true)
  expect(takes(route({ targetIds: ['a'] }), alert)).toBe(true)
  expect(takes(route({ targetTags: ['mail'] }), alert)).toBe(false)
})

test('a target’s own threshold counts in place of the route’s, be it higher or lower', () => {
  expect(takes(route({ leastSeverity: 'info' }), { ...alert, targetLeastSeverity: 'critical' })).toBe(false)
  expect(takes(route({ leastSeverity: 'critical' }), { ...alert, targetLeastSeverity: 'low' })).toBe(true)
})

describe('is told', () => {
  const at = (facts: Partial<AlertRoute>, instant: string, severity: 'high' | 'critical' = 'high') =>
    sendAfter(route({ zone: 'Europe/Berlin', ...facts }), severity, new Date(instant)).toISOString()
  const night = { quiet: { from: '22:00', to: '07:00' } }
  test('a minute later, so that one cause is one message', () => {
    expect(at({}, '2026-05-01T12:00:00Z')).toBe('2026-05-01T12:01:00.000Z')
  })
  test('at the end of quiet hours, in their zone, before midnight and after it', () => {
    expect(at(night, '2026-05-01T21:30:00Z')).toBe('2026-05-02T05:00:00.000Z')
    expect(at(night, '2026-05-02T03:00:00Z')).toBe('2026-05-02T05:00:00.000Z')
    expect(at(night, '2026-05-02T05:00:00Z')).toBe('2026-05-02T05:01:00.000Z')
    expect(at({ quiet: { from: '12:00', to: '13:00' } }, '2026-05-01T10:15:00Z')).toBe('2026-05-01T11:00:00.000Z')
  })
  test('at the end of a quiet night in which the clock changes', () => {
    expect(at(night, '2026-03-28T22:00:00Z')).toBe('2026-03-29T05:00:00.000Z')
    expect(at(night, '2026-10-24T22:00:00Z')).toBe('2026-10-25T06:00:00.000Z')
    expect(at({ quiet: { from: '22:00', to: '02:30' } }, '2026-03-28T22:00:00Z')).toBe('2026-03-29T01:00:00.000Z')
  })
  test('in the next digest, which is no less quiet', () => {
    expect(at({ digestCron: '0 8 * * 1-5' }, '2026-05-01T12:00:00Z')).toBe('2026-05-04T06:00:00.000Z')
    expect(at({ digestCron: '0 3 * * *', ...night }, '2026-05-01T12:00:00Z')).toBe('2026-05-02T05:00:00.000Z')
  })
  test('at once where it is critical', () => {
    expect(at({ digestCron: '0 8 * * 1-5', ...night }, '2026-05-01T21:30:00Z', 'critical')).toBe(
      '2026-05-01T21:31:00.000Z',
    )
  })
})
