import { expect, test } from 'vitest'
import { hasSourceList, parsePolicies, parsePolicy, valuesOfFirst } from '#workers/scanners/http/policy/csp.ts'
import {
  allowsAllInline,
  allowsAnyHost,
  allowsData,
  hasIgnoredNone,
  noncesOf,
  plainHttpOf,
  unquotedOf,
} from '#workers/scanners/http/policy/csp-sources.ts'

const words = (text: string) => text.split(' ')

test('a policy is read without casing of names, and the first of a name counts', () => {
  expect(parsePolicy(" Default-SRC 'self'\t*;; script-src;SCRIPT-src 'none' ; img-src=x")).toEqual({
    directives: [
      { name: 'default-src', values: ["'self'", '*'] },
      { name: 'script-src', values: [] },
      { name: 'img-src=x', values: [] },
    ],
    repeated: ['script-src'],
  })
})

test('a directive that is not ASCII is skipped', () => {
  expect(parsePolicy("script-src 'self' é; img-src *").directives).toEqual([{ name: 'img-src', values: ['*'] }])
})

test('each field and each comma begins a policy, and an empty one is none', () => {
  expect(parsePolicies(["default-src 'self', img-src *", '', ' ; '])).toHaveLength(2)
})

test('what is not named is governed by the next in line, and an empty list is not a missing one', () => {
  const policy = parsePolicy("default-src 'self'; script-src")
  expect(valuesOfFirst(policy, 'script-src-elem', 'script-src', 'default-src')).toEqual([])
  expect(valuesOfFirst(policy, 'object-src', 'default-src')).toEqual(["'self'"])
  expect(valuesOfFirst(policy, 'base-uri')).toBeNull()
})

test.each([
  ["'self' 'unsafe-inline'", true],
  ["'SELF' 'UNSAFE-INLINE'", true],
  ["'unsafe-inline' 'nonce-abc'", false],
  ["'unsafe-inline' 'nonce-'", true],
  ["'unsafe-inline' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='", false],
  ["'unsafe-inline' 'sha1-abc'", true],
  ["'unsafe-inline' 'strict-dynamic'", false],
  ['unsafe-inline', false],
  ["'self'", false],
])('scripts by %s: every inline one runs: %s', (sources, expected) => {
  expect(allowsAllInline(words(sources), 'script')).toBe(expected)
})

test('strict-dynamic is about scripts', () => {
  expect(allowsAllInline(words("'unsafe-inline' 'strict-dynamic'"), 'style')).toBe(true)
})

test.each([
  ['*', true],
  ['https:', true],
  ['HTTP:', true],
  ['https://*', true],
  ['*:443', true],
  ['*.example.org', false],
  ['https://example.org', false],
  ['data:', false],
  ["'self'", false],
])('%s is any host: %s', (source, expected) => expect(allowsAnyHost([source])).toBe(expected))

test('sources are told apart by what they open', () => {
  expect(allowsData(words("'self' Data:"))).toBe(true)
  expect(allowsData(['*'])).toBe(false)
  expect(plainHttpOf(words('http: https: http://a.example https://b.example httpd.example'))).toEqual([
    'http:',
    'http://a.example',
  ])
  expect(noncesOf(words("'nonce-abc==' 'nonce-d_-' nonce-e 'self'"))).toEqual(['abc', 'd_-'])
  expect(unquotedOf(words("self 'self' NONE unsafe-inline nonce-abc self.example"))).toEqual([
    'self',
    'NONE',
    'unsafe-inline',
    'nonce-abc',
  ])
  expect(hasIgnoredNone(words("'none' 'self'"))).toBe(true)
  expect(hasIgnoredNone(["'none'"])).toBe(false)
})

test('only some directives hold sources', () => {
  expect(['script-src-attr', 'worker-src', 'base-uri', 'frame-ancestors'].every(hasSourceList)).toBe(true)
  expect(['sandbox', 'report-to', 'trusted-types'].some(hasSourceList)).toBe(false)
})
