import { isIP } from 'node:net'

/** 4 or 6 for an address in a usual spelling; null for anything else. */
export function familyOf(text: string): 4 | 6 | null {
  const family = isIP(text)
  return family === 4 || family === 6 ? family : null
}

/** `192.0.2.1:443`, `[2001:db8::1]:443` (RFC 3986 §3.2.2). */
export const hostPort = (host: string, port: number) => (familyOf(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`)

/** The one spelling of an address (RFC 5952 §4), without brackets; null for what is none, a zone id included. */
export function canonicalAddress(text: string): string | null {
  if (text.includes('%')) return null
  const family = familyOf(text)
  if (family === null) return null
  return family === 4 ? text : new URL(`http://[${text}]`).hostname.slice(1, -1)
}

/** An address as a number of 32 or 128 bits, for comparing with ranges. @throws RangeError for what is no address. */
export function addressBits(address: string): bigint {
  const canonical = canonicalAddress(address)
  if (canonical === null) throw new RangeError(`"${address}" is no address`)
  return canonical.includes(':') ? bitsOf(groupsOf(canonical), 16) : bitsOf(canonical.split('.').map(Number), 8)
}

/** The eight groups of an IPv6 address that the URL parser wrote, so without a dotted part. */
function groupsOf(canonical: string): number[] {
  const [head = '', tail] = canonical.split('::')
  const read = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)))
  const before = read(head)
  const after = read(tail ?? '')
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after]
}

const bitsOf = (parts: readonly number[], width: number) =>
  parts.reduce((bits, part) => (bits << BigInt(width)) | BigInt(part), 0n)

/** IPv4 first, then by number: so that lists of addresses do not change with a resolver's rotation. */
export function compareAddresses(left: string, right: string): number {
  const byFamily = (familyOf(left) ?? 0) - (familyOf(right) ?? 0)
  if (byFamily !== 0) return byFamily
  const difference = addressBits(left) - addressBits(right)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

/** A block of addresses (CIDR, RFC 4632). */
export interface AddressRange {
  readonly family: 4 | 6
  readonly first: bigint
  readonly last: bigint
}

/** `10.0.0.0/8`; an address alone is a range of one. @throws RangeError for what is no range. */
export function parseRange(text: string): AddressRange {
  const [address = '', length, ...more] = text.split('/')
  const family = familyOf(address)
  const width = family === 4 ? 32 : 128
  const prefix = length === undefined ? width : /^\d{1,3}$/.test(length) ? Number(length) : -1
  if (more.length > 0 || family === null || prefix < 0 || prefix > width) {
    throw new RangeError(`"${text}" is no range of addresses`)
  }
  const size = 1n << BigInt(width - prefix)
  const first = (addressBits(address) / size) * size
  return { family, first, last: first + size - 1n }
}

export const isWithin = (range: AddressRange, family: 4 | 6, bits: bigint) =>
  range.family === family && bits >= range.first && bits <= range.last
