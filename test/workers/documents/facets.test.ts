import { expect, test } from 'vitest'
import { type Alike, facetsOf } from '#workers/documents/facets.ts'

const alike = (facts: Partial<Alike>): Alike => ({
  state: 'open',
  severity: 'high',
  decision: 'none',
  scanner: 'ports',
  isRetested: true,
  findings: 1,
  ...facts,
})
const rows = [
  alike({ findings: 4 }),
  alike({ severity: 'low', findings: 3 }),
  alike({ state: 'fixed', severity: 'low', findings: 2 }),
  alike({ scanner: 'tls', isRetested: false, decision: 'accepted' }),
]

test('with nothing asked every value of every side is counted, and they add up', () => {
  const { total, ...sides } = facetsOf(rows, {})
  expect(total).toBe(10)
  for (const side of Object.values(sides))
    expect(side.reduce((sum: number, { findings }) => sum + findings, 0)).toBe(10)
  expect(sides.retested).toEqual([
    { value: 'true', findings: 9 },
    { value: 'false', findings: 1 },
  ])
})

test('a number is what the list shows when that value is chosen in place of the one there is', () => {
  const { total, state, severity } = facetsOf(rows, { state: ['open'], severity: ['low'] })
  expect(total).toBe(3)
  expect(severity).toEqual([
    { value: 'high', findings: 5 },
    { value: 'low', findings: 3 },
  ])
  expect(state).toEqual([
    { value: 'open', findings: 3 },
    { value: 'fixed', findings: 2 },
  ])
})

test('what counts nothing is left out', () => {
  expect(facetsOf(rows, { scanner: ['tls'] }).severity).toEqual([{ value: 'high', findings: 1 }])
  expect(facetsOf([], {})).toEqual({ total: 0, state: [], severity: [], decision: [], scanner: [], retested: [] })
})
