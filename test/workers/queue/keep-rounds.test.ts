import { randomUUID } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import { useDatabase } from '#test/support/use-database.ts'
import { keepRounds } from '#workers/queue/keep-rounds.ts'

const { db } = await useDatabase()

/** One process that keeps this chore, until the test is over. */
function keep(name: string, run: () => Promise<void>) {
  const stop = new AbortController()
  const errors: Error[] = []
  const ended = keepRounds(db, [{ name, everyMillis: 1000, run }], (error) => errors.push(error), stop.signal)
  onTestFinished(async () => {
    stop.abort()
    await ended
  })
  return { errors }
}

test('a process that hangs in a chore leaves it to another, and asks for it no more', async () => {
  const name = randomUUID()
  const hangs = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<void>()
  let ofTheFirst = 0
  keep(name, async () => {
    ofTheFirst++
    begun.resolve()
    await hangs.promise
  })
  await begun.promise
  await new Promise<void>((settle) => {
    let ofTheSecond = 0
    keep(name, async () => {
      if (++ofTheSecond === 2) settle()
    })
  })
  hangs.resolve()
  expect(ofTheFirst).toBe(1)
})

test('a process that failed at a chore leaves the next round to another', async () => {
  const name = randomUUID()
  const rounds: string[] = []
  const failed = Promise.withResolvers<void>()
  const lame = keep(name, async () => {
    rounds.push('lame')
    failed.resolve()
    throw new Error('its queue does not answer')
  })
  await failed.promise
  await new Promise<void>((settle) => {
    keep(name, async () => {
      rounds.push('sound')
      settle()
    })
  })
  expect(rounds).toEqual(['lame', 'sound'])
  expect(lame.errors.map(({ message }) => message)).toEqual(['its queue does not answer'])
})
