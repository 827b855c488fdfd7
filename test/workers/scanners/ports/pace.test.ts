import { expect, test } from 'vitest'
import { mostQuestions, Pace } from '#workers/scanners/ports/pace.ts'

const unlimited = { connectionsPerSecond: 1e6, openConnections: 1e6 }
const polite = { connectionsPerSecond: 1000, openConnections: 256 }

/** Lets periods of 100 ms pass, each with the same news. */
function pass(pace: Pace, periods: number, news: (pace: Pace) => void, fromMillis = 0) {
  for (let period = 1; period <= periods; period++) {
    news(pace)
    pace.allowance(fromMillis + period * 100)
  }
  return fromMillis + periods * 100
}

const answers = (millis: number) => (pace: Pace) => {
  for (let count = 0; count < 20; count++) pace.answered(millis)
}
const canaries = (lost: number) => (pace: Pace) => {
  for (let count = 0; count < 20; count++) pace.canary('open', count < lost)
}

test('it never goes beyond what the address allows, nor beyond what one machine can do', () => {
  const stranger = new Pace(polite, 0)
  pass(stranger, 100, canaries(0))
  expect(stranger.connectionsPerSecond).toBe(1000)
  expect(stranger.openConnections).toBe(256)
  const own = new Pace(unlimited, 0)
  pass(own, 100, canaries(0))
  expect(own.connectionsPerSecond).toBe(20_000)
  expect(own.openConnections).toBe(8000)
})

test('a rate is a number of connections in a second, and a long wait saves up only a moment of it', () => {
  const pace = new Pace({ connectionsPerSecond: 20, openConnections: 10 }, 0)
  expect(pace.allowance(0)).toBe(0)
  expect(pace.millisToNext(0)).toBe(50)
  expect(pace.allowance(50)).toBe(1)
  pace.begin()
  expect(pace.allowance(60)).toBe(0)
  expect(pace.allowance(60_000)).toBe(1)
})

test('losses halve it and more, good periods raise it again', () => {
  const pace = new Pace(unlimited, 0)
  let now = pass(pace, 20, canaries(0))
  expect(pace.connectionsPerSecond).toBe(20_000)
  now = pass(pace, 1, canaries(10), now)
  expect(pace.connectionsPerSecond).toBe(10_000)
  now = pass(pace, 1, canaries(18), now)
  expect(pace.connectionsPerSecond).toBeCloseTo(1000)
  pass(pace, 1, canaries(0), now)
  expect(pace.connectionsPerSecond).toBeCloseTo(1090)
})

test('a line that loses everything is still asked, slowly', () => {
  const pace = new Pace(unlimited, 0)
  pass(pace, 50, canaries(20))
  expect(pace.connectionsPerSecond).toBe(100)
})

test('a line that loses one in ten whatever we do is no reason to go slower', () => {
  const pace = new Pace(unlimited, 0)
  pass(pace, 20, canaries(2))
  expect(pace.connectionsPerSecond).toBe(20_000)
})

test('a queue that builds up slows it down; one slow answer among fast ones does not', () => {
  const queued = new Pace(unlimited, 0)
  let now = pass(queued, 20, answers(50))
  const before = queued.connectionsPerSecond
  now = pass(queued, 3, answers(200), now)
  expect(queued.connectionsPerSecond).toBeLessThan(before)

  const busy = new Pace(unlimited, 0)
  now = pass(busy, 20, answers(50))
  pass(
    busy,
    1,
    (pace) => {
      answers(50)(pace)
      pace.answered(900)
    },
    now,
  )
  expect(busy.connectionsPerSecond).toBe(20_000)
})

test('resets that a host counts out are noticed though it answers every handshake', () => {
  const pace = new Pace(unlimited, 0)
  pass(pace, 1, (pace) => {
    canaries(0)(pace)
    for (let count = 0; count < 20; count++) pace.canary('closed', count < 15)
  })
  expect(pace.connectionsPerSecond).toBe(500)
  expect(pace.loss).toBeGreaterThan(0.3)
})

test('it waits a second until something is known, then as long as RFC 6298 says and as much again and a half', () => {
  const pace = new Pace(unlimited, 0)
  expect(pace.patienceMillis).toBe(1000)
  pace.answered(100)
  expect(pace.patienceMillis).toBe(2.5 * 300)
  for (let count = 0; count < 200; count++) pace.answered(100)
  expect(pace.patienceMillis).toBeCloseTo(250)
  for (let count = 0; count < 200; count++) pace.answered(count % 2 === 0 ? 10 : 2000)
  expect(pace.patienceMillis).toBe(1500)
})

test('the more gets lost, the more silences it takes: from 2 to 8', () => {
  const pace = new Pace(unlimited, 0)
  expect(1 / pace.weightOfSilence).toBeCloseTo(4)
  for (let count = 0; count < 500; count++) pace.canary('open', false)
  expect(1 / pace.weightOfSilence).toBeCloseTo(2)
  expect(pace.isLosingTooMuch).toBe(false)
  for (let count = 0; count < 500; count++) pace.canary('closed', true)
  expect(1 / pace.weightOfSilence).toBeCloseTo(8)
  expect(mostQuestions).toBe(8)
  expect(pace.isLosingTooMuch).toBe(true)
})

test('when our own machine cannot, it rests, twice as long each time, until it can again', () => {
  const pace = new Pace(unlimited, 0)
  expect(pace.rest(1000)).toBe(1)
  expect(pace.allowance(1009)).toBe(0)
  expect(pace.rest(1005)).toBe(1)
  expect(pace.allowance(1010)).toBeGreaterThan(0)
  expect(pace.rest(1010)).toBe(2)
  expect(pace.allowance(1029)).toBe(0)
  expect(pace.millisToNext(1029)).toBe(1)
  pace.stopResting()
  expect(pace.rest(2000)).toBe(1)
})
