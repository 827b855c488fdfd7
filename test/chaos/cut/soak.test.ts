import { expect, test } from 'vitest'
import { findRedis } from '#test/support/redis-server.ts'
import type { Backend } from '../rig.ts'
import { soak, type SoakOptions } from '../soak.ts'

// The small cut of `npm run chaos`: the promises, not the times, which a busy machine says nothing of.

const hasRedis = findRedis() !== null
if (!hasRedis) console.log('skipped: the half with the queue in Redis, since there is no redis-server')

const small = (backend: Backend): SoakOptions => ({
  backend,
  scans: 80,
  faults: 8,
  seed: 1,
  rate: 10,
  gapMillis: 600,
  zombieShare: 0.3,
  leaseSeconds: 3,
})

test.each(hasRedis ? (['pg', 'redis'] as const) : (['pg'] as const))(
  'no scan is lost, doubled or left open while processes are killed and frozen: %s',
  { timeout: 180_000 },
  async (backend) => {
    const { broken, nothing } = await soak(small(backend))
    expect({ broken, nothing }).toEqual({ broken: [], nothing: [] })
  },
)
