import { expect, test } from 'vitest'
import { ticks } from '../ticks.ts'

test('every owed tick is noted once, however often those who keep schedules are killed', {
  timeout: 120_000,
}, async () => {
  const { broken, nothing } = await ticks({ count: 250, seed: 1 })
  expect({ broken, nothing }).toEqual({ broken: [], nothing: [] })
})
