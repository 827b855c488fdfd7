import { expect, test } from 'vitest'
import { coverage } from '#db/model/scan.ts'
import { coverageOf } from '#workers/scanners/ports/coverage.ts'
import type { PortState } from '#workers/scanners/ports/schema.ts'

const address = '192.0.2.10'
const literal = { addresses: [address], answers: null }
const answers = (
  states: Iterable<[number, PortState]>,
  silences: Iterable<[number, string]> = [],
  leftOut: Iterable<[number, string]> = [],
) => ({ states: new Map(states), silences: new Map(silences), leftOut: new Map(leftOut) })

test('asked is answered and silent; each gap has its reason', () => {
  const seen = answers(
    [
      [22, 'open'],
      [23, 'closed'],
      [24, 'filtered'],
      [25, 'filtered'],
      [80, 'filtered'],
    ],
    [
      [24, 'no-answer'],
      [25, 'no-answer'],
      [80, 'EHOSTUNREACH'],
    ],
    [
      [5432, 'own-socket'],
      [81, 'EMFILE'],
    ],
  )
  expect(coverageOf([{ address, answers: seen, unheard: [] }], literal, [])).toEqual({
    unit: 'ports',
    asked: 5,
    answered: 2,
    silent: 3,
    unanswered: [
      { what: '24-25/tcp at 192.0.2.10', reason: 'no-answer' },
      { what: '80/tcp at 192.0.2.10', reason: 'EHOSTUNREACH' },
    ],
    leftOut: [
      { what: '5432/tcp at 192.0.2.10', reason: 'own-socket' },
      { what: '81/tcp at 192.0.2.10', reason: 'EMFILE' },
    ],
  })
})

test('a question for addresses that got no answer is said: there may be more of them', () => {
  const said = coverageOf([], { addresses: [address], answers: { A: 'NOERROR', AAAA: 'timed-out' } }, [])
  expect(said.leftOut).toEqual([{ what: 'addresses of type AAAA, if there are any', reason: 'resolver-failed' }])
  const none = coverageOf([], { addresses: [address], answers: { A: 'NOERROR', AAAA: 'NODATA' } }, [])
  expect(none.leftOut).toEqual([])
})

test('addresses beyond the most, and greetings not waited for, are named', () => {
  const said = coverageOf([{ address, answers: answers([]), unheard: [7, 8] }], literal, ['192.0.2.99'])
  expect(said.leftOut).toEqual([
    { what: '192.0.2.99', reason: 'too-many-addresses' },
    { what: 'greeting of 7-8/tcp at 192.0.2.10', reason: 'too-many-open-ports' },
  ])
})

test('whatever a host does, what is said of it fits', () => {
  const everyOther = Array.from({ length: 32_767 }, (_, index) => 2 * index + 1)
  const seen = answers(
    everyOther.map((port) => [port, 'filtered']),
    everyOther.map((port) => [port, 'no-answer']),
    everyOther.map((port) => [port + 1, 'deadline']),
  )
  const said = coverageOf(
    [{ address: '2001:db8:1111:2222:3333:4444:5555:6666', answers: seen, unheard: [] }],
    literal,
    [],
  )
  expect(coverage.safeParse(said).success).toBe(true)
  expect(said.unanswered).toHaveLength(256)
})
