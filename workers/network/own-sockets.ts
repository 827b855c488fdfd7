import { networkInterfaces } from 'node:os'
import { canonicalAddress } from '#db/model/address.ts'
import type { Endpoint } from './door.ts'

/** True for a place at which one of our own servers listens: no scan may talk to the API's or the stores' ports. */
export type IsOwn = (address: string, port: number) => boolean

const unspecified = new Set(['0.0.0.0', '::'])

/** `own` holds addresses (or `localhost`); one that listens on every address is written 0.0.0.0 or `::`. */
export function ownSockets(own: readonly Endpoint[]): IsOwn {
  const addressesByPort = new Map<number, Set<string>>()
  for (const { address, port } of own) {
    const addresses = addressesByPort.get(port) ?? new Set()
    for (const spelled of address === 'localhost' ? ['127.0.0.1', '::1'] : [plain(address)]) addresses.add(spelled)
    addressesByPort.set(port, addresses)
  }
  return (address, port) => {
    const addresses = addressesByPort.get(port)
    if (addresses === undefined) return false
    const asked = plain(address)
    if (addresses.has(asked)) return true
    // Who dials "no address" reaches this machine, and who listens there is reached at each of its addresses.
    const everywhere = [...addresses].some((address) => unspecified.has(address))
    return unspecified.has(asked) || (everywhere && isLocal(asked))
  }
}

/** An IPv4 address that a socket for both families shows as IPv6 (`::ffff:127.0.0.1`) as what it is. */
function plain(address: string): string {
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(canonicalAddress(address) ?? address)
  if (mapped === null) return canonicalAddress(address) ?? address
  return mapped
    .slice(1)
    .flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255])
    .join('.')
}

function isLocal(address: string): boolean {
  if (address.startsWith('127.') || address === '::1') return true
  return Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some((local) => canonicalAddress(local.address) === address),
  )
}
