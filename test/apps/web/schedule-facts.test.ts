import { expect, test } from 'vitest'
import { changesOf, momentOf, type Schedule, scannersOf, targetsOf } from '#apps/web/pages/schedules/facts.ts'

const schedule: Schedule = {
  id: '01890000-0000-7000-8000-000000000001',
  name: 'hourly',
  cron: null,
  everySeconds: 3600,
  zone: 'UTC',
  targets: { ids: ['01890000-0000-7000-8000-000000000002'], tags: null },
  scanners: { tls: { port: 8443, serverName: null }, ports: {} },
  overlap: 'skip',
  catchUp: 'once',
  spreadSeconds: 0,
  isPaused: false,
  pausedReason: null,
  nextRuns: [],
  lastRun: null,
  createdAt: '2026-11-27T12:00:00.000Z',
}
const known = ['ports', 'tls', 'dns']
const unchanged = {
  name: 'hourly',
  ...momentOf('every', '', '3600', 'UTC'),
  targets: targetsOf('some', [], schedule.targets.ids!)!,
  scanners: scannersOf(['ports', 'tls'], known, schedule.scanners)!,
  overlap: 'skip' as const,
  catchUp: 'once' as const,
  spreadSeconds: 0,
}

test('what is not changed is not sent, so that a rhythm keeps its moments', () => {
  expect(changesOf(schedule, unchanged)).toEqual({})
  expect(changesOf(schedule, { ...unchanged, name: 'each hour' })).toEqual({ name: 'each hour' })
})

test('a timing that is another goes whole', () => {
  const { everySeconds: _, ...rest } = unchanged
  const daily = { ...rest, ...momentOf('cron', ' @daily ', '3600', 'UTC') }
  expect(changesOf(schedule, daily)).toEqual({ cron: '@daily', zone: 'UTC' })
})

test('named targets never turn into every target', () => {
  expect(targetsOf('some', [], [])).toBeNull()
  expect(targetsOf('some', ['web'], ['a'])).toEqual({ tags: ['web'], ids: ['a'] })
  expect(targetsOf('all', ['web'], ['a'])).toEqual({})
  expect(changesOf(schedule, { ...unchanged, targets: targetsOf('all', [], [])! })).toEqual({ targets: {} })
})

test('scanners keep the options they had, also those this page does not know', () => {
  expect(scannersOf(known, known, null)).toBeNull()
  expect(scannersOf(['dns'], known, null)).toEqual({ dns: {} })
  expect(scannersOf(['tls'], ['tls'], schedule.scanners)).toEqual({ ...schedule.scanners })
})
