import { expect, test } from 'vitest'
import { askedOf, readFilter } from '#apps/web/pages/audit/filter.ts'

const nothing = { action: '', actor: '', subject: '', outcome: '', from: '', to: '' }

test('an address that says nothing, or what the API would refuse, filters nothing', () => {
  expect(readFilter({})).toEqual(nothing)
  const odd = { action: 'DROP TABLE', actor: 'me', outcome: 'maybe', from: 'today', to: '2026-13-40' }
  expect(readFilter(odd)).toEqual(nothing)
  expect(askedOf(readFilter({}))).toEqual({})
})

test('a day is asked for whole, from its first instant to the first of the next', () => {
  const { from, before } = askedOf(readFilter({ from: '2026-11-27', to: '2026-11-27' }))
  expect(Date.parse(before!) - Date.parse(from!)).toBe(24 * 3600_000)
  expect(new Date(from!).getDate()).toBe(27)
})

test('who, what, to what and how it ended go to the API as they stand', () => {
  const asked = {
    action: 'target.',
    actor: '01890000-0000-7000-8000-000000000001',
    subject: 'members:write',
    outcome: 'refused',
  }
  expect(askedOf(readFilter(asked))).toEqual(asked)
})
