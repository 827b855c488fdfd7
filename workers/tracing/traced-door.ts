import type { NetworkDoor } from '#workers/network/door.ts'
import type { Tracer } from './tracer.ts'

/** A scan of every port has as many ways out: more than these tell nothing new. */
const spansAtMost = 64

/** The same door, whose first ways out are spans. */
export function tracedDoor(door: NetworkDoor, tracer: Tracer): NetworkDoor {
  let left = spansAtMost
  const traced = <Outcome extends { readonly status: string }>(
    name: 'connect' | 'exchange' | 'fetch',
    attributes: Readonly<Record<string, string | number>>,
    way: () => Promise<Outcome>,
  ): Promise<Outcome> => {
    if (left <= 0) return way()
    left--
    return tracer.span({ name, kind: 'client', attributes }, async (span) => {
      const outcome = await way()
      span.add({ 'portlight.outcome': outcome.status })
      return outcome
    })
  }
  const peer = (address: string, port: number) => ({ 'network.peer.address': address, 'network.peer.port': port })
  return {
    get identity() {
      return door.identity
    },
    get operator() {
      return door.operator
    },
    get roots() {
      return door.roots
    },
    pace: (address) => door.pace(address),
    isOpened: (address) => door.isOpened(address),
    resolve: (host) => door.resolve(host),
    connect: (address, port, options) =>
      traced('connect', peer(address, port), () => door.connect(address, port, options)),
    exchange: (address, port, ...rest) =>
      traced('exchange', peer(address, port), () => door.exchange(address, port, ...rest)),
    fetch: (url, options) =>
      traced('fetch', { 'server.address': URL.parse(url)?.hostname ?? '' }, () => door.fetch(url, options)),
  }
}
