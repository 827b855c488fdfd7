import { randomUUID } from 'node:crypto'
import { addressBits, familyOf } from '#db/model/address.ts'
import type { Pace } from './door.ts'
import type { Lifetime } from './lifetime.ts'
import { datagramPace, openedPace, type Release, type Turns } from './turns.ts'

/** Asks the store that all processes share for turns; see db/queries/turns.ts. @throws where it does not answer */
export type LeaseTurns = (request: {
  readonly lanes: readonly string[]
  readonly holder: string
  readonly perSecond: number
  readonly burst: number
  readonly placesAtMost: number
  readonly tokens: number
  readonly places: number
}) => Promise<{ tokens: number; places: number }>

/**
 * Of what a pace allows in a second this much flows in, and this much may go at once after a pause. With the time for which a token is kept here
 * that is below the pace in every second, however it is cut out.
 */
const flowing = 0.8
const atOnce = 0.15
const tokenMillis = 50
const renewMillis = 1500
const awayMillis = 500
const idleMillis = 1000

/** One address at one pace: what this process has of the shared turns, and who waits for one, first come first served. */
interface Lane {
  readonly key: string
  readonly lanes: readonly string[]
  readonly holder: string
  readonly pace: Pace
  tokens: number
  tokensUntil: number
  places: number
  open: number
  readonly waiting: Set<() => void>
  isAsking: boolean
  timer: NodeJS.Timeout | null
}

/**
 * Turns that hold across processes and tenants, for each address and for the network around it (/24, /48): every connection to a host that the operator
 * did not open takes one. Where the store is away nobody gets a turn.
 */
export function createSharedTurns(inner: Turns, lease: LeaseTurns): Turns {
  const lanes = new Map<string, Lane>()

  const mayGo = (lane: Lane) => lane.tokens >= 1 && performance.now() < lane.tokensUntil && lane.open < lane.places

  const serve = (lane: Lane) => {
    for (const next of lane.waiting) {
      if (!mayGo(lane)) break
      lane.waiting.delete(next)
      lane.tokens -= 1
      lane.open += 1
      next()
    }
    if (lane.waiting.size > 0) void ask(lane)
  }

  const ask = async (lane: Lane) => {
    if (lane.isAsking) return
    lane.isAsking = true
    clearTimeout(lane.timer ?? undefined)
    const { connectionsPerSecond, openConnections } = lane.pace
    const wanted = lane.waiting.size
    const chunk = Math.max(1, Math.floor((connectionsPerSecond * tokenMillis) / 1000))
    let pauseMillis = renewMillis
    try {
      const granted = await lease({
        lanes: lane.lanes,
        holder: lane.holder,
        perSecond: connectionsPerSecond * flowing,
        burst: Math.max(1, connectionsPerSecond * atOnce),
        placesAtMost: openConnections,
        tokens: Math.min(wanted, chunk),
        places: Math.min(openConnections, lane.open + wanted),
      })
      lane.tokens = granted.tokens
      lane.tokensUntil = performance.now() + tokenMillis
      lane.places = granted.places
      if (wanted > 0) pauseMillis = granted.tokens === 0 || granted.places <= lane.open ? 60 : 0
    } catch {
      pauseMillis = awayMillis
    }
    lane.isAsking = false
    if (pauseMillis === 0) return serve(lane)
    if (lane.open === 0 && lane.waiting.size === 0) return letGo(lane)
    lane.timer = setTimeout(() => void ask(lane), pauseMillis)
  }

  /** A lane that nobody wants has given its places back by asking for none. */
  const letGo = (lane: Lane) => {
    lane.timer = setTimeout(() => {
      if (lane.open === 0 && lane.waiting.size === 0 && !lane.isAsking) lanes.delete(lane.key)
    }, idleMillis)
    lane.timer.unref()
  }

  const laneOf = (address: string, pace: Pace): Lane => {
    const key = `${address} ${pace.connectionsPerSecond}/${pace.openConnections}`
    const known = lanes.get(key)
    if (known) return known
    // Each pace counts for itself: a stranger's slow lane must not be used up by a neighbour's quick one.
    const suffix = `@${pace.connectionsPerSecond}/${pace.openConnections}`
    const lane: Lane = {
      key,
      lanes: [`${address}${suffix}`, `${networkOf(address)}${suffix}`],
      holder: randomUUID(),
      pace,
      tokens: 0,
      tokensUntil: 0,
      places: 0,
      open: 0,
      waiting: new Set(),
      isAsking: false,
      timer: null,
    }
    lanes.set(key, lane)
    return lane
  }

  const takeShared = (address: string, pace: Pace, lifetime: Lifetime): Promise<Release | null> =>
    new Promise((resolve) => {
      const lane = laneOf(address, pace)
      const giveBack = () => {
        lane.open -= 1
        if (lane.waiting.size > 0) serve(lane)
        else if (lane.open === 0) void ask(lane)
      }
      const next = () => {
        forget()
        void Promise.resolve(inner.take(address, openedPace, lifetime)).then((release) => {
          if (release === null) {
            giveBack()
            resolve(null)
            return
          }
          let isHeld = true
          resolve(() => {
            if (!isHeld) return
            isHeld = false
            release()
            giveBack()
          })
        })
      }
      const forget = lifetime.add(() => {
        lane.waiting.delete(next)
        resolve(null)
      })
      lane.waiting.add(next)
      serve(lane)
    })

  return {
    take: (address, pace, lifetime) =>
      pace === openedPace || pace === datagramPace
        ? inner.take(address, pace, lifetime)
        : takeShared(address, pace, lifetime),
  }
}

/** The /24 or /48 around an address, as one text. */
export function networkOf(address: string): string {
  const isV4 = familyOf(address) === 4
  const bits = addressBits(address) >> (isV4 ? 8n : 80n)
  return `${bits.toString(16)}/${isV4 ? 24 : 48}`
}
