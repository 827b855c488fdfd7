import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { cutSize } from './matrix/case.ts'
import { cases } from './matrix/index.ts'
import { overload } from './overload.ts'
import { rolling } from './rolling.ts'
import type { Backend } from './rig.ts'
import { soak, type SoakOptions } from './soak.ts'

// The small cut of `npm run chaos`: the promises, not the times, which a busy machine says nothing of.

const hasRedis = ['/usr/bin/redis-server', '/usr/local/bin/redis-server'].some((path) => existsSync(path))
if (!hasRedis) console.log('skipped: the half with the queue in Redis, since there is no redis-server')
const backends: readonly Backend[] = hasRedis ? ['pg', 'redis'] : ['pg']

const small = (backend: Backend): SoakOptions => ({
  backend,
  scans: 240,
  faults: 14,
  seed: 1,
  rate: 12,
  gapMillis: 900,
  zombieShare: 0.3,
  leaseSeconds: 3,
})

describe.each(backends)('with the queue in %s', (backend) => {
  test('no scan is lost, doubled or left open while processes are killed and frozen', {
    timeout: 180_000,
  }, async () => {
    const { broken, nothing } = await soak(small(backend))
    expect({ broken, nothing }).toEqual({ broken: [], nothing: [] })
  })

  test.each(cases.filter(({ isInCut, backends }) => isInCut && backends.includes(backend)))(
    'row $row: $name',
    { timeout: 180_000 },
    async (one) => {
      await one.run(backend, cutSize)
    },
  )
})

test('a soak of a product without its fence fails, so that it would be noticed', { timeout: 180_000 }, async () => {
  const { broken } = await soak({ ...small('pg'), without: 'fence', zombieShare: 0.8 })
  expect(broken.join()).toMatch(/more than one result/)
})

test('APIs are replaced behind a balancer, and no request fails', { timeout: 120_000 }, async (context) => {
  const { broken, nothing } = await rolling({ seconds: 18, perSecond: 50 })
  context.skip(nothing.some((why) => why.includes('no haproxy')))
  expect(broken).toEqual([])
})

test('a tenant that sends ten times what it may gets what it may, and another one notices nothing', {
  timeout: 120_000,
}, async () => {
  const { broken } = await overload({ seconds: 4 })
  expect(broken.filter((sentence) => !/ms|memory|before/.test(sentence))).toEqual([])
})
