import { expect, test } from 'vitest'
import { answersIn, otherwiseStuck, owedTicks, type Room, waitingScans } from '#apps/web/pages/queues/answers.ts'

const queue = (queue: Room['queues'][number]['queue'], more: Partial<Room['queues'][number]> = {}) => ({
  queue,
  waiting: 0,
  oldestSeconds: 0,
  perMinute: 0,
  lastHour: Array.from({ length: 12 }, () => 0),
  failedShare: null,
  pause: null,
  ...more,
})
const quiet: Room = {
  backend: 'postgres',
  queues: [queue('scans-interactive'), queue('scans-scheduled'), queue('scans-bulk'), queue('mail'), queue('alerts')],
  lanes: [],
  running: 0,
  silentWorkers: 0,
  expiredLeases: 0,
  lastEndedSeconds: null,
  mails: { count: 0, oldestSeconds: 0 },
  webhookDeliveries: { count: 0, oldestSeconds: 0 },
  missedTicks: [],
  outward: { isOff: false, reason: '' },
  waitingAtMost: { scanSeconds: 60, mailSeconds: 600, deliverySeconds: 3600 },
  stuck: [],
}
const stuck = (code: string) => ({ code, sentence: `${code}.`, action: 'Look.' })
const of = (room: Room, question: string) => answersIn(room).find((answer) => answer.question === question)

test('where the API calls nothing stuck every question is fine', () => {
  expect(answersIn(quiet).every(({ isFine, is }) => isFine && is === 0)).toBe(true)
  expect(answersIn(quiet)).toHaveLength(8)
})

test('each thing that is stuck is the answer to one question, and what is new is shown in the API’s words', () => {
  for (const code of [
    'outward-off',
    'queue-paused',
    'nobody-begins',
    'workers-silent',
    'leases-expired',
    'ticks-missed',
    'mail-waits',
    'webhooks-wait',
  ]) {
    const room = { ...quiet, stuck: [stuck(code)] }
    expect(answersIn(room).filter(({ isFine }) => !isFine)).toHaveLength(1)
    expect(otherwiseStuck(room)).toEqual([])
  }
  const room = { ...quiet, stuck: [stuck('disk-full')] }
  expect(answersIn(room).every(({ isFine }) => isFine)).toBe(true)
  expect(otherwiseStuck(room)).toEqual([stuck('disk-full')])
})

test('what rests in a paused queue does not wait for a worker', () => {
  const pause = { reason: 'upgrade', pausedAt: '2026-11-27T12:00:00Z', by: 'Ada' }
  const room: Room = {
    ...quiet,
    queues: [
      queue('scans-interactive', { waiting: 2, oldestSeconds: 4 }),
      queue('scans-bulk', { waiting: 900, oldestSeconds: 4000, pause }),
      queue('mail', { waiting: 7, oldestSeconds: 9000 }),
    ],
  }
  expect(waitingScans(room)).toEqual({ count: 2, oldestSeconds: 4 })
  expect(of(room, 'scans')).toMatchObject({ is: 4, atMostSeconds: 60 })
  expect(of(room, 'paused')).toMatchObject({ is: 1, atMostSeconds: null })
})

test('runs that were left out on purpose are not missed', () => {
  const missedTicks = [
    { reason: 'down', count: 3 },
    { reason: 'paused', count: 40 },
    { reason: 'queue-full', count: 2 },
  ]
  expect(owedTicks({ missedTicks }).map(({ reason }) => reason)).toEqual(['down', 'queue-full'])
  expect(of({ ...quiet, missedTicks }, 'ticks')).toMatchObject({ is: 5 })
})
