import { expect, test } from 'vitest'
import { actsFor, axisOf, isOver, phasesOf, sinceAsked, type Step } from '#apps/web/pages/job/life.ts'

const began = Date.parse('2026-11-27T12:00:00.000Z')
const step = (kind: string, seconds: number, attempt: number | null = null): Step => ({
  at: new Date(began + seconds * 1000).toISOString(),
  kind,
  attempt,
  workerId: null,
  worker: null,
  scanner: null,
  reason: null,
  detail: null,
  madeId: null,
})

test('a life that was taken over shows both attempts, the silence between them, and ends where the scan did', () => {
  const steps = [
    step('asked', 0),
    step('queued', 0),
    step('claimed', 10, 1),
    step('authorised', 11),
    step('lease-ran-out', 40, 1),
    step('claimed', 50, 2),
    step('write-refused', 60, 1),
    step('run-completed', 90),
    step('completed', 100),
    step('act-retry', 900),
  ]
  const axis = axisOf(steps, began + 5_000_000)
  expect(axis.endedAt - axis.beganAt).toBe(100_000)
  expect(phasesOf(steps, axis)).toEqual([
    { kind: 'waits', attempt: null, from: 0, to: 10 },
    { kind: 'runs', attempt: 1, from: 10, to: 40 },
    { kind: 'silent', attempt: null, from: 40, to: 50 },
    { kind: 'runs', attempt: 2, from: 50, to: 100 },
  ])
  expect(isOver(steps)).toBe(true)
  expect(sinceAsked(steps, step('lease-ran-out', 40))).toBe(40_000)
})

test('what goes on reaches to now, and a pause that is told again is one pause', () => {
  const steps = [step('asked', 0), step('queue-paused', 20), step('queue-paused', 80), step('queue-resumed', 100)]
  const axis = axisOf(steps, began + 200_000)
  expect(phasesOf(steps, axis)).toEqual([
    { kind: 'waits', attempt: null, from: 0, to: 10 },
    { kind: 'rests', attempt: null, from: 10, to: 50 },
    { kind: 'waits', attempt: null, from: 50, to: 100 },
  ])
  expect(isOver(steps)).toBe(false)
})

test('a job that ended in the millisecond in which it was asked for has an axis all the same', () => {
  const steps = [step('asked', 0), step('refused', 0)]
  const axis = axisOf(steps, began)
  expect(axis.endedAt).toBeGreaterThan(axis.beganAt)
  expect(phasesOf(steps, axis).every(({ from, to }) => from >= 0 && to <= 100)).toBe(true)
})

test('only what the API would do is offered', () => {
  const errors = [{ scanner: 'ports', status: 'failed' as const, reason: 'unreachable', detail: null }]
  expect(actsFor({ status: 'failed', lane: 'bulk', errors })).toEqual({ retry: true, cancel: false, prioritise: false })
  expect(actsFor({ status: 'completed', lane: 'bulk', errors: [] }).retry).toBe(false)
  expect(actsFor({ status: 'queued', lane: 'bulk', errors: [] })).toEqual({
    retry: false,
    cancel: true,
    prioritise: true,
  })
  expect(actsFor({ status: 'queued', lane: 'interactive', errors: [] }).prioritise).toBe(false)
  expect(actsFor({ status: 'running', lane: 'bulk', errors: [] }).cancel).toBe(true)
})
