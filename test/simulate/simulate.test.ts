import { expect, test } from 'vitest'
import { simulate } from './simulate.ts'

test('ten days of watching: every tick is accounted for, every true event is told once, and nothing else is', {
  timeout: 180_000,
}, async () => {
  const { broken, figures } = await simulate({ days: 10, seed: 5, from: Date.UTC(2026, 2, 24), daily: 20, hourly: 2 })
  expect(broken).toEqual([])
  expect(Number(figures['true events'])).toBeGreaterThan(3)
})
