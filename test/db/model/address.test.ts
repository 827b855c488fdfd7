import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { addressBits, canonicalAddress, compareAddresses, hostPort, isWithin, parseRange } from '#db/model/address.ts'

test.each([
  ['192.0.2.1', 0xc0000201n],
  ['0.0.0.0', 0n],
  ['::', 0n],
  ['::1', 1n],
  ['1::', 1n << 112n],
  ['2001:db8::1:2', (0x20010db8n << 96n) | 0x10002n],
  ['::ffff:192.0.2.1', 0xffffc0000201n],
])('%s is the number %s', (address, bits) => {
  expect(addressBits(address)).toBe(bits)
})

test('one address has one spelling, whichever of its spellings is read', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => {
      const canonical = canonicalAddress(address) ?? ''
      expect(canonicalAddress(canonical)).toBe(canonical)
      expect(addressBits(canonical)).toBe(addressBits(address))
    }),
  )
})

test.each(['', 'example.org', '1.2.3', '01.2.3.4', '1.2.3.4.', '::1%lo', '[::1]', ':::'])(
  '%j is no address',
  (text) => {
    expect(canonicalAddress(text)).toBeNull()
    expect(() => addressBits(text)).toThrow(RangeError)
  },
)

test('addresses sort by number, IPv4 first', () => {
  const sorted = ['9.9.9.9', '10.0.0.1', '::2', '::10', '2001:db8::']
  expect(sorted.toReversed().sort(compareAddresses)).toEqual(sorted)
})

test('a range holds its first and its last address, and no other family', () => {
  const range = parseRange('10.1.2.3/8')
  const holds = (address: string) => isWithin(range, address.includes(':') ? 6 : 4, addressBits(address))
  expect(['10.0.0.0', '10.255.255.255', '9.255.255.255', '11.0.0.0', '::a00:1'].map(holds)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ])
  expect(parseRange('192.0.2.1')).toEqual({ family: 4, first: 0xc0000201n, last: 0xc0000201n })
  expect(parseRange('::/0')).toEqual({ family: 6, first: 0n, last: (1n << 128n) - 1n })
})

test.each(['10.0.0.0/', '10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/8/8', '10/8', '::/129', 'x/8', '10.0.0.0/1e1'])(
  '%j is no range',
  (text) => {
    expect(() => parseRange(text)).toThrow(RangeError)
  },
)

test('a port stands behind an IPv6 address in brackets', () => {
  expect([hostPort('192.0.2.1', 80), hostPort('::1', 80), hostPort('a.example', 80)]).toEqual([
    '192.0.2.1:80',
    '[::1]:80',
    'a.example:80',
  ])
})
