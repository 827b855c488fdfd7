import { describe, test } from 'vitest'
import { findRedis } from '#test/support/redis-server.ts'
import { cutSize } from '../matrix/case.ts'
import { cases } from '../matrix/index.ts'

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
