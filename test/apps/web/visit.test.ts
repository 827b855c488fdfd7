import { expect, test } from 'vitest'
import { sinceOf, visitIn, visitMillis } from '#apps/web/pages/overview/visit.ts'

const now = Date.parse('2026-11-27T12:00:00Z')
const kept = (visit: object) => JSON.stringify(visit)

test('a reload goes on with the visit, and what was new stays new', () => {
  const visit = { since: '2026-11-26T18:04:00.000Z', seenAt: now - 60_000 }
  expect(visitIn(kept(visit), now)).toEqual(visit)
  expect(sinceOf(visit)).toBe(visit.since)
})

test('whoever looks for the first time sees all that ever changed, also after a reload', () => {
  const visit = visitIn(kept({ since: null, seenAt: now }), now)
  expect(visit).not.toBeNull()
  expect(Date.parse(sinceOf(visit!))).toBe(0)
})

test('whoever comes back later begins another visit', () => {
  expect(visitIn(kept({ since: null, seenAt: now - visitMillis }), now)).toBeNull()
  expect(visitIn(kept({ since: null, seenAt: now + 60_000 }), now)).toBeNull()
})

test('what cannot be read is no visit', () => {
  for (const text of [null, '', '{', 'null', '{"since":5,"seenAt":1}', '{"since":null}'])
    expect(visitIn(text, now)).toBeNull()
})
