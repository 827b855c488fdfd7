import { describe, expect, test } from 'vitest'
import { orderShownBy, readDate } from '#workers/scanners/whois/text/read-date.ts'

describe('an instant is told in UTC where time and zone are told', () => {
  test.each([
    ['2018-02-05T22:59:12Z', '2018-02-05T22:59:12Z'],
    ['2018-02-05T22:59:12.345Z', '2018-02-05T22:59:12Z'],
    ['2018-02-05T22:59:12+02:00', '2018-02-05T20:59:12Z'],
    ['2018-02-05 22:59:12+03', '2018-02-05T19:59:12Z'],
    ['2018-02-05 22:59:12 (GMT+0:00)', '2018-02-05T22:59:12Z'],
    ['2018/02/05 08:00:00 (JST)', '2018-02-04T23:00:00Z'],
    ['05-Feb-2018 22:59:12 UTC', '2018-02-05T22:59:12Z'],
    ['05 Feb 2018 22:59 EAT', '2018-02-05T19:59:00Z'],
    ['05.02.2018 00:30:00 GMT+1', '2018-02-04T23:30:00Z'],
  ])('%s', (said, date) => expect(readDate(said)).toEqual({ date }))
})

describe('a day stays a day where the time or its zone is not told', () => {
  test.each([
    ['2018-02-05', '2018-02-05'],
    ['2018-02-05 22:59:12', '2018-02-05'],
    // CST is Chicago, Shanghai or Havana.
    ['2018-02-05 22:59:12 CST', '2018-02-05'],
    ['2018. 02. 05.', '2018-02-05'],
    ['2018.02.05 01:02:03', '2018-02-05'],
    ['20180205', '2018-02-05'],
    ['20180205 #24302', '2018-02-05'],
    ['20180205225912', '2018-02-05'],
    ['2018-Feb-05.', '2018-02-05'],
    ['5.2.2018', '2018-02-05'],
    ['5th February 2018', '2018-02-05'],
    ['Monday 5th Feb 2018', '2018-02-05'],
    ['05-feb-2018', '2018-02-05'],
    ['05-abr-2018', '2018-04-05'],
    ['Feb  5 2018', '2018-02-05'],
    ['February 5, 2018', '2018-02-05'],
    ['Mon Feb 5 2018', '2018-02-05'],
    ['Mon Feb 05 22:59:12 GMT 2018', '2018-02-05'],
    ['25/02/2018', '2018-02-25'],
    ['02/25/2018', '2018-02-25'],
    ['05/05/2018', '2018-05-05'],
  ])('%s', (said, date) => expect(readDate(said)).toEqual({ date }))
})

test('a day and a month that could be either way round are not guessed', () => {
  expect(readDate('05/02/2018')).toEqual({ problem: 'ambiguous-date' })
  expect(readDate('05-02-2018')).toEqual({ problem: 'ambiguous-date' })
  expect(readDate('05/02/2018', 'day-first')).toEqual({ date: '2018-02-05' })
  expect(readDate('05/02/2018', 'month-first')).toEqual({ date: '2018-05-02' })
})

test('a date shows its order only where no other is possible', () => {
  expect(['25/02/2018', '02/25/2018', '05/02/2018', '2018-02-05'].map(orderShownBy)).toEqual([
    'day-first',
    'month-first',
    null,
    null,
  ])
})

test.each([
  '',
  '99999-99-99',
  '0000-00-00T00:00:00Z',
  '1e99',
  '2018-02-30',
  '2018-13-01',
  'before Aug-1996',
  '05-Feb-18',
  '31.4.2020',
  '1969-12-31',
  'x'.repeat(100_000),
])('%.30s is no date', (said) => expect(readDate(said)).toEqual({ problem: 'not-a-date' }))
