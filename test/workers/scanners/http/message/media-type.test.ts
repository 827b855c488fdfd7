import { expect, test } from 'vitest'
import { isPage, mediaTypeOf, textOf } from '#workers/scanners/http/message/media-type.ts'

const typeOf = (...values: string[]) => mediaTypeOf(values.map((value) => ({ name: 'Content-Type', value })))

test.each([
  [['text/html'], { essence: 'text/html', charset: null }],
  [['Text/HTML; Charset="UTF-16LE"; a=b'], { essence: 'text/html', charset: 'utf-16le' }],
  [['text/plain', 'text/html'], { essence: 'text/html', charset: null }],
  [['text/html', 'nonsense'], { essence: 'text/html', charset: null }],
  [['text'], null],
  [[], null],
])('%j means %j', (values, expected) => expect(typeOf(...values)).toEqual(expected))

test('a page is told by its type; without one by its beginning, where browsers may guess', () => {
  const markup = Buffer.from('\n<!DOCTYPE html><title>x</title>')
  expect(isPage(typeOf('application/xhtml+xml'), false, Buffer.alloc(0))).toBe(true)
  expect(isPage(typeOf('text/plain'), true, markup)).toBe(false)
  expect(isPage(null, true, markup)).toBe(true)
  expect(isPage(null, false, markup)).toBe(false)
  expect(isPage(null, true, Buffer.from('{"status":"up"}'))).toBe(false)
})

test('UTF-16 is read by its mark or its name, everything else octet by octet', () => {
  expect(textOf(Buffer.from('\uFEFF<p>', 'utf16le'), null)).toBe('<p>')
  expect(textOf(Buffer.from('<p>', 'utf16le'), 'utf-16le')).toBe('<p>')
  expect(textOf(Buffer.from('<p>', 'utf16le').swap16(), 'utf-16be')).toBe('<p>')
  expect(textOf(Buffer.from('\uFEFF<p>é', 'utf8'), 'utf-8')).toBe('<p>Ã©')
})
