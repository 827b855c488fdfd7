import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createLifetime } from '#workers/network/lifetime.ts'
import { createTurns, type Release } from '#workers/network/turns.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const forEver = createLifetime(new AbortController().signal)

/** Asks for so many turns at once; `granted` grows as they come. */
function ask(count: number, turns: ReturnType<typeof createTurns>, pace = calm, address = 'a', lifetime = forEver) {
  const granted: (Release | null)[] = []
  for (let asked = 0; asked < count; asked += 1) {
    void Promise.resolve(turns.take(address, pace, lifetime)).then((release) => granted.push(release))
  }
  return granted
}

const calm = { connectionsPerSecond: 100, openConnections: 1000 }

test('no second holds more new connections than the pace allows', async () => {
  const granted = ask(1000, createTurns())
  await vi.advanceTimersByTimeAsync(0)
  const atOnce = granted.length
  expect(atOnce).toBeLessThanOrEqual(2)
  await vi.advanceTimersByTimeAsync(1000)
  expect(granted.length).toBeGreaterThanOrEqual(95)
  expect(granted.length).toBeLessThanOrEqual(100 + atOnce)
})

test('no more are open at once than the pace allows, and each release lets the next one go', async () => {
  const granted = ask(20, createTurns(), { connectionsPerSecond: 1e6, openConnections: 3 })
  await vi.advanceTimersByTimeAsync(5000)
  expect(granted).toHaveLength(3)
  granted[0]?.()
  granted[0]?.()
  await vi.advanceTimersByTimeAsync(0)
  expect(granted).toHaveLength(4)
})

test('what is open is capped for all addresses together', async () => {
  const turns = createTurns(4)
  const pace = { connectionsPerSecond: 1e6, openConnections: 100 }
  const one = ask(3, turns, pace, 'a')
  const other = ask(3, turns, pace, 'b')
  await vi.advanceTimersByTimeAsync(5000)
  expect([one.length, other.length]).toEqual([3, 1])
  one[0]?.()
  await vi.advanceTimersByTimeAsync(0)
  expect(other).toHaveLength(2)
})

test('one address does not wait for another', async () => {
  const turns = createTurns()
  ask(1000, turns, calm, 'a')
  const other = ask(1, turns, calm, 'b')
  await vi.advanceTimersByTimeAsync(0)
  expect(other).toHaveLength(1)
})

test('first come, first served', async () => {
  const turns = createTurns()
  const order: number[] = []
  for (let asked = 0; asked < 10; asked += 1) {
    void Promise.resolve(turns.take('a', calm, forEver)).then(() => order.push(asked))
  }
  await vi.advanceTimersByTimeAsync(1000)
  expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
})

test('who waits when the run ends gets no turn, and takes none from the others', async () => {
  const over = new AbortController()
  const turns = createTurns()
  const pace = { connectionsPerSecond: 1e6, openConnections: 1 }
  const held = ask(1, turns, pace)
  const waiting = ask(2, turns, pace, 'a', createLifetime(over.signal))
  const others = ask(1, turns, pace)
  await vi.advanceTimersByTimeAsync(10)
  over.abort()
  held[0]?.()
  await vi.advanceTimersByTimeAsync(0)
  expect(waiting).toEqual([null, null])
  expect(others).toHaveLength(1)
})
