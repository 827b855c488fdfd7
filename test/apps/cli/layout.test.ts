import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { counted, cut, labelled, pad, widthOf, wrap } from '#apps/cli/layout.ts'

const visible = fc.string({ unit: fc.constantFrom('a', 'b', ' ', 'é', 'e\u0301', '日', 'ｶ', '𝒳', '\\') })

test.each([
  ['abc', 3],
  ['bücher', 6],
  ['e\u0301', 1],
  ['日本語', 6],
  ['한국', 4],
  ['ｶﾀｶﾅ', 4],
  ['ＡＢ', 4],
  ['🚀', 2],
  ['…–━', 3],
])('%s takes %i cells', (text, cells) => {
  expect(widthOf(text)).toBe(cells)
})

test('no line is wider than it may be, and nothing but spaces between lines is lost', () => {
  fc.assert(
    fc.property(visible, fc.integer({ min: 2, max: 30 }), (text, width) => {
      const lines = wrap(text, width)
      expect(lines.every((line) => widthOf(line) <= width)).toBe(true)
      expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
    }),
  )
})

test('lines break at spaces, and inside a word only where it is longer than a line', () => {
  expect(wrap('the quick brown fox', 10)).toEqual(['the quick', 'brown fox'])
  expect(wrap('a abcdefghijklm b', 5)).toEqual(['a', 'abcde', 'fghij', 'klm b'])
  expect(wrap('', 5)).toEqual([])
})

test('a text that is too wide is cut where it can be seen', () => {
  expect(cut('abcdef', 6)).toBe('abcdef')
  expect(cut('abcdefg', 6)).toBe('abcde…')
  expect(cut('日本語', 5)).toBe('日本…')
  fc.assert(fc.property(visible, fc.integer({ min: 3, max: 30 }), (text, width) => widthOf(cut(text, width)) <= width))
})

test('columns stand below each other', () => {
  expect(pad('日', 4)).toBe('日  ')
  expect(labelled('where', 'one two three', { indent: 2, column: 10, width: 30 })).toEqual(['  where   one two three'])
  expect(labelled('where', 'one two three four five six', { indent: 2, column: 10, width: 30 })).toEqual([
    '  where   one two three four',
    '          five six',
  ])
})

test('numbers are grouped, and one is no plural', () => {
  expect(counted(1, 'check')).toBe('1 check')
  expect(counted(0, 'check')).toBe('0 checks')
  expect(counted(65_535, 'check')).toBe('65,535 checks')
})
