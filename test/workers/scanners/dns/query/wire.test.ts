import { encode, type Packet } from 'dns-packet'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { isAskable, readReply, writeQuery } from '#workers/scanners/dns/query/wire.ts'

const query = writeQuery({ name: 'www.lab.test', type: 'A' }, { recursive: true, edns: true })
const question = { name: 'www.lab.test', type: 'A' as const, class: 'IN' as const }
const address = { name: 'www.lab.test', type: 'A' as const, ttl: 1, data: '192.0.2.1' }
const reply = (packet: Packet) => encode({ type: 'response', id: query.id, questions: [question], ...packet })

test('a reply to our question is read, whatever its capitals', () => {
  const read = readReply(reply({ questions: [{ ...question, name: 'WWW.lab.TEST' }], answers: [address] }), query)
  expect(read).toMatchObject({ rcode: 0, answers: [{ type: 'A', data: '192.0.2.1' }] })
})

test.each([
  ['another id', reply({ id: (query.id + 1) & 0xffff })],
  ['another name', reply({ questions: [{ ...question, name: 'elsewhere.test' }] })],
  ['another type', reply({ questions: [{ ...question, type: 'AAAA' }] })],
  ['another class', reply({ questions: [{ ...question, class: 'CH' }] })],
  ['two questions', reply({ questions: [question, question] })],
  ['no byte at all', Buffer.alloc(0)],
])('%s is not ours', (_, bytes) => {
  expect(readReply(bytes, query)).toBe('not-ours')
})

test.each([
  ['our own query sent back', Buffer.from(query.bytes)],
  ['bytes behind the message', Buffer.concat([reply({}), Buffer.from([0])])],
  ['a message cut short', reply({ answers: [address] }).subarray(0, -1)],
  ['an answer without a question', reply({ questions: [], answers: [address] })],
  ['a record whose stated length is not its own', withLength(3)],
])('%s is malformed', (_, bytes) => {
  expect(readReply(bytes, query)).toBe('malformed')
})

/** The address record, with another length before its data. */
function withLength(length: number): Buffer {
  const bytes = reply({ answers: [{ name: 'www.lab.test', type: 'TXT', ttl: 1, data: ['abc'] }] })
  bytes.writeUInt16BE(length, bytes.length - 6)
  return bytes
}

test('an error may leave the question out', () => {
  expect(readReply(reply({ questions: [], flags: 1 }), query)).toMatchObject({ rcode: 1 })
})

test('the upper bits of an error code are read from EDNS', () => {
  const option = { type: 'OPT' as const, name: '.', udpPayloadSize: 1232, ednsVersion: 0, flags: 0, flag_do: false }
  const bytes = reply({ additionals: [{ ...option, extendedRcode: 1, options: [] }] })
  expect(readReply(bytes, query)).toMatchObject({ rcode: 16 })
})

test('no bytes that carry our id make the reader throw', () => {
  const id = Buffer.alloc(2)
  id.writeUInt16BE(query.id)
  const header = Buffer.from(reply({}).subarray(0, 30))
  fc.assert(
    fc.property(fc.constantFrom(id, header), fc.uint8Array({ maxLength: 600 }), (start, rest) => {
      const read = readReply(Buffer.concat([start, rest]), query)
      expect(typeof read === 'string' ? ['malformed', 'not-ours'] : [read]).toContain(read)
    }),
    { numRuns: 2000 },
  )
})

test('no change of one byte in a true reply makes the reader throw', () => {
  const whole = reply({
    answers: [
      { name: 'www.lab.test', type: 'CNAME', data: 'lab.test' },
      { name: 'lab.test', type: 'TXT', data: ['one', 'two'] },
      { name: 'lab.test', type: 'MX', data: { preference: 10, exchange: 'mail.lab.test' } },
      { name: 'lab.test', type: 'CAA', data: { flags: 0, tag: 'issue', value: 'ca.test' } },
      { name: 'lab.test', type: 'SOA', data: { mname: 'ns.lab.test', rname: 'hostmaster.lab.test', serial: 1 } },
    ],
  })
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, value) => {
      const changed = Buffer.from(whole)
      changed[at] = value
      expect(() => readReply(changed, query)).not.toThrow()
    }),
    { numRuns: 2000 },
  )
})

test('only what fits into a question is asked', () => {
  expect(['a.test', '_dmarc.a.test', `${'a'.repeat(63)}.test`].every(isAskable)).toBe(true)
  const unfit = ['', '.', 'a..test', '\u00e4.test', 'a b.test', 'a\0.test', `${'a'.repeat(64)}.test`, 'a.'.repeat(130)]
  expect(unfit.filter(isAskable)).toEqual([])
})
