import { afterAll, expect, test } from 'vitest'
import { openBus } from '#db/bus.ts'
import { moveOutward, readOutward } from '#db/queries/switches.ts'
import { useDatabase } from '#test/support/use-database.ts'
import { followOutward } from '#workers/outward.ts'

const { db, url } = await useDatabase()
const stop = new AbortController()
const bus = openBus({ url, name: 'test', onError: () => {} })
afterAll(async () => {
  stop.abort()
  await bus.close()
})

const move = (isOff: boolean) => moveOutward(db, { isOff, reason: 'a test', movedBy: {} })

test.each([
  ['with the bus', () => bus],
  ['without a word from the bus', () => ({ on: () => () => {}, onGap: () => () => {} })],
])('%s, the switch aborts what runs within two seconds, and lets what comes later run', async (_how, busOf) => {
  const outward = followOutward(db, busOf(), () => {}, stop.signal)
  const running = outward.signal()
  const thrownAt = performance.now()
  await move(true)
  await expect.poll(() => running.aborted, { timeout: 2000 }).toBe(true)
  expect(performance.now() - thrownAt).toBeLessThan(2000)
  expect(outward.isOff()).toBe(true)
  expect(await readOutward(db)).toMatchObject({ isOff: true, reason: 'a test' })
  await move(false)
  await expect.poll(() => outward.isOff(), { timeout: 2000 }).toBe(false)
  expect(outward.signal().aborted).toBe(false)
})
