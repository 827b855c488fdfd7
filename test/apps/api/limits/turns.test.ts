import { expect, test } from 'vitest'
import { createTurns } from '#apps/api/limits/turns.ts'

const turnsOf = (given: Partial<Parameters<typeof createTurns>[0]> = {}) =>
  createTurns({ running: 2, waiting: 2, patienceMillis: 10_000, ...given })

test('so many run at a time, the next in line follows whoever leaves, and nobody else is held up', async () => {
  const turns = turnsOf()
  const [first, second] = [await turns.enter('a'), await turns.enter('a')]
  const order: string[] = []
  const third = turns.enter('a').then((leave) => (order.push('third'), leave))
  const fourth = turns.enter('a').then((leave) => (order.push('fourth'), leave))
  expect(await turns.enter('b')).toBeTypeOf('function')
  expect(order).toEqual([])
  first!()
  await third
  expect(order).toEqual(['third'])
  second!()
  await fourth
  expect(order).toEqual(['third', 'fourth'])
})

test('where too many wait already nobody is let in, until somebody has left', async () => {
  const turns = turnsOf({ running: 1, waiting: 1 })
  const first = await turns.enter('a')
  const second = turns.enter('a')
  expect(await turns.enter('a')).toBeNull()
  first!()
  const leave = (await second)!
  leave()
  expect(await turns.enter('a')).toBeTypeOf('function')
})

test('whoever waits too long is told, and leaves no gap in the line', async () => {
  const turns = turnsOf({ running: 1, waiting: 2, patienceMillis: 1 })
  const first = await turns.enter('a')
  expect(await turns.enter('a')).toBeNull()
  first!()
  expect(await turns.enter('a')).toBeTypeOf('function')
})
