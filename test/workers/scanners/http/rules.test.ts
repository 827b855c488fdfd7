import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { http } from '#workers/scanners/http/index.ts'

test('every rule has an id of its own, and says what to do and where it is written', () => {
  const ids = http.rules.map(({ id }) => id)
  expect(ids).toEqual([...new Set(ids)])
  for (const { id, title, remedy, reference } of http.rules) {
    expect(id).toMatch(/^http\/[a-z]+(-[a-z]+)*$/)
    expect([title, remedy, reference].every((text) => text.length > 3)).toBe(true)
  }
})

const vocabulary = '../shared/lab/http/VOCABULARY.md'
const isThere = existsSync(vocabulary)
if (!isThere) console.log('skipped: no vocabulary of the HTTP lab')

test.skipIf(!isThere)('every rule is named and weighed as in the vocabulary of the HTTP lab', () => {
  const rows = [...readFileSync(vocabulary, 'utf8').matchAll(/^\| (http\/[a-z-]+) \| (\w+) \|/gm)]
  const severities = new Map(rows.map(([, id, severity]) => [id, severity]))
  for (const { id, severity } of http.rules) expect([id, severity]).toEqual([id, severities.get(id)])
})
