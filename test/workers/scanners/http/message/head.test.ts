import { expect, test } from 'vitest'
import { endOfHead, parseHead } from '#workers/scanners/http/message/head.ts'

const parse = (text: string) => parseHead(Buffer.from(text, 'latin1'))

test('fields are kept as they were sent: order, casing, octets and repetition', () => {
  const head = parse('HTTP/1.1 200 OK\r\nX-b: 1\r\nx-A:\t caf\xe9 \t\r\nX-b: 2\r\n\r\n')
  expect(head).toEqual({
    version: 'HTTP/1.1',
    status: 200,
    reasonPhrase: 'OK',
    fields: [
      { name: 'X-b', value: '1' },
      { name: 'x-A', value: 'caf\xe9' },
      { name: 'X-b', value: '2' },
    ],
    deviations: [],
  })
})

test.each(['', 'HTTP', '220 mail ready', 'ICY 200 OK', 'HTTP/1.1 20', 'HTTP/1.1 2000 OK', 'HTTP/11 200 OK', '<html>'])(
  '%j is no status line',
  (line) => expect(parse(`${line}\r\nA: b\r\n\r\n`)).toBeNull(),
)

test.each([
  ['HTTP/1.1 200\r\n\r\n', 'bad-status-line'],
  ['HTTP/2.0 200 OK\r\n\r\n', 'bad-status-line'],
  ['HTTP/1.1 200 OK\nA: b\n\n', 'bare-line-feed'],
  ['HTTP/1.1 200 OK\r\nA: b\rc\r\n\r\n', 'bare-carriage-return'],
  ['HTTP/1.1 200 OK\r\nthis is no field\r\n\r\n', 'no-colon'],
  ['HTTP/1.1 200 OK\r\n: no name\r\n\r\n', 'bad-field-name'],
  ['HTTP/1.1 200 OK\r\nA b: c\r\n\r\n', 'bad-field-name'],
  ['HTTP/1.1 200 OK\r\nA : b\r\n\r\n', 'space-before-colon'],
  ['HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n', 'folded-line'],
  ['HTTP/1.1 200 OK\r\nA: b\0c\r\n\r\n', 'nul'],
  ['HTTP/1.1 200 OK\r\nA: b\x1bc\r\n\r\n', 'control-character'],
])('%j is read, and noted as %s', (text, deviation) => {
  expect(parse(text)).toMatchObject({ status: 200, deviations: [deviation] })
})

test('a folded line is one value, and a name before a blank is still that name', () => {
  expect(parse('HTTP/1.1 200 OK\r\nA : b\r\n\t c\r\n\r\n')?.fields).toEqual([{ name: 'A', value: 'b c' }])
})

test('the head ends at the first empty line, whichever way lines end', () => {
  expect(endOfHead(Buffer.from('a\r\n\r\nbody'), 0)).toBe(5)
  expect(endOfHead(Buffer.from('a\n\nbody'), 0)).toBe(3)
  expect(endOfHead(Buffer.from('a\r\nb\r\n'), 0)).toBeNull()
})
