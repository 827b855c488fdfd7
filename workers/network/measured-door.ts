import type { Recorder } from '#workers/metrics/metrics.ts'
import type { NetworkDoor } from './door.ts'

/** The same door, which counts how each way out ended. */
export function measuredDoor(door: NetworkDoor, recorder: Recorder): NetworkDoor {
  const timed = async <Outcome extends { readonly status: string }>(
    kind: 'connect' | 'exchange' | 'fetch',
    way: Promise<Outcome>,
  ): Promise<Outcome> => {
    const began = performance.now()
    const outcome = await way
    recorder.outward(kind, outcome.status, (performance.now() - began) / 1000)
    return outcome
  }
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
    connect: (...asked) => timed('connect', door.connect(...asked)),
    exchange: (...asked) => timed('exchange', door.exchange(...asked)),
    fetch: (...asked) => timed('fetch', door.fetch(...asked)),
  }
}
