import { expect, test } from 'vitest'
import { splitOutsideQuotes, trimBlanks } from '#workers/scanners/http/message/blanks.ts'
import { membersOf, valuesOf } from '#workers/scanners/http/message/fields.ts'

const fields = [
  { name: 'A', value: 'one, "t,w\\"o"' },
  { name: 'b', value: 'other' },
  { name: 'a', value: 'three' },
]

test('names have no casing, and lines stay apart', () => {
  expect(valuesOf(fields, 'a')).toEqual(['one, "t,w\\"o"', 'three'])
})

test('the lines of a list are one, split at commas outside quotes', () => {
  expect(membersOf(fields, 'a')).toEqual(['one', '"t,w\\"o"', 'three'])
  expect(membersOf(fields, 'c')).toEqual([])
  expect(membersOf([{ name: 'a', value: '' }], 'a')).toEqual([''])
})

test('an open quote runs to the end', () => {
  expect(splitOutsideQuotes('a; "b; c', ';')).toEqual(['a', '"b; c'])
})

test('blanks are spaces and tabs, and nothing else', () => {
  expect(trimBlanks(' \t a b \t')).toBe('a b')
  expect(trimBlanks('\u00a0a\n')).toBe('\u00a0a\n')
})
