import { expect, test } from 'vitest'
import { actInParts, type PartAsked } from '#apps/web/pages/job/act-in-parts.ts'

const part = (done: number, next: string | null, skipped: Record<string, number> = {}) => ({
  id: '0',
  act: 'retry' as const,
  done,
  skipped,
  next,
})

/** Answers with these, one after the other, and keeps what it was asked. */
function api(...answers: (ReturnType<typeof part> | null)[]) {
  const asked: PartAsked[] = []
  return {
    asked,
    act: async (one: PartAsked) => {
      asked.push(one)
      return answers.shift() ?? null
    },
  }
}

test('a great act goes on behind each part, and expects as many fewer as that part was about', async () => {
  const { asked, act } = api(part(498, 'a', { 'not-allowed': 2 }), part(500, 'b'), part(99, null, { 'not-allowed': 1 }))
  const seen: number[] = []
  const outcome = await actInParts(1100, act, ({ done }) => seen.push(done))
  expect(asked).toEqual([
    { expectedCount: 1100 },
    { expectedCount: 600, after: 'a' },
    { expectedCount: 100, after: 'b' },
  ])
  expect(outcome).toEqual({ all: 1100, done: 1097, skipped: { 'not-allowed': 3 }, notReached: 0 })
  expect(seen).toEqual([498, 998, 1097])
})

test('a part that is refused ends it: what was done is said, and how many were not reached', async () => {
  const { asked, act } = api(part(500, 'a'), null)
  expect(await actInParts(700, act)).toEqual({ all: 700, done: 500, skipped: {}, notReached: 200 })
  expect(asked).toHaveLength(2)
})

test('one that is refused at once did nothing', async () => {
  const { act } = api(null)
  expect(await actInParts(3, act)).toEqual({ all: 3, done: 0, skipped: {}, notReached: 3 })
})
