import { expect, test } from 'vitest'
import { record } from '#test/lab/dns-answer.ts'
import { answerOf } from '#workers/scanners/dns/query/answer.ts'

const message = (over: Partial<Parameters<typeof answerOf>[0]>) => ({
  rcode: 0,
  authoritative: false,
  truncated: false,
  answers: [],
  authorities: [],
  additionals: [],
  ...over,
})
const question = { name: 'www.lab.test', type: 'A' as const }

test('a name without such a record is no data', () => {
  const authorities = [record('lab.test SOA ns.lab.test hostmaster.lab.test 1')]
  expect(answerOf(message({ authorities }), question)).toMatchObject({ status: 'NODATA', records: [] })
})

test('"ask there" is no absence', () => {
  const authorities = [record('lab.test NS ns.lab.test')]
  expect(answerOf(message({ authorities }), question).status).toBe('referral')
})

test('records of other names are not the answer', () => {
  expect(answerOf(message({ answers: [record('evil.test A 192.0.2.66')] }), question).status).toBe('NODATA')
})

test('aliases are followed in any order, and capitals do not matter', () => {
  const answers = [
    record('b.lab.test A 192.0.2.2'),
    record('A.lab.test CNAME b.lab.test'),
    record('www.lab.test CNAME a.LAB.test'),
  ]
  const answer = answerOf(message({ answers }), question)
  expect(answer).toMatchObject({ status: 'NOERROR', aliases: ['a.lab.test', 'b.lab.test'] })
  expect(answer.records).toHaveLength(1)
})

test('a denial speaks of the last alias', () => {
  const answers = [record('www.lab.test CNAME gone.test')]
  expect(answerOf(message({ rcode: 3, answers }), question)).toMatchObject({
    status: 'NXDOMAIN',
    aliases: ['gone.test'],
  })
})

test('aliases that lead back to themselves end', () => {
  const answers = [record('www.lab.test CNAME a.test'), record('a.test CNAME www.lab.test')]
  expect(answerOf(message({ answers }), question)).toMatchObject({ status: 'NODATA' })
})

test('an error with records beside it is still an error', () => {
  const answers = [record('www.lab.test A 192.0.2.1')]
  expect(answerOf(message({ rcode: 2, answers }), question)).toMatchObject({ status: 'SERVFAIL', records: [] })
  expect(answerOf(message({ rcode: 11, answers }), question)).toMatchObject({ status: 'other-rcode', records: [] })
})
