import { expect, test } from 'vitest'
import { segmentsOf } from '#apps/web/pages/target/segments.ts'

const runs = ['2026-11-01', '2026-11-02', '2026-11-03', '2026-11-04'].map((day) => ({ at: `${day}T00:00:00.000Z` }))
const now = Date.parse('2026-11-05T00:00:00Z')

test('each run holds until the next, the last until now, and alike ones are one piece', () => {
  expect(segmentsOf(runs, ['closed', 'open', 'open', 'untold'], now)).toEqual([
    { state: 'closed', from: 0, to: 25, since: runs[0]?.at },
    { state: 'open', from: 25, to: 75, since: runs[1]?.at },
    { state: 'untold', from: 75, to: 100, since: runs[3]?.at },
  ])
})

test('one run fills the whole time, and none is nothing', () => {
  expect(segmentsOf(runs.slice(0, 1), ['open'], now)).toMatchObject([{ state: 'open', from: 0, to: 100 }])
  expect(segmentsOf([], [], now)).toEqual([])
})

test('a silence between two answers is never joined with either', () => {
  expect(segmentsOf(runs, ['open', 'untold', 'open', 'not-asked'], now).map(({ state }) => state)).toEqual([
    'open',
    'untold',
    'open',
    'not-asked',
  ])
})
