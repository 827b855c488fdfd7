import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { keepLease } from '#workers/jobs/lease.ts'

const never = new AbortController().signal
beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }))
afterEach(() => void vi.useRealTimers())

test('a lease that was lost aborts at the next renewal', async () => {
  const answers = [true, false]
  const lease = keepLease(async () => answers.shift() ?? false, 9, never)
  await vi.advanceTimersByTimeAsync(3000)
  expect({ aborted: lease.signal.aborted, held: lease.isHeld() }).toEqual({ aborted: false, held: true })
  await vi.advanceTimersByTimeAsync(3000)
  expect({ aborted: lease.signal.aborted, held: lease.isHeld() }).toEqual({ aborted: true, held: false })
})

test('a database away for less than a lease takes nothing, for longer everything', async () => {
  const lease = keepLease(() => Promise.reject(new Error('away')), 9, never)
  await vi.advanceTimersByTimeAsync(9000)
  expect(lease.isHeld()).toBe(true)
  await vi.advanceTimersByTimeAsync(3000)
  expect({ aborted: lease.signal.aborted, held: lease.isHeld() }).toEqual({ aborted: true, held: false })
})

test('a process that slept through its lease knows it before the first timer fires', () => {
  const lease = keepLease(async () => true, 9, never)
  vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 9001)
  expect(lease.isHeld()).toBe(false)
  lease.end()
})

test('a stop from outside aborts what runs, and the lease is still ours to hand back', () => {
  const stop = new AbortController()
  const lease = keepLease(async () => true, 9, stop.signal)
  stop.abort()
  expect({ aborted: lease.signal.aborted, held: lease.isHeld() }).toEqual({ aborted: true, held: true })
  lease.end()
})

test('a lease that is renewed again and again is held for as long as it is, and counts from the last renewal', async () => {
  let isAway = false
  const lease = keepLease(async () => (isAway ? Promise.reject(new Error('away')) : true), 9, never)
  await vi.advanceTimersByTimeAsync(30_000)
  expect({ aborted: lease.signal.aborted, held: lease.isHeld() }).toEqual({ aborted: false, held: true })
  isAway = true
  await vi.advanceTimersByTimeAsync(8000)
  expect(lease.isHeld()).toBe(true)
  await vi.advanceTimersByTimeAsync(4000)
  expect(lease.isHeld()).toBe(false)
})

test('a lease that ended is not renewed any more', async () => {
  let renewals = 0
  const lease = keepLease(async () => ++renewals > 0, 9, never)
  lease.end()
  await vi.advanceTimersByTimeAsync(30_000)
  expect(renewals).toBe(0)
})
