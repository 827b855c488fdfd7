import { type AddressRange, addressBits, familyOf, isWithin, parseRange } from '#db/model/address.ts'

export interface SpecialBlock {
  readonly block: string
  /** Kebab-case; the reason code of a refusal. */
  readonly rule: string
  readonly is: string
  readonly reference: string
}

/**
 * Blocks in which no public host lives: those of IANA's special-purpose registries (IPv4, IPv6; RFC 6890) that are not
 * globally reachable, each whole, and what leads to other addresses by translation. The narrowest block that holds an
 * address names it.
 */
export const specialBlocks: readonly SpecialBlock[] = [
  { block: '0.0.0.0/8', rule: 'this-network', is: 'this host on this network', reference: 'RFC 1122 §3.2.1.3' },
  { block: '10.0.0.0/8', rule: 'private-use', is: 'a private network', reference: 'RFC 1918' },
  { block: '100.64.0.0/10', rule: 'shared-address-space', is: "a provider's inner network", reference: 'RFC 6598' },
  { block: '127.0.0.0/8', rule: 'loopback', is: 'the machine itself', reference: 'RFC 1122 §3.2.1.3' },
  { block: '168.63.129.16/32', rule: 'cloud-metadata', is: "Azure's host agent", reference: 'Azure: WireServer' },
  { block: '169.254.0.0/16', rule: 'link-local', is: 'the local link', reference: 'RFC 3927' },
  { block: '172.16.0.0/12', rule: 'private-use', is: 'a private network', reference: 'RFC 1918' },
  { block: '192.0.0.0/24', rule: 'protocol-assignment', is: 'set aside for protocols', reference: 'RFC 6890 §2.1' },
  { block: '192.0.2.0/24', rule: 'documentation', is: 'for examples in documents', reference: 'RFC 5737' },
  { block: '192.88.99.0/24', rule: '6to4', is: 'a relay for 6to4', reference: 'RFC 7526' },
  { block: '192.168.0.0/16', rule: 'private-use', is: 'a private network', reference: 'RFC 1918' },
  { block: '198.18.0.0/15', rule: 'benchmarking', is: 'for measuring devices', reference: 'RFC 2544' },
  { block: '198.51.100.0/24', rule: 'documentation', is: 'for examples in documents', reference: 'RFC 5737' },
  { block: '203.0.113.0/24', rule: 'documentation', is: 'for examples in documents', reference: 'RFC 5737' },
  { block: '224.0.0.0/4', rule: 'multicast', is: 'for groups of hosts', reference: 'RFC 5771' },
  { block: '240.0.0.0/4', rule: 'reserved', is: 'reserved', reference: 'RFC 1112 §4' },
  { block: '255.255.255.255/32', rule: 'broadcast', is: 'every host on the link', reference: 'RFC 919 §7' },
  {
    block: '::/96',
    rule: 'ipv4-compatible',
    is: 'an IPv4 address in an abolished form',
    reference: 'RFC 4291 §2.5.5.1',
  },
  { block: '::/128', rule: 'unspecified', is: 'no address', reference: 'RFC 4291 §2.5.2' },
  { block: '::1/128', rule: 'loopback', is: 'the machine itself', reference: 'RFC 4291 §2.5.3' },
  { block: '::ffff:0:0/96', rule: 'ipv4-mapped', is: 'an IPv4 address in disguise', reference: 'RFC 4291 §2.5.5.2' },
  { block: '::ffff:0:0:0/96', rule: 'ipv4-translated', is: 'an IPv4 address in disguise', reference: 'RFC 2765 §2.1' },
  { block: '64:ff9b::/96', rule: 'nat64', is: 'an IPv4 address behind a translator', reference: 'RFC 6052' },
  { block: '64:ff9b:1::/48', rule: 'nat64', is: 'an IPv4 address behind a translator', reference: 'RFC 8215' },
  { block: '100::/64', rule: 'discard-only', is: 'thrown away on its way', reference: 'RFC 6666' },
  { block: '100:0:0:1::/64', rule: 'dummy', is: 'a placeholder', reference: 'RFC 9780' },
  { block: '2001::/23', rule: 'protocol-assignment', is: 'set aside for protocols', reference: 'RFC 2928' },
  { block: '2001::/32', rule: 'teredo', is: 'an IPv4 address behind a tunnel', reference: 'RFC 4380' },
  { block: '2001:2::/48', rule: 'benchmarking', is: 'for measuring devices', reference: 'RFC 5180' },
  { block: '2001:10::/28', rule: 'orchid', is: 'an identifier, no place', reference: 'RFC 4843' },
  { block: '2001:20::/28', rule: 'orchid', is: 'an identifier, no place', reference: 'RFC 7343' },
  { block: '2001:db8::/32', rule: 'documentation', is: 'for examples in documents', reference: 'RFC 3849' },
  { block: '2002::/16', rule: '6to4', is: 'an IPv4 address behind a tunnel', reference: 'RFC 3056' },
  { block: '3fff::/20', rule: 'documentation', is: 'for examples in documents', reference: 'RFC 9637' },
  { block: '5f00::/16', rule: 'segment-routing', is: 'an instruction to routers', reference: 'RFC 9602' },
  { block: 'fc00::/7', rule: 'unique-local', is: 'a private network', reference: 'RFC 4193' },
  { block: 'fe80::/10', rule: 'link-local', is: 'the local link', reference: 'RFC 4291 §2.5.6' },
  { block: 'fec0::/10', rule: 'site-local', is: 'a private network, in an abolished form', reference: 'RFC 3879' },
  { block: 'ff00::/8', rule: 'multicast', is: 'for groups of hosts', reference: 'RFC 4291 §2.7' },
]

const notGlobalUnicast: SpecialBlock = {
  block: '::/0',
  rule: 'not-global-unicast',
  is: 'outside the addresses that hosts may have (2000::/3)',
  reference: 'RFC 4291 §2.4',
}

const size = ({ first, last }: AddressRange) => last - first

const narrowestFirst = specialBlocks
  .map((special) => ({ special, range: parseRange(special.block) }))
  .sort((left, right) => (size(left.range) < size(right.range) ? -1 : 1))

const globalUnicast = parseRange('2000::/3')

/** The block that keeps an address from being a public host's; null for a public one. */
export function specialBlockOf(address: string): SpecialBlock | null {
  const family = familyOf(address)
  if (family === null) return notGlobalUnicast
  const bits = addressBits(address)
  const found = narrowestFirst.find(({ range }) => isWithin(range, family, bits))
  if (found) return found.special
  return family === 6 && !isWithin(globalUnicast, 6, bits) ? notGlobalUnicast : null
}
