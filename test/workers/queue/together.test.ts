import { expect, test } from 'vitest'
import { together } from '#workers/queue/together.ts'

/** Work that ends when it is told to. */
function scripted() {
  const goes: { asks: readonly number[]; end: (answers: string[]) => void; fail: (error: Error) => void }[] = []
  const work = (asks: readonly number[]) =>
    new Promise<string[]>((end, fail) => {
      goes.push({ asks, end, fail })
    })
  return { goes, work }
}
const settled = () => new Promise((resolve) => setImmediate(resolve))

test('what is asked during a go shares the next one, at most so many, and each gets its own answer', async () => {
  const { goes, work } = scripted()
  const ask = together(work, { asksAtMost: 3 })
  const answers = [1, 2, 3, 4, 5].map((n) => ask(n))
  expect(goes.map(({ asks }) => asks)).toEqual([[1]])
  goes[0]!.end(['one'])
  await settled()
  expect(goes.map(({ asks }) => asks)).toEqual([[1], [2, 3, 4]])
  goes[1]!.end(['two', 'three', 'four'])
  await settled()
  goes[2]!.end(['five'])
  expect(await Promise.all(answers)).toEqual(['one', 'two', 'three', 'four', 'five'])
})

test('a go that fails fails for those who shared it, and for nobody after', async () => {
  const { goes, work } = scripted()
  const ask = together(work, { asksAtMost: 10 })
  const first = ask(1)
  const [second, third] = [ask(2), ask(3)]
  goes[0]!.end(['one'])
  await settled()
  goes[1]!.fail(new Error('gone'))
  await expect(second).rejects.toThrow('gone')
  await expect(third).rejects.toThrow('gone')
  const fourth = ask(4)
  await settled()
  goes[2]!.end(['four'])
  expect([await first, await fourth]).toEqual(['one', 'four'])
})

test('where two goes may be under way at a time, the second gathers while the first waits', async () => {
  const { goes, work } = scripted()
  const ask = together(work, { asksAtMost: 10, goesAtOnce: 2 })
  const answers = [1, 2, 3, 4].map((n) => ask(n))
  expect(goes.map(({ asks }) => asks)).toEqual([[1], [2]])
  goes[1]!.end(['two'])
  await settled()
  expect(goes.map(({ asks }) => asks)).toEqual([[1], [2], [3, 4]])
  goes[0]!.end(['one'])
  goes[2]!.end(['three', 'four'])
  expect(await Promise.all(answers)).toEqual(['one', 'two', 'three', 'four'])
})
