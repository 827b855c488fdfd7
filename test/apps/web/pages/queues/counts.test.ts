import { expect, test } from 'vitest'
import { endOf, slotsOf } from '#apps/web/pages/queues/counts.ts'
import { versionsOf } from '#apps/web/pages/queues/versions.ts'

const counted = (at: string, completed: number) => ({
  at,
  accepted: completed,
  completed,
  failed: 0,
  cancelled: 0,
  refused: 0,
})

test('every hour up to now has its place, also one in which nothing ended', () => {
  const now = Date.parse('2026-11-27T12:34:56Z')
  const slots = slotsOf([counted('2026-11-27T12:00:00.000Z', 3), counted('2026-11-26T01:00:00.000Z', 5)], 'hour', now)
  expect(slots).toHaveLength(48)
  expect(slots.at(-1)).toMatchObject({ at: '2026-11-27T12:00:00.000Z', completed: 3 })
  expect(slots.at(-2)).toMatchObject({ at: '2026-11-27T11:00:00.000Z', completed: 0 })
  expect(slots.reduce((sum, { completed }) => sum + completed, 0)).toBe(8)
})

test('days are those of UTC, and what is older than they reach is left out', () => {
  const now = Date.parse('2026-11-27T00:00:00Z')
  const slots = slotsOf([counted('2026-11-27T00:00:00.000Z', 1), counted('2026-10-01T00:00:00.000Z', 9)], 'day', now)
  expect([slots.length, slots[0]?.at]).toEqual([30, '2026-10-29T00:00:00.000Z'])
  expect(slots.reduce((sum, { completed }) => sum + completed, 0)).toBe(1)
  expect(endOf({ at: '2026-10-29T00:00:00.000Z' }, 'day')).toBe('2026-10-30T00:00:00.000Z')
})

test('versions are counted, the most frequent first', () => {
  const workers = ['1.3.2', '1.4.0', '1.4.0'].map((version) => ({ version }))
  expect(versionsOf(workers)).toEqual([
    { version: '1.4.0', count: 2 },
    { version: '1.3.2', count: 1 },
  ])
})
