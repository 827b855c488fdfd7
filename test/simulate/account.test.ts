import { expect, test } from 'vitest'
import type { Verdict } from '#db/model/finding.ts'
import { account, type ToldNews } from './account.ts'

const hour = 3_600_000
const about = { host: 'a', rule: 'ports/database-exposed', subject: '5432/tcp' } as const
const asked = (...verdicts: Verdict[]) =>
  verdicts.map((verdict, n) => ({ ...about, at: n * hour, verdict, version: 1 }))
const news = (at: number, state: ToldNews['state'], messageId = `${at}`): ToldNews => ({
  ...about,
  at: at * hour,
  state,
  messageId,
})
const held = (answers: ReturnType<typeof asked>, told: readonly ToldNews[]) => {
  const { onTime, late, never, doubled, falseNew, falseFixed } = account(answers, told, 100 * hour)
  return { onTime, late, never, doubled, falseNew, falseFixed }
}
const nothing = { onTime: 0, late: 0, never: 0, doubled: 0, falseNew: 0, falseFixed: 0 }
const story = asked('present', 'present', 'absent', 'unknown', 'absent')

// What the simulation holds against the product has to notice each way in which it could be wrong.

test('what came true and was told once is in order', () => {
  expect(held(story, [news(1, 'open'), news(4, 'fixed')])).toEqual({ ...nothing, onTime: 2 })
})
test('silence is noticed', () => {
  expect(held(story, [news(1, 'open')])).toEqual({ ...nothing, onTime: 1, never: 1 })
})
test('a late word is noticed', () => {
  expect(held(story, [news(2, 'open'), news(4, 'fixed')])).toMatchObject({ late: 1, onTime: 1 })
})
test('a second word is noticed', () => {
  expect(held(story, [news(1, 'open'), news(1, 'open', 'again'), news(4, 'fixed')])).toMatchObject({ doubled: 1 })
})
test('a word of what flaps, or was never so, is noticed', () => {
  expect(held(asked('present', 'absent', 'present', 'absent'), [news(0, 'open')])).toMatchObject({ falseNew: 1 })
  expect(held(asked('absent', 'absent'), [news(1, 'open')])).toMatchObject({ falseNew: 2 })
  expect(held([], [news(1, 'open')])).toMatchObject({ falseNew: 1 })
})
test('a fix that nothing answered is noticed', () => {
  expect(held(asked('present', 'present', 'unknown', 'unknown'), [news(1, 'open'), news(3, 'fixed')])).toMatchObject({
    falseFixed: 2,
  })
})
test('the first answer by a new version is nobody’s news', () => {
  const upgraded = [
    ...asked('absent', 'absent'),
    ...asked('present', 'present', 'present').map((answer, n) => ({ ...answer, at: (n + 2) * hour, version: 2 })),
  ]
  expect(held(upgraded, [])).toEqual(nothing)
  expect(held(upgraded, [news(3, 'open')])).toMatchObject({ falseNew: 1 })
})
