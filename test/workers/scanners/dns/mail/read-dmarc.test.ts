import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { dmarcPolicies, looksLikeDmarc, readDmarc } from '#workers/scanners/dns/mail/read-dmarc.ts'

test.each([
  ['v=DMARC1; p=reject', { p: 'reject', sp: 'reject', np: 'reject', errors: [] }],
  ['v = DMARC1 ;P = Quarantine;sp=none;', { p: 'quarantine', sp: 'none', np: 'none', errors: [] }],
  ['v=DMARC1; p=reject; np=none; t=y; pct=20', { p: 'reject', np: 'none', isTesting: true, pct: 20 }],
  ['v=DMARC1', { p: 'none', errors: [] }],
  ['v=DMARC1; unknown=1; p=reject', { p: 'reject', errors: [] }],
  ['v=DMARC1; rua=mailto:a@lab.test, mailto:b@lab.test!10m', { rua: ['mailto:a@lab.test', 'mailto:b@lab.test!10m'] }],
])('%j is read', (text, expected) => {
  expect(readDmarc(text)).toMatchObject(expected)
})

test.each([
  ['v=dmarc1; p=reject', 'version-not-first', null],
  ['p=reject; v=DMARC1', 'version-not-first', null],
  ['v=DMARC1 p=reject', 'version-not-first', null],
  [' v=DMARC1; p=reject', 'version-not-first', null],
  ['v=DMARC1; p=rejected', 'unknown-policy', null],
  ['v=DMARC1; p=rejected; rua=mailto:a@lab.test', 'unknown-policy', 'none'],
  ['v=DMARC1; p=reject; sp=all', 'unknown-policy', null],
  ['v=DMARC1; p=reject; p=none', 'duplicate-tag', 'reject'],
  ['v=DMARC1; p=reject; rua', 'malformed-tag', 'reject'],
])('%j: %s, and receivers do %s', (text, error, policy) => {
  expect(readDmarc(text)).toMatchObject({ errors: [error], p: policy })
  expect(looksLikeDmarc(text)).toBe(true)
})

test('other text at _dmarc is no DMARC record, not even a broken one', () => {
  expect(['v=spf1 -all', 'dmarc', '', 'google-site-verification=v'].filter(looksLikeDmarc)).toEqual([])
})

test('no text makes the reader throw', () => {
  const piece = fc.constantFrom('v=DMARC1', ';', ' ', 'p', '=', 'none', 'rua=mailto:', ',', '@', '\u00ff', 'sp=')
  const nearly = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''))
  fc.assert(
    fc.property(fc.oneof(nearly, fc.string({ unit: 'binary' })), (text) => {
      expect([null, ...dmarcPolicies]).toContain(readDmarc(text).p)
    }),
    { numRuns: 2000 },
  )
})
