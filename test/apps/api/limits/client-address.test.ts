import { expect, test } from 'vitest'
import { clientAddress, limitKeyOf } from '#apps/api/limits/client-address.ts'
import { parseRange } from '#db/model/address.ts'

const proxies = ['10.0.0.0/8', 'fd00::/8'].map(parseRange)
const from = (socketAddress: string, forwardedFor?: string) => clientAddress({ socketAddress, forwardedFor }, proxies)

test('without a proxy of ours nobody says who they are', () => {
  expect(from('192.0.2.1')).toBe('192.0.2.1')
  expect(from('192.0.2.1', '198.51.100.7')).toBe('192.0.2.1')
  expect(clientAddress({ socketAddress: '10.0.0.1', forwardedFor: '198.51.100.7' }, [])).toBe('10.0.0.1')
})

test('behind proxies of ours it is the last whom they saw, whatever is written before', () => {
  expect(from('10.0.0.1', '198.51.100.7')).toBe('198.51.100.7')
  expect(from('10.0.0.1', '203.0.113.1, 198.51.100.7')).toBe('198.51.100.7')
  expect(from('10.0.0.1', '203.0.113.1, 198.51.100.7, 10.0.0.2')).toBe('198.51.100.7')
  expect(from('fd00::1', '2001:DB8::7,10.9.9.9')).toBe('2001:db8::7')
  expect(from('::ffff:10.0.0.1', '198.51.100.7')).toBe('198.51.100.7')
})

test('garbage says nothing: the last that is sure counts', () => {
  for (const text of ['', ',', 'unknown', '198.51.100.7:80', '198.51.100.7, _hidden', 'fe80::1%eth0', '0x0a.0.0.1'])
    expect([text, from('10.0.0.1', text)]).toEqual([text, '10.0.0.1'])
  expect(from('10.0.0.1', 'nonsense, 10.0.0.2')).toBe('10.0.0.2')
})

test('one host has one key, however many addresses of its network it takes', () => {
  expect(limitKeyOf('192.0.2.1')).toBe('192.0.2.1')
  expect(limitKeyOf('2001:db8:0:1::1')).toBe('2001:0db8:0000:0001::/64')
  expect(limitKeyOf('2001:db8:0:1:ffff:ffff:ffff:ffff')).toBe(limitKeyOf('2001:db8:0:1::1'))
  expect(limitKeyOf('2001:db8:0:2::1')).not.toBe(limitKeyOf('2001:db8:0:1::1'))
})
