import { addressBits, type AddressRange, canonicalAddress, familyOf, isWithin } from '#db/model/address.ts'

export interface Arrival {
  /** The other end of the socket. */
  readonly socketAddress: string
  /** The X-Forwarded-For field, as it came. */
  readonly forwardedFor: string | undefined
}

/**
 * Who asks: the other end of the socket, or where that is a proxy of ours (TRUSTED_PROXIES), the last whom our proxies saw.
 * What stands left of that anybody can have written; an entry that is no address ends the walk at the proxy which passed it on.
 */
export function clientAddress({ socketAddress, forwardedFor }: Arrival, proxies: readonly AddressRange[]): string {
  let client = unmapped(socketAddress)
  for (const hop of (forwardedFor ?? '').split(',').toReversed()) {
    const address = canonicalAddress(hop.trim())
    if (address === null || !isIn(proxies, client)) return client
    client = unmapped(address)
  }
  return client
}

/** What a limit counts by: an IPv4 address, and of an IPv6 address the /64, all of which one host has (RFC 4291 §2.5.4). */
export function limitKeyOf(address: string): string {
  if (familyOf(address) !== 6) return address
  const network = addressBits(address) >> 64n
  return `${network
    .toString(16)
    .padStart(16, '0')
    .replaceAll(/(.{4})(?!$)/g, '$1:')}::/64`
}

/** An IPv4 address that a socket of both families shows as IPv6 (RFC 4291 §2.5.5.2) is that IPv4 address. */
function unmapped(text: string): string {
  const address = canonicalAddress(text) ?? text
  if (familyOf(address) !== 6) return address
  const bits = addressBits(address)
  if (bits >> 32n !== 0xffffn) return address
  return [24n, 16n, 8n, 0n].map((shift) => (bits >> shift) & 0xffn).join('.')
}

function isIn(ranges: readonly AddressRange[], address: string): boolean {
  const family = familyOf(address)
  if (family === null) return false
  const bits = addressBits(address)
  return ranges.some((range) => isWithin(range, family, bits))
}
