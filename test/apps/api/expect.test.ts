import { expect, test } from 'vitest'
import { secondsUntil } from '#apps/api/expect.ts'

const known = {
  queued: 40,
  running: 8,
  runSeconds: new Map([
    ['ports', 6],
    ['tls', 20],
  ]),
}
const waiting = { status: 'queued', runningSeconds: 0, openScanners: ['ports'] } as const

test('what waits is asked for again when its turn is near, by how fast the queue goes', () => {
  expect(secondsUntil(known, waiting)).toBe(30)
  expect(secondsUntil({ ...known, queued: 1 }, waiting)).toBe(1)
  expect(secondsUntil({ ...known, queued: 10_000 }, waiting)).toBe(60)
  expect(secondsUntil({ ...known, running: 0 }, waiting)).toBe(60)
})

test('what runs is asked for again when its slowest open scanner usually ends', () => {
  const running = { status: 'running', runningSeconds: 5, openScanners: ['ports', 'tls'] } as const
  expect(secondsUntil(known, running)).toBe(15)
  expect(secondsUntil(known, { ...running, openScanners: ['ports'] })).toBe(1)
  expect(secondsUntil(known, { ...running, runningSeconds: 500 })).toBe(1)
})

test('a scanner of which nothing is known yet is asked for soon', () => {
  const nothing = { queued: 0, running: 0, runSeconds: new Map() }
  expect(secondsUntil(nothing, { status: 'running', runningSeconds: 0, openScanners: ['ports'] })).toBe(2)
  expect(secondsUntil(nothing, waiting)).toBe(1)
})
