import { expect, test } from 'vitest'
import { readReferral } from '#workers/scanners/whois/port43/read-referral.ts'

test.each([
  ['whois.nic.example', 'whois.nic.example'],
  ['WHOIS.NIC.EXAMPLE.', 'whois.nic.example'],
  ['whois://whois.nic.example', 'whois.nic.example'],
  ['whois.nic.example:43', 'whois.nic.example'],
  ['192.0.2.1', '192.0.2.1'],
  ['[2001:db8::1]', '2001:db8::1'],
])('%s sends us to %s', (said, host) => expect(readReferral(said, 43)).toEqual({ host, port: 43 }))

test('a referral keeps to the port in use', () => {
  expect(readReferral('whois.nic.example:6379', 43)).toEqual({
    refused: 'referral-port',
    said: 'whois.nic.example:6379',
  })
  expect(readReferral('127.0.0.2', 4343)).toEqual({ host: '127.0.0.2', port: 4343 })
  expect(readReferral('127.0.0.2:4343', 4343)).toEqual({ host: '127.0.0.2', port: 4343 })
})

test.each(['rwhois://192.0.2.1:4321', 'http://whois.nic.example/', 'gopher://192.0.2.1'])('%s is no WHOIS', (said) => {
  expect(readReferral(said, 43)).toEqual({ refused: 'referral-scheme', said })
})

test.each([
  'not.defined',
  'localhost',
  '0x7f000001',
  '',
  `${'a.'.repeat(60_000)}example`,
  '[::1',
  'a b',
  'user@host.example',
])('%.20s sends us nowhere', (said) => expect(readReferral(said, 43)).toBeNull())
