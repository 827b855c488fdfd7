import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { sweepLimits, takeTokens, takeTokensOfAll } from '#db/queries/limits.ts'
import { useDatabase } from '#test/support/use-database.ts'

const { db } = await useDatabase()
/** So slow that nothing falls in while a test runs. */
const bucket = (about: object = {}) => ({ key: randomUUID(), capacity: 10, perSecond: 0.001, ...about })
const take = async (one: ReturnType<typeof bucket>) => (await takeTokens(db, [one]))[0]!
const letPass = (key: string, seconds: number) =>
  sql`update rate_limits set refilled_at = refilled_at - make_interval(secs => ${seconds}) where key = ${key}`.execute(
    db,
  )

test('a bucket gives what it has, then says when there is more', async () => {
  const one = bucket({ capacity: 2, perSecond: 0.1 })
  expect(await take(one)).toMatchObject({ isAllowed: true, remaining: 1, retryAfterSeconds: 0, resetSeconds: 10 })
  expect(await take(one)).toMatchObject({ isAllowed: true, remaining: 0, retryAfterSeconds: 0 })
  expect(await take(one)).toMatchObject({ isAllowed: false, remaining: 0, retryAfterSeconds: 10, resetSeconds: 20 })
})

test('tokens fall in with time, and never more than the bucket holds', async () => {
  const one = bucket({ capacity: 3, perSecond: 0.1 })
  for (let i = 0; i < 3; i++) await take(one)
  expect((await take(one)).isAllowed).toBe(false)
  await letPass(one.key, 11)
  expect(await take(one)).toMatchObject({ isAllowed: true, remaining: 0 })
  await letPass(one.key, 100_000)
  expect(await take(one)).toMatchObject({ isAllowed: true, remaining: 2 })
})

test('a clock that went back gives nothing away and takes nothing', async () => {
  const one = bucket({ capacity: 2 })
  await take(one)
  await letPass(one.key, -3600)
  expect(await take(one)).toMatchObject({ isAllowed: true, remaining: 0 })
  expect(await take(one)).toMatchObject({ isAllowed: false })
})

test('of a hundred at once exactly as many pass as there are tokens, in every round', async () => {
  for (let round = 0; round < 20; round++) {
    const one = bucket()
    const all = await Promise.all(Array.from({ length: 100 }, () => take(one)))
    expect(all.filter(({ isAllowed }) => isAllowed)).toHaveLength(10)
  }
})

test('many buckets at once, in any order, neither block each other nor miscount', async () => {
  const [one, other, third] = [bucket({ capacity: 500 }), bucket({ capacity: 50 }), bucket({ capacity: 500 })]
  const orders = [
    [one, other, third],
    [third, other, one],
    [other, third, one],
  ] as const
  const all = await Promise.all(Array.from({ length: 120 }, (_, i) => takeTokens(db, orders[i % 3]!)))
  const passed = all.flat().filter(({ isAllowed }) => isAllowed)
  expect(passed.filter(({ key }) => key === other.key)).toHaveLength(50)
  expect(passed.filter(({ key }) => key === one.key)).toHaveLength(120)
})

test('of those that ask in one go the first are let in, and each is told what is left after it', async () => {
  const [shared, own] = [bucket({ capacity: 3 }), bucket({ capacity: 2 })]
  const told = await takeTokensOfAll(db, [[shared], [shared, own], [shared], [shared], [own, shared]])
  expect(told.map((taken) => taken.map(({ isAllowed, remaining }) => [isAllowed, remaining]))).toEqual([
    [[true, 2]],
    [
      [true, 1],
      [true, 1],
    ],
    [[true, 0]],
    [[false, 0]],
    [
      [true, 0],
      [false, 0],
    ],
  ])
  expect(await take(own)).toMatchObject({ isAllowed: false })
})

test('what costs more than the bucket holds never passes', async () => {
  const one = bucket({ capacity: 2, cost: 3 })
  expect(await take(one)).toMatchObject({ isAllowed: false, remaining: 2 })
  expect(await take(one)).toMatchObject({ isAllowed: false, remaining: 2 })
})

test('a bucket that is full again is forgotten, one that is not is kept', async () => {
  const [full, low] = [bucket({ perSecond: 1 }), bucket()]
  await takeTokens(db, [full, low])
  await letPass(full.key, 11)
  await sweepLimits(db)
  const { rows } = await sql<{
    key: string
  }>`select key from rate_limits where key in (${full.key}, ${low.key})`.execute(db)
  expect(rows).toEqual([{ key: low.key }])
})
