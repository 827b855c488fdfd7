import { assert, property, uint8Array, array, integer, constantFrom, string } from 'fast-check'
import { expect, test } from 'vitest'
import { ResponseReader } from '#workers/scanners/http/message/response.ts'

const limits = {
  headOctets: 2048,
  bodyOctets: 1000,
  interimResponses: 2,
  skipsBody: (status: number) => status === 301,
}

function read(pieces: readonly (string | Uint8Array)[], ends = true) {
  const reader = new ResponseReader(limits)
  for (const piece of pieces) reader.push(typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece)
  if (ends) reader.close()
  const { head, failure, bodyEnd, deviations, interimResponses } = reader
  return {
    status: head?.status ?? null,
    failure,
    bodyEnd,
    deviations,
    interimResponses,
    body: reader.body.toString('latin1'),
  }
}

const ok = 'HTTP/1.1 200 OK\r\n'

test.each([
  ['a length', `${ok}Content-Length: 5\r\n\r\nhelloEXTRA`, 'complete', 'hello'],
  ['the same length twice', `${ok}Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello`, 'complete', 'hello'],
  ['a length of nothing', `${ok}Content-Length: 0\r\n\r\n`, 'complete', ''],
  ['the end of the connection', `${ok}\r\nhello`, 'complete', 'hello'],
  [
    'chunks',
    `${ok}Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;ext="a;b"\r\nllo\r\n0\r\nX-Trailer: 1\r\n\r\nEXTRA`,
    'complete',
    'hello',
  ],
  [
    'chunks in capitals and bare lines',
    `${ok}Transfer-Encoding: Chunked\r\n\r\nA\n0123456789\n0\n\n`,
    'complete',
    '0123456789',
  ],
  ['a status that has none', 'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello', 'none', ''],
  ['a status that is skipped', 'HTTP/1.1 301 Moved\r\nContent-Length: 5\r\n\r\nhello', 'not-read', ''],
  ['an early end of a length', `${ok}Content-Length: 9\r\n\r\nhello`, 'broken-off', 'hello'],
  ['an early end of chunks', `${ok}Transfer-Encoding: chunked\r\n\r\n9\r\nhello`, 'broken-off', 'hello'],
  ['chunks without the last one', `${ok}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n`, 'broken-off', 'hello'],
  ['a chunk size that is none', `${ok}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n-1\r\n`, 'malformed', 'hello'],
  ['a chunk size beyond counting', `${ok}Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nA`, 'malformed', ''],
  ['a chunk that goes on too long', `${ok}Transfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n`, 'malformed', 'he'],
  ['a body beyond the limit', `${ok}\r\n${'x'.repeat(1500)}`, 'cut', 'x'.repeat(1000)],
  ['a length beyond the limit', `${ok}Content-Length: 1500\r\n\r\n${'x'.repeat(1500)}`, 'cut', 'x'.repeat(1000)],
])('a body told by %s ends as %s', (_, text, bodyEnd, body) => {
  expect(read([text])).toMatchObject({ failure: null, bodyEnd, body })
})

test.each([
  ['Content-Length: 5\r\nContent-Length: 6', ['different-content-lengths'], 'malformed'],
  ['Content-Length: many', ['bad-content-length'], 'malformed'],
  ['Content-Length: -1', ['bad-content-length'], 'malformed'],
  ['Content-Length: 99999999999999999999', ['bad-content-length'], 'malformed'],
  ['Content-Length: 4\r\nTransfer-Encoding: chunked', ['content-length-with-transfer-encoding'], 'complete'],
  ['Transfer-Encoding: chunked, chunked', ['bad-transfer-encoding'], 'malformed'],
  ['Transfer-Encoding: gzip, chunked', ['bad-transfer-encoding'], 'malformed'],
])('a head with %j contradicts itself', (fields, deviations, bodyEnd) => {
  expect(read([`${ok}${fields}\r\n\r\n5\r\nhello\r\n0\r\n\r\n`])).toMatchObject({ status: 200, deviations, bodyEnd })
})

test('HTTP/1.0 has no chunks', () => {
  const text = 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n'
  expect(read([text])).toMatchObject({ status: 200, deviations: ['bad-transfer-encoding'], bodyEnd: 'malformed' })
})

test('interim responses are counted and their fields are not those of the response', () => {
  const interim = 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nX: 1\r\n\r\n'
  expect(read([`${interim}${ok}\r\n`])).toMatchObject({ status: 200, interimResponses: 2 })
})

test.each([
  ['HTTP/1.1 100 Continue\r\n\r\n'.repeat(3), 'too-many-interim-responses'],
  ['HTTP/1.1 101 Switching Protocols\r\n\r\nPRI * HTTP/2.0', 'protocol-switched'],
  [`${ok}X: ${'z'.repeat(3000)}`, 'head-too-large'],
  [`${ok}X: ${'z'.repeat(3000)}\r\n\r\n`, 'head-too-large'],
  ['<html>', 'not-http'],
  ['HTTX', 'not-http'],
  ['\r\nHTTP/1.1 200 OK\r\n\r\n', 'not-http'],
  ['HTTP/1.1 OK\r\n\r\n', 'not-http'],
  ['', 'closed'],
  ['HTTP/1.1 200 OK\r\nContent-Ty', 'closed'],
])('%j is no response: %s', (text, failure) => {
  expect(read([text])).toMatchObject({ status: null, failure, bodyEnd: null })
})

test('a limit holds although nothing ends', () => {
  expect(read([ok, 'X: ', 'z'.repeat(1500), 'z'.repeat(1500)], false).failure).toBe('head-too-large')
  expect(read([`${ok}\r\n`, 'x'.repeat(900), 'x'.repeat(900)], false).bodyEnd).toBe('cut')
})

test('the same bytes mean the same, however they are cut', () => {
  const word = constantFrom(
    '\r\n',
    '\n',
    '\r\n\r\n',
    ok,
    'Content-Length: 3\r\n',
    'Transfer-Encoding: chunked\r\n',
    '3\r\nabc\r\n',
    '0\r\n\r\n',
    'HTTP/1.1 100 C\r\n\r\n',
    ':',
    ' ',
    'a',
  )
  const said = array(word, { maxLength: 12 }).map((words) => Buffer.from(words.join(''), 'latin1'))
  assert(
    property(said, array(integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 40 }), (bytes, sizes) => {
      const pieces: Uint8Array[] = []
      for (let at = 0, turn = 0; at < bytes.length; turn++) {
        const size = sizes[turn % sizes.length] ?? 1
        pieces.push(bytes.subarray(at, at + size))
        at += size
      }
      expect(read(pieces)).toEqual(read([bytes]))
    }),
    { numRuns: 500 },
  )
})

test('no bytes make it throw', () => {
  assert(
    property(uint8Array({ maxLength: 400 }), string(), (bytes, text) => {
      expect(() => read([ok, text, '\r\n\r\n', bytes])).not.toThrow()
      expect(() => read([bytes])).not.toThrow()
    }),
  )
})
