import { expect, test } from 'vitest'
import { cellsOf, shortOffset } from '#apps/web/pages/schedules/cells.ts'

const run = (local: string) => ({ at: new Date(local).toISOString(), local, blackout: null })

test('a change of the clock between two runs is a cell of its own', () => {
  const cells = cellsOf([
    run('2026-03-28T02:30:00+01:00'),
    run('2026-03-29T03:00:00+02:00'),
    run('2026-03-30T02:30:00+02:00'),
  ])
  expect(cells.map((cell) => (cell.kind === 'run' ? cell.time : `${cell.from} ${cell.to}`))).toEqual([
    '02:30',
    '+01:00 +02:00',
    '03:00',
    '02:30',
  ])
  expect(cells[2]).toMatchObject({ day: '2026-03-29', offset: '+02:00' })
})

test('where no clock changes there are only runs', () => {
  expect(cellsOf([run('2026-03-28T02:30:00Z'), run('2026-03-29T02:30:00Z')]).map(({ kind }) => kind)).toEqual([
    'run',
    'run',
  ])
  expect(cellsOf([])).toEqual([])
})

test.each([
  ['Z', 'UTC'],
  ['+00:00', 'UTC'],
  ['+01:00', 'UTC+1'],
  ['-03:30', 'UTC−3:30'],
  ['+05:45', 'UTC+5:45'],
])('an offset %s is written %s', (offset, written) => {
  expect(shortOffset(offset)).toBe(written)
})
