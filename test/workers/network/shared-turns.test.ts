import { afterAll, expect, test } from 'vitest'
import { leaseTurns } from '#db/queries/turns.ts'
import { useDatabase } from '#test/support/use-database.ts'
import { createLifetime } from '#workers/network/lifetime.ts'
import { createSharedTurns, networkOf } from '#workers/network/shared-turns.ts'
import { createTurns, politePace, provedPace } from '#workers/network/turns.ts'

const { db } = await useDatabase()
const over = new AbortController()
afterAll(() => over.abort())

/** What one process has. */
const processTurns = () => createSharedTurns(createTurns(), (request) => leaseTurns(db, request))
const lifetime = () => createLifetime(over.signal)

/** The most that began in any second. */
const busiestSecond = (times: readonly number[]) =>
  Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 1000).length))

test('three processes together keep to one pace at an address, and to one in its network', async () => {
  const processes = [processTurns(), processTurns(), processTurns()]
  const began: number[] = []
  let open = 0
  let mostOpen = 0
  const dial = async (turns: ReturnType<typeof processTurns>, address: string) => {
    const release = await turns.take(address, politePace, lifetime())
    began.push(performance.now())
    mostOpen = Math.max(mostOpen, ++open)
    await new Promise((done) => setTimeout(done, 30))
    open--
    release?.()
  }
  await Promise.all(processes.flatMap((turns) => Array.from({ length: 15 }, (_, i) => dial(turns, `192.0.2.${i % 2}`))))
  expect(began).toHaveLength(45)
  expect(busiestSecond(began)).toBeLessThanOrEqual(politePace.connectionsPerSecond)
  expect(mostOpen).toBeLessThanOrEqual(politePace.openConnections)
})

test('no more are open at once than the pace says, whichever process has them', async () => {
  const processes = [processTurns(), processTurns()]
  const slow = { connectionsPerSecond: 1000, openConnections: 4 }
  const taken: (() => void)[] = []
  const waiting = processes.flatMap((turns) =>
    Array.from({ length: 6 }, async () => {
      const release = await turns.take('198.51.100.7', slow, lifetime())
      taken.push(release!)
    }),
  )
  await expect.poll(() => taken.length).toBe(4)
  await new Promise((done) => setTimeout(done, 300))
  expect(taken).toHaveLength(4)
  let given = 0
  while (given < 12) {
    await expect.poll(() => taken.length, { timeout: 10_000 }).toBeGreaterThan(given)
    taken[given++]!()
  }
  await Promise.all(waiting)
})

test('without the store nobody gets a turn, and a run that ends waits no more', async () => {
  const turns = createSharedTurns(createTurns(), async () => {
    throw new Error('the store is away')
  })
  const run = new AbortController()
  let isTaken = false
  const waiting = Promise.resolve(turns.take('192.0.2.9', provedPace, createLifetime(run.signal))).then((release) => {
    isTaken = release !== null
  })
  await new Promise((done) => setTimeout(done, 100))
  expect(isTaken).toBe(false)
  run.abort()
  await waiting
  expect(isTaken).toBe(false)
})

test('places of a process that died are free again', async () => {
  const request = {
    lanes: ['203.0.113.1'],
    perSecond: 1000,
    burst: 100,
    placesAtMost: 10,
    tokens: 10,
    places: 10,
  }
  const [dead, next] = ['01990000-0000-7000-8000-000000000001', '01990000-0000-7000-8000-000000000002']
  expect((await leaseTurns(db, { ...request, holder: dead })).places).toBe(10)
  expect((await leaseTurns(db, { ...request, holder: next })).places).toBe(0)
  await db
    .updateTable('turn_places')
    .set({ ends_at: new Date(0) })
    .where('holder', '=', dead)
    .execute()
  expect((await leaseTurns(db, { ...request, holder: next })).places).toBe(10)
})

test('addresses are neighbours within a /24, and within a /48', () => {
  expect(networkOf('192.0.2.1')).toBe(networkOf('192.0.2.254'))
  expect(networkOf('192.0.2.1')).not.toBe(networkOf('192.0.3.1'))
  expect(networkOf('2001:db8:1::1')).toBe(networkOf('2001:db8:1:ffff::2'))
  expect(networkOf('2001:db8:1::1')).not.toBe(networkOf('2001:db8:2::1'))
})
