import { expect, test } from 'vitest'
import { belongsTo, hostOf, leadOf, originOf, portOf } from '#workers/scanners/http/location.ts'

const from = new URL('https://example.org/a/b?c')
const lead = (...values: string[]) => {
  const { target, lead } = leadOf(values, from, 'example.org')
  return [lead, target?.href ?? null]
}

test.each([
  ['/next', 'https://example.org/next'],
  ['next#top', 'https://example.org/a/next'],
  ['HTTPS://EXAMPLE.org:443', 'https://example.org/'],
  ['//www.example.org/x/../', 'https://www.example.org/'],
  ['http://example.org/', 'http://example.org/'],
  ['https://example.org:8443/', 'https://example.org:8443/'],
  ['https://user:secret@example.org/', 'https://example.org/'],
  ['/caf\xc3\xa9', 'https://example.org/caf%C3%A9'],
  ['https://example.org./', 'https://example.org./'],
])('%s is followed', (location, target) => expect(lead(location)).toEqual(['follow', target]))

test.each([
  ['https://example.com/', 'off-site'],
  ['https://notexample.org/', 'off-site'],
  ['https://org/', 'off-site'],
  ['http://169.254.169.254/', 'off-site'],
  ['http://2130706433/', 'off-site'],
  ['http://[::1]/', 'off-site'],
  ['//evil.example', 'off-site'],
  ['https:\\\\evil.example', 'off-site'],
  ['https://example.org:22/', 'blocked-port'],
  ['javascript:alert(1)', 'bad-location'],
  ['file:///etc/passwd', 'bad-location'],
  ['https://[not-an-address/', 'bad-location'],
  ['', 'no-location'],
])('%s is not: %s', (location, expected) => expect(lead(location)[0]).toBe(expected))

test('two Locations are followed only when they say the same', () => {
  expect(lead('/a', '/a')[0]).toBe('follow')
  expect(lead('/a', '/b')).toEqual(['bad-location', null])
  expect(lead()).toEqual(['no-location', null])
})

test('an address is a host like any other', () => {
  const url = new URL('https://[2001:db8::1]:8443/')
  expect([hostOf(url), portOf(url), originOf(url.href)]).toEqual(['2001:db8::1', 8443, 'https://[2001:db8::1]:8443/'])
  expect(belongsTo(url, '2001:db8::1')).toBe(true)
  expect(portOf(new URL('http://a.example/'))).toBe(80)
})
