import { expect, test } from 'vitest'
import { CookieJar } from '#workers/scanners/http/jar.ts'
import { parseSetCookie } from '#workers/scanners/http/policy/set-cookie.ts'

const now = new Date('2026-11-25T12:00:00Z')

function jarWith(url: string, ...fields: string[]) {
  const jar = new CookieJar()
  jar.store(
    new URL(url),
    fields.flatMap((field) => parseSetCookie(field) ?? []),
    now,
  )
  return (to: string) => jar.headerFor(new URL(to))
}

test('a cookie goes back to its host alone, one with a domain to the names below too', () => {
  const sent = jarWith('https://example.org/', 'own=1', 'wide=2; Domain=example.org')
  expect(sent('https://example.org/x')).toBe('own=1; wide=2')
  expect(sent('https://www.example.org/')).toBe('wide=2')
  expect(sent('https://other.example/')).toBe('')
})

test('a cookie goes back to its path', () => {
  const sent = jarWith('https://example.org/app/login', 'a=1', 'b=2; Path=/shop')
  expect(sent('https://example.org/app/x')).toBe('a=1')
  expect(sent('https://example.org/shop')).toBe('b=2')
  expect(sent('https://example.org/shop/x')).toBe('b=2')
  expect(sent('https://example.org/shopping')).toBe('')
})

test('a Secure cookie goes over HTTPS only, and cannot be set over plain HTTP', () => {
  expect(jarWith('https://example.org/', 'a=1; Secure')('http://example.org/')).toBe('')
  expect(jarWith('http://example.org/', 'a=1; Secure')('https://example.org/')).toBe('')
})

test('the last of a name counts, and one that deletes takes it away', () => {
  expect(jarWith('https://example.org/', 'a=1', 'a=2')('https://example.org/')).toBe('a=2')
  expect(jarWith('https://example.org/', 'a=1', 'a=; Max-Age=0')('https://example.org/')).toBe('')
})

test.each([
  'a=1; Domain=org',
  'a=1; Domain=example.com',
  '__Host-a=1; Path=/',
  'a=1; SameSite=None',
  `a=${'x'.repeat(4096)}`,
])('%s is dropped, as browsers do', (field) => {
  expect(jarWith('https://example.org/', field)('https://example.org/')).toBe('')
})

test('a flood of cookies stays within bounds', () => {
  const many = Array.from({ length: 500 }, (_, index) => `c${index}=${'x'.repeat(50)}`)
  expect(jarWith('https://example.org/', ...many)('https://example.org/').split('; ')).toHaveLength(50)
  const large = Array.from({ length: 10 }, (_, index) => `c${index}=${'x'.repeat(2000)}`)
  expect(jarWith('https://example.org/', ...large)('https://example.org/')).toBe('')
})
