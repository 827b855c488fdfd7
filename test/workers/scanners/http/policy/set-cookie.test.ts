import { expect, test } from 'vitest'
import {
  breaksPrefix,
  cookieDate,
  deletes,
  maySetDomain,
  parseSetCookie,
  type Cookie,
} from '#workers/scanners/http/policy/set-cookie.ts'

const plain = {
  name: 'a',
  value: '1',
  secure: false,
  httpOnly: false,
  sameSite: null,
  domain: null,
  path: null,
  maxAgeSeconds: null,
  expires: null,
}
const now = new Date('2026-11-25T12:00:00Z')

test.each<[string, Partial<Cookie>]>([
  ['a=1', {}],
  [' a = 1 ;SECURE; httponly ; Path=/x', { secure: true, httpOnly: true, path: '/x' }],
  ['a=b=c', { value: 'b=c' }],
  ['=1', { name: '', value: '1' }],
  ['1', { name: '', value: '1' }],
  ['a=1; SameSite=None; SameSite=STRICT', { sameSite: 'strict' }],
  ['a=1; SameSite=Relaxed', { sameSite: 'unknown' }],
  ['a=1; SameSite', { sameSite: 'unknown' }],
  ['a=1; Secured; Http-Only; Same-Site=Lax', {}],
  ['a=Secure,HttpOnly', { value: 'Secure,HttpOnly' }],
  ['a=1; Domain=.Example.ORG', { domain: 'example.org' }],
  ['a=1; Domain=', {}],
  ['a=1; Path=x', {}],
  ['a=1; Max-Age=60; Max-Age=x', { maxAgeSeconds: 60 }],
  ['a=1; Max-Age=-1', { maxAgeSeconds: -1 }],
  [`a=1; Path=/${'x'.repeat(1024)}`, {}],
  ['a=1; Expires=Thu, 01-Jan-1970 00:00:01 GMT', { expires: new Date(1000) }],
])('%j is read as a browser reads it', (field, expected) => {
  expect(parseSetCookie(field)).toEqual({ ...plain, ...expected })
})

test.each(['', '=', ';Secure', 'a=1\x00', 'a=\x1b[2J', 'a=1\x7f'])('%j is no cookie', (field) =>
  expect(parseSetCookie(field)).toBeNull(),
)

test.each([
  ['a=1', false],
  ['a=1; Max-Age=0', true],
  ['a=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT', false],
  ['a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT', true],
  ['a=1; Expires=Thu, 01 Jan 2037 00:00:00 GMT', false],
  ['a=1; Expires=whenever', false],
])('%j deletes: %s', (field, expected) => expect(deletes(parseSetCookie(field) as Cookie, now)).toBe(expected))

test.each([
  ['Sun, 06 Nov 1994 08:49:37 GMT', '1994-11-06T08:49:37.000Z'],
  ['Sunday, 06-Nov-94 08:49:37 GMT', '1994-11-06T08:49:37.000Z'],
  ['Sun Nov  6 08:49:37 1994', '1994-11-06T08:49:37.000Z'],
  ['6 nov 30 8:4:7', '2030-11-06T08:04:07.000Z'],
])('%s is a date', (text, expected) => expect(cookieDate(text)?.toISOString()).toBe(expected))

test.each(['', 'tomorrow', '31 Feb 2030 00:00:00', '06 Nov 1994', '06 Nov 1994 25:00:00', '06 Nov 1500 00:00:00'])(
  '%j is none',
  (text) => expect(cookieDate(text)).toBeNull(),
)

test.each([
  ['shop.example.org', 'example.org', true],
  ['shop.example.org', 'shop.example.org', true],
  ['shop.example.org', 'other.example.org', false],
  ['shop.example.org', 'le.org', false],
  ['shop.example.org', 'org', false],
  ['shop.example.co.uk', 'co.uk', false],
  ['me.github.io', 'github.io', false],
  ['192.0.2.1', '2.1', false],
  ['192.0.2.1', '192.0.2.1', true],
])('%s may set a cookie for %s: %s', (host, domain, expected) => expect(maySetDomain(host, domain)).toBe(expected))

test.each([
  ['__Host-a=1; Secure; Path=/', true, false],
  ['__host-a=1; Secure; Path=/', true, false],
  ['__Host-a=1; Secure; Path=/', false, true],
  ['__Host-a=1; Secure', true, true],
  ['__Host-a=1; Secure; Path=/app', true, true],
  ['__Host-a=1; Secure; Path=/; Domain=example.org', true, true],
  ['__HOST-a=1; Path=/', true, true],
  ['__Secure-a=1; Secure; Path=/app', true, false],
  ['__Secure-a=1', true, true],
  ['secure-a=1', true, false],
])('%j over HTTPS (%s) breaks the rules of its prefix: %s', (field, overHttps, expected) => {
  expect(breaksPrefix(parseSetCookie(field) as Cookie, overHttps)).toBe(expected)
})
