import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { isSpf, readSpf } from '#workers/scanners/dns/mail/read-spf.ts'
import { expandDomain, isDomainSpec } from '#workers/scanners/dns/mail/spf-macros.ts'

test.each([
  ['v=spf1', true],
  ['V=SPF1 -all', true],
  ['v=spf1-all', false],
  ['v=spf10 -all', false],
  [' v=spf1 -all', false],
  ['spf2.0/pra -all', false],
])('%j is SPF: %s', (text, expected) => {
  expect(isSpf(text)).toBe(expected)
})

test('each term is read with its qualifier, domain and prefixes', () => {
  const { terms, unreadable } = readSpf(
    'v=spf1 a mx/24//64 ~include:_spf.lab.test ip4:192.0.2.0/24 ?ip6:2001:db8::/32 exists:%{i}.lab.test redirect=lab.test x=y -all',
  )
  expect(unreadable).toEqual([])
  expect(terms).toMatchObject([
    { name: 'a', qualifier: '+', domain: null, prefix4: 32, prefix6: 128 },
    { name: 'mx', prefix4: 24, prefix6: 64 },
    { name: 'include', qualifier: '~', domain: '_spf.lab.test' },
    { name: 'ip4', prefix4: 24, prefix6: null },
    { name: 'ip6', qualifier: '?', prefix4: null, prefix6: 32 },
    { name: 'exists', domain: '%{i}.lab.test' },
    { kind: 'modifier', name: 'redirect', value: 'lab.test' },
    { kind: 'modifier', name: 'x' },
    { name: 'all', qualifier: '-' },
  ])
})

test.each([
  'ip4:192.0.2.300',
  'ip4:192.0.2.0/33',
  'ip4:192.0.2.0/024',
  'ip4:2001:db8::1',
  'ip6:fe80::1%eth0',
  'ip6:2001:db8::/129',
  'include',
  'include:',
  'include:lab',
  'a:lab.test/',
  'a:-.lab.123',
  'all:lab.test',
  'all.',
  'ipv4:192.0.2.1',
  'exists:%{z}.lab.test',
  'exists:%{d0}.lab.test',
  '--all',
  '=x',
  'm\u00fcx',
])('%j breaks the grammar', (term) => {
  expect(readSpf(`v=spf1 ${term} -all`).unreadable).toEqual([term])
})

test('redirect and exp may stand once', () => {
  expect(readSpf('v=spf1 redirect=a.test REDIRECT=b.test').unreadable).toEqual(['REDIRECT=b.test'])
  expect(readSpf('v=spf1 exp=a.test exp=a.test -all').unreadable).toEqual(['exp=a.test'])
})

test('macros that need no sender are expanded, others are not', () => {
  const known = { current: 'mail.lab.test', sender: 'lab.test' }
  expect(expandDomain('_spf.%{d}', known)).toBe('_spf.mail.lab.test')
  expect(expandDomain('%{d2r}.%{o}.', known)).toBe('lab.mail.lab.test')
  expect(expandDomain('%{i}._spf.lab.test', known)).toBeNull()
  expect(expandDomain(`${'a'.repeat(60)}.`.repeat(5) + '%{o}', known)).toHaveLength(4 * 61 + 'lab.test'.length)
})

test('no text makes the reader throw', () => {
  const piece = fc.constantFrom(
    ' ',
    '%{',
    'd',
    '}',
    '%',
    '/',
    '//',
    ':',
    '=',
    '.',
    '-',
    'a',
    'ip4',
    'all',
    '9',
    '\u00ff',
  )
  const nearly = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''))
  fc.assert(
    fc.property(fc.oneof(nearly, fc.string({ unit: 'binary' })), (text) => {
      const { terms, unreadable } = readSpf(`v=spf1 ${text}`)
      expect(terms.length + unreadable.length).toBe(text.split(' ').filter((word) => word !== '').length)
      if (isDomainSpec(text)) expandDomain(text, { current: 'lab.test', sender: 'lab.test' })
    }),
    { numRuns: 2000 },
  )
})
