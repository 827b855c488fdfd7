import { expect, test } from 'vitest'
import { askedBy, countedBy, filterOf, isSame, severities, toggled } from '#apps/web/pages/findings/filter.ts'
import { decidedAtMost, formerDecisions } from '#apps/web/pages/findings/former-decisions.ts'

const now = Date.parse('2026-11-27T10:20:30Z')

test('an address without a word asks for what is not fixed, and “all” for every state', () => {
  expect(askedBy(filterOf({}))).toEqual({ state: 'open,regressed' })
  expect(askedBy(filterOf({ state: 'all' }))).toEqual({})
  expect(askedBy(filterOf({ state: 'fixed', text: 'spf', sort: 'changed' }))).toEqual({
    state: 'fixed',
    text: 'spf',
    sort: 'changed',
  })
})

test('a span is counted from the full hour, so that the same address asks the same for a while', () => {
  const asked = askedBy(filterOf({ state: 'all', since: '7d', until: '30d' }), now)
  expect(asked).toEqual({ since: '2026-11-20T10:00:00.000Z', acceptedUntil: '2026-12-27T10:00:00.000Z' })
  expect(askedBy(filterOf({ state: 'all', since: '7d', until: '30d' }), now + 60_000)).toEqual(asked)
})

test('an instant, and whatever else an address says, goes to the API as it is', () => {
  expect(askedBy(filterOf({ state: 'all', since: '2026-11-01T00:00:00Z', severity: 'dire' }))).toEqual({
    since: '2026-11-01T00:00:00Z',
    severity: 'dire',
  })
})

test('counts are asked under the same filter, in no order', () => {
  expect(countedBy(filterOf({ sort: 'changed', tag: 'web' }), now)).toEqual({ state: 'open,regressed', tag: 'web' })
})

test.each([
  ['', 'high', 'high'],
  ['high', 'high', ''],
  ['low', 'critical', 'critical,low'],
  ['critical,high,medium,low', 'info', ''],
])('“%s” with %s toggled is “%s”', (list, value, after) => {
  expect(toggled(list, value, severities)).toBe(after)
})

test('views are the same where they ask the same, whatever is left out', () => {
  expect(isSame({ state: '' }, filterOf({}))).toBe(true)
  expect(isSame({ state: 'fixed' }, filterOf({}))).toBe(false)
})

test('taking a decision back restores each finding as it was decided before, in portions that the API takes', () => {
  const until = '2027-01-01T00:00:00.000Z'
  const accepted = { decision: 'accepted', decidedUntil: until, decidedReason: 'a move' } as const
  const none = { decision: 'none', decidedUntil: null, decidedReason: null } as const
  expect(
    formerDecisions([
      { id: 'a', ...accepted },
      { id: 'b', ...none },
      { id: 'c', ...accepted },
    ]),
  ).toEqual([
    { ids: ['a', 'c'], decision: 'accepted', until, reason: 'a move' },
    { ids: ['b'], decision: 'none' },
  ])
  const many = Array.from({ length: decidedAtMost + 1 }, (_, i) => ({ id: `${i}`, ...none }))
  expect(formerDecisions(many).map(({ ids }) => ids.length)).toEqual([decidedAtMost, 1])
})
