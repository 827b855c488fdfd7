import { expect, test } from 'vitest'
import type { InstanceFacts } from '#db/queries/facts.ts'
import { stuckIn } from '#workers/documents/stuck.ts'

const none = { count: 0, oldestSeconds: 0 }
const facts = (changed: Partial<InstanceFacts> = {}): InstanceFacts => ({
  waiting: [{ lane: 'interactive', ...none }],
  running: 0,
  expiredLeases: 0,
  lastEndedSeconds: null,
  mails: none,
  deliveries: none,
  missedTicks: [],
  paused: [],
  silentWorkers: 0,
  ...changed,
})
const on = { isOff: false, reason: '' }
const codes = (changed: Partial<InstanceFacts>, outward = on) =>
  stuckIn(facts(changed), outward).map(({ code }) => code)
const queue = (oldestSeconds: number) => ({ waiting: [{ lane: 'bulk' as const, count: 3, oldestSeconds }] })

test.each<[string, Partial<InstanceFacts>, string[]]>([
  ['nothing', {}, []],
  ['scans that wait for a while', queue(59), []],
  ['scans that nobody begins', queue(61), ['nobody-begins']],
  ['leases that ran out', { expiredLeases: 2 }, ['leases-expired']],
  ['runs that nobody was there for', { missedTicks: [{ reason: 'down', count: 2 }] }, ['ticks-missed']],
  ['runs that were not meant to be', { missedTicks: [{ reason: 'blackout', count: 2 }] }, []],
  ['mail on its way', { mails: { count: 1, oldestSeconds: 500 } }, []],
  ['mail that stays', { mails: { count: 1, oldestSeconds: 700 } }, ['mail-waits']],
  ['a worker that is not heard of', { silentWorkers: 1 }, ['workers-silent']],
  [
    'what waits in a queue that is paused',
    { ...queue(900), paused: [{ queue: 'scans-bulk', reason: 'upgrade' }] },
    ['queue-paused'],
  ],
  ['a webhook that takes nothing', { deliveries: { count: 9, oldestSeconds: 4000 } }, ['webhooks-wait']],
])('%s', (_what, changed, expected) => {
  expect(codes(changed)).toEqual(expected)
})

test('while nothing may leave, that is said, and not that scans wait', () => {
  expect(codes(queue(900), { isOff: true, reason: 'abuse mail' })).toEqual(['outward-off'])
  expect(stuckIn(facts(), { isOff: true, reason: 'abuse mail' })[0]!.sentence).toContain('(abuse mail)')
})
