import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { ConnectOutcome } from '#workers/network/door.ts'
import { type Answers, type Sweep, sweepPorts } from '#workers/scanners/ports/engine.ts'
import { type HostBehaviour, seededRandom, virtualHost } from './support/virtual-host.ts'
import { VirtualClock } from './support/virtual-clock.ts'

beforeEach(() => {
  vi.spyOn(Math, 'random').mockImplementation(seededRandom(3))
})
afterEach(() => {
  vi.restoreAllMocks()
})

const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index)

async function sweep(ports: readonly number[], behaviour: HostBehaviour, options: Partial<Sweep> = {}) {
  const clock = new VirtualClock()
  const host = virtualHost(clock, behaviour)
  const opened: number[] = []
  let settled = 0
  const answers = await clock.until(
    sweepPorts({
      address: '192.0.2.10',
      ports,
      network: host.network,
      signal: new AbortController().signal,
      clock,
      stopAtMillis: Number.POSITIVE_INFINITY,
      maxBytes: 4096,
      onOpen: async (port) => void opened.push(port),
      onSettled: () => {
        settled += 1
      },
      ...options,
    }),
  )
  return { ...answers, host, opened, settled, millis: clock.now() }
}

const portsThatAre = ({ states }: Answers, state: string) =>
  [...states].filter(([, seen]) => seen === state).map(([port]) => port)

const leftOutFor = ({ leftOut }: Answers, reason: string) =>
  [...leftOut].filter(([, why]) => why === reason).map(([port]) => port)

test('a handshake is open, a reset is closed, silence is filtered', async () => {
  const says = { 22: 'open', 23: 'closed', 24: 'dark' } as const
  const seen = await sweep([22, 23, 24], { port: (port) => says[port as 22 | 23 | 24] })
  expect(Object.fromEntries(seen.states)).toEqual({ 22: 'open', 23: 'closed', 24: 'filtered' })
  expect(Object.fromEntries(seen.silences)).toEqual({ 24: 'no-answer' })
  expect(seen.opened).toEqual([22])
  expect(seen.settled).toBe(3)
})

test('a dark host: the open ports are found, silence is believed only after repeats, and it takes no minute', async () => {
  const open = new Set([22, 443, 900])
  const seen = await sweep(range(1, 1000), { port: (port) => (open.has(port) ? 'open' : 'dark') })
  expect(new Set(portsThatAre(seen, 'open'))).toEqual(open)
  expect(portsThatAre(seen, 'filtered')).toHaveLength(997)
  for (const port of portsThatAre(seen, 'filtered')) expect(seen.host.questionsTo(port)).toBeGreaterThanOrEqual(2)
  expect(seen.millis).toBeLessThan(5000)
})

test('65,535 closed ports are asked once each, but for the canaries', async () => {
  const seen = await sweep(range(1, 65_535), { port: (port) => (port % 2000 === 0 ? 'open' : 'closed') })
  expect(portsThatAre(seen, 'open')).toHaveLength(32)
  expect(portsThatAre(seen, 'closed')).toHaveLength(65_503)
  expect(seen.host.askedAt.length).toBeLessThan(65_535 * 1.05)
  expect(seen.millis).toBeLessThan(8000)
})

test('no open port is missed where one answer in ten gets lost', async () => {
  const isOpen = (port: number) => port % 50 === 0
  const seen = await sweep(range(1, 4000), { port: (port) => (isOpen(port) ? 'open' : 'closed'), loss: 0.1 })
  expect(portsThatAre(seen, 'open').toSorted((one, other) => one - other)).toEqual(range(1, 4000).filter(isOpen))
  expect(portsThatAre(seen, 'filtered').length).toBeLessThanOrEqual(4)
})

test('a host that counts out its resets is asked slowly enough to hear them', async () => {
  const seen = await sweep(range(1, 6000), {
    port: (port) => (port % 100 === 0 ? 'open' : 'closed'),
    resetsPerSecond: 200,
  })
  expect(portsThatAre(seen, 'open')).toHaveLength(60)
  expect(portsThatAre(seen, 'filtered').length).toBeLessThanOrEqual(6)
})

test('where most answers get lost, a silence is said to prove little', async () => {
  const seen = await sweep(range(1, 1000), { port: (port) => (port < 500 ? 'closed' : 'dark'), loss: 0.7 })
  const reasons = new Set(seen.silences.values())
  expect(reasons.has('packet-loss')).toBe(true)
})

test('a host where nothing answers at all ends, with every port filtered', async () => {
  const seen = await sweep(range(1, 1000), { port: () => 'dark' })
  expect(portsThatAre(seen, 'filtered')).toHaveLength(1000)
  expect(seen.millis).toBeLessThan(10_000)
})

test("what a router says is filtered, with the router's word", async () => {
  const seen = await sweep([80], { port: () => ({ status: 'unreachable', errno: 'EHOSTUNREACH' }) })
  expect(Object.fromEntries(seen.states)).toEqual({ 80: 'filtered' })
  expect(Object.fromEntries(seen.silences)).toEqual({ 80: 'EHOSTUNREACH' })
})

test('running out of descriptors slows us down and costs no port its state', async () => {
  const seen = await sweep(range(1, 2000), { port: () => 'closed', descriptors: 20 })
  expect(portsThatAre(seen, 'closed')).toHaveLength(2000)
  expect(seen.leftOut.size).toBe(0)
})

test('a silent host and a machine short of descriptors: every port is asked in the end', async () => {
  const seen = await sweep(range(1, 300), { port: () => 'dark', descriptors: 20 })
  expect(portsThatAre(seen, 'filtered')).toHaveLength(300)
  expect(seen.leftOut.size).toBe(0)
})

test('our own error that does not pass is no state: the ports are left out with it, and the sweep ends', async () => {
  const seen = await sweep(range(1, 2000), { port: () => 'closed', descriptors: 0 })
  expect(seen.states.size).toBe(0)
  expect(leftOutFor(seen, 'EMFILE')).toHaveLength(2000)
  expect(seen.settled).toBe(2000)
  expect(seen.millis).toBeLessThan(15_000)
})

test('an error of ours for one port leaves out that port alone', async () => {
  const denied: ConnectOutcome = { status: 'not-asked', errno: 'EACCES' }
  const seen = await sweep([80, 81], { port: (port) => (port === 80 ? denied : 'closed') })
  expect(Object.fromEntries(seen.states)).toEqual({ 81: 'closed' })
  expect(Object.fromEntries(seen.leftOut)).toEqual({ 80: 'EACCES' })
})

test('an address to which there is no way is given up at once', async () => {
  const seen = await sweep(range(1, 65_535), { port: () => ({ status: 'not-asked', errno: 'ENETUNREACH' }) })
  expect(seen.states.size).toBe(0)
  expect(leftOutFor(seen, 'ENETUNREACH')).toHaveLength(65_535)
  expect(seen.host.askedAt.length).toBeLessThan(1000)
})

test('a port that the guard refuses is left out with the rule', async () => {
  const seen = await sweep([5432, 80], {
    port: (port) => (port === 5432 ? { status: 'not-allowed', rule: 'own-socket' } : 'closed'),
  })
  expect(Object.fromEntries(seen.states)).toEqual({ 80: 'closed' })
  expect(Object.fromEntries(seen.leftOut)).toEqual({ 5432: 'own-socket' })
})

test('politeness holds: no more open and no more new in any second than the address allows', async () => {
  const pace = { connectionsPerSecond: 20, openConnections: 10 }
  const { host } = await sweep(range(1, 200), { port: (port) => (port % 2 ? 'dark' : 'closed'), pace })
  expect(host.mostOpen).toBeLessThanOrEqual(10)
  for (const { millis } of host.askedAt) {
    const within = host.askedAt.filter((asked) => asked.millis >= millis && asked.millis < millis + 1000)
    expect(within.length).toBeLessThanOrEqual(21)
  }
})

test('a silent host fills no more than the connections that its address allows', async () => {
  const pace = { connectionsPerSecond: 1000, openConnections: 7 }
  const { host } = await sweep(range(1, 100), { port: () => 'dark', pace })
  expect(host.mostOpen).toBe(7)
})

test('an abort gives at once what is known, and names the rest', async () => {
  const aborter = new AbortController()
  let settled = 0
  const seen = await sweep(
    range(1, 65_535),
    { port: () => 'closed' },
    {
      signal: aborter.signal,
      onSettled: () => {
        settled += 1
        if (settled === 1000) aborter.abort()
      },
    },
  )
  expect(portsThatAre(seen, 'closed').length).toBeGreaterThanOrEqual(1000)
  expect(portsThatAre(seen, 'closed').length + leftOutFor(seen, 'deadline').length).toBe(65_535)
})

test('when time is over no question begins; a silence that was not asked long enough is no state', async () => {
  const seen = await sweep(range(1, 10_000), { port: () => 'dark' }, { stopAtMillis: 1500 })
  expect(seen.millis).toBeLessThan(3100)
  expect(portsThatAre(seen, 'filtered').length + leftOutFor(seen, 'deadline').length).toBe(10_000)
  expect(leftOutFor(seen, 'deadline').length).toBeGreaterThan(0)
})

test('a mistake of ours while reading an open port is thrown, not swallowed', async () => {
  const broken = sweep([80], { port: () => 'open' }, { onOpen: () => Promise.reject(new TypeError('ours')) })
  await expect(broken).rejects.toThrow('ours')
})
