import { expect, test } from 'vitest'
import { rolling } from '../rolling.ts'

test('APIs are replaced behind a balancer, and no request fails', { timeout: 120_000 }, async (context) => {
  const { broken, nothing } = await rolling({ seconds: 15, perSecond: 25 })
  context.skip(nothing.some((why) => why.includes('no haproxy')))
  expect(broken).toEqual([])
})
