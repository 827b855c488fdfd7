import { describe, expect, test } from 'vitest'
import { findRedis } from '#test/support/redis-server.ts'
import { cutSize } from '../matrix/case.ts'
import { cases } from '../matrix/index.ts'
import { sleepWithoutFence } from '../matrix/workers.ts'

const hasRedis = findRedis() !== null
if (!hasRedis) console.log('skipped: the half with the queue in Redis, since there is no redis-server')

describe.each(hasRedis ? (['pg', 'redis'] as const) : (['pg'] as const))('with the queue in %s', (backend) => {
  test.each(cases.filter(({ inCut }) => inCut?.includes(backend)))(
    'row $row: $name',
    { timeout: 180_000 },
    async (one) => {
      await one.run(backend, cutSize)
    },
  )
})

test('a product without its fence is caught: the sleeper leaves a second result', { timeout: 120_000 }, async () => {
  await expect(sleepWithoutFence('pg', cutSize)).rejects.toThrow(/has 2 results/)
})
