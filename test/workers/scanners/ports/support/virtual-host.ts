import type { ConnectOutcome, NetworkDoor } from '#workers/network/door.ts'
import { scriptedConnection } from '#test/support/scripted-network.ts'
import type { VirtualClock } from './virtual-clock.ts'

export interface HostBehaviour {
  /** What a port would say if nothing were lost; `dark` ones say nothing. */
  readonly port: (port: number) => 'open' | 'closed' | 'dark' | ConnectOutcome
  readonly roundTripMillis?: number
  /** The share of questions whose answer gets lost, from 0 to 1. */
  readonly loss?: number
  /** No more resets than this are sent in a second. */
  readonly resetsPerSecond?: number
  /** Connections that our own machine can have under way; beyond them it says EMFILE. */
  readonly descriptors?: number
  readonly pace?: { readonly connectionsPerSecond: number; readonly openConnections: number }
}

/** A host in virtual time, and what it saw of us. */
export function virtualHost(clock: VirtualClock, behaviour: HostBehaviour) {
  const { roundTripMillis = 50, loss = 0, descriptors = Number.POSITIVE_INFINITY } = behaviour
  const { resetsPerSecond = Number.POSITIVE_INFINITY } = behaviour
  const pace = behaviour.pace ?? { connectionsPerSecond: 20_000, openConnections: 8000 }
  const random = seededRandom(7)
  const askedAt: { port: number; millis: number }[] = []
  let open = 0
  let mostOpen = 0
  let resets = 50
  let resetsAt = 0

  const mayReset = () => {
    resets = Math.min(50, resets + ((clock.now() - resetsAt) * resetsPerSecond) / 1000)
    resetsAt = clock.now()
    if (resets < 1) return false
    resets -= 1
    return true
  }

  const answerOf = (port: number): ConnectOutcome => {
    const says = behaviour.port(port)
    if (typeof says === 'object') return says
    if (says === 'dark' || random() < loss) return { status: 'silent' }
    if (says === 'open') return { status: 'connected', connection: scriptedConnection(), roundTripMillis }
    return mayReset() ? { status: 'refused', roundTripMillis } : { status: 'silent' }
  }

  const connect: NetworkDoor['connect'] = (_address, port, { timeoutMillis }) => {
    if (open >= descriptors) return Promise.resolve({ status: 'not-asked', errno: 'EMFILE' })
    askedAt.push({ port, millis: clock.now() })
    open += 1
    mostOpen = Math.max(mostOpen, open)
    return new Promise((resolve) => {
      const answer = answerOf(port)
      clock.at(clock.now() + (answer.status === 'silent' ? timeoutMillis : roundTripMillis), () => {
        open -= 1
        resolve(answer)
      })
    })
  }

  return {
    network: { connect, pace: () => pace },
    askedAt,
    /** How often each port was asked. */
    questionsTo: (port: number) => askedAt.filter((asked) => asked.port === port).length,
    get mostOpen() {
      return mostOpen
    },
  }
}

/** The same numbers in every run (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
