import { expect, test } from 'vitest'
import { createSlots, reservedSlots } from '#workers/jobs/slots.ts'

test('the places above are kept from whoever holds half of the others, once it is known whose those are', async () => {
  const { take } = createSlots(4)
  const anybodys = Array.from({ length: 4 }, take)
  const reserved = take()
  const except = reserved.except()
  let isTold = false
  void except.then(() => (isTold = true))
  for (const slot of anybodys) expect(await slot.except()).toEqual([])
  anybodys.slice(0, 3).forEach((slot) => slot.claimed('many'))
  await new Promise(setImmediate)
  expect(isTold).toBe(false)
  anybodys[3]!.claimed('one')
  expect(await except).toEqual(['many'])
})

test('a place that is given back is anybody’s again', async () => {
  const { take } = createSlots(1)
  const first = take()
  first.claimed('many')
  const second = take()
  expect(await second.except()).toEqual(['many'])
  second.release()
  first.release()
  expect(await take().except()).toEqual([])
})

test('a ring that might take nothing is made good by whoever ends next', async () => {
  const { take, takeDebt } = createSlots(1)
  const first = take()
  first.claimed('many')
  const second = take()
  await second.except()
  second.claimed(null)
  second.release()
  expect([takeDebt(), takeDebt()]).toEqual([true, false])
  const third = take()
  await third.except()
  third.release()
  expect(takeDebt()).toBe(false)
})

test('a worker has a quarter more places than one organisation may fill', () => {
  expect([1, 2, 8, 10].map(reservedSlots)).toEqual([1, 1, 2, 3])
})
