import { readFileSync } from 'node:fs'
import type { Pace } from './door.ts'
import type { Lifetime } from './lifetime.ts'

/** Addresses that nobody has proved to own, those too for which authority was only stated. */
export const politePace: Pace = { connectionsPerSecond: 20, openConnections: 10 }

/** Addresses whose owner has proved it. */
export const provedPace: Pace = { connectionsPerSecond: 1000, openConnections: 256 }

/** Datagrams to name servers: a question each, and nothing is kept open. */
export const datagramPace: Pace = { connectionsPerSecond: 1000, openConnections: 256 }

/** Addresses that SCAN_ALLOW opens: only what one machine can carry. */
export const openedPace: Pace = { connectionsPerSecond: 20_000, openConnections: socketsThatFit() }

/** Gives the turn back; further calls do nothing. */
export type Release = () => void

/** Who may dial next: so many new connections a second, and so many open, to each address, whichever scan of this process asks. */
export interface Turns {
  /** Waits for a turn, which is held until it is given back; null when the run was over before it came. */
  take(address: string, pace: Pace, lifetime: Lifetime): Release | Promise<Release | null>
}

/** A token bucket (`tokens`) and a count for one address, and who waits for them, first come first served. */
interface Lane {
  readonly pace: Pace
  tokens: number
  refilledAt: number
  open: number
  readonly waiting: Set<() => void>
  timer: NodeJS.Timeout | null
}

/** `openLimit` caps what is open to all addresses together. */
export function createTurns(openLimit = openedPace.openConnections): Turns {
  const lanesOf = new Map<Pace, Map<string, Lane>>()
  const waited = new Set<Lane>()
  let open = 0

  const mayGo = (lane: Lane) => lane.tokens >= 1 && lane.open < lane.pace.openConnections && open < openLimit

  const go = (lane: Lane): Release => {
    lane.tokens -= 1
    lane.open += 1
    open += 1
    let isHeld = true
    return () => {
      if (!isHeld) return
      isHeld = false
      lane.open -= 1
      open -= 1
      for (const lane of waited) serve(lane)
    }
  }

  const serve = (lane: Lane) => {
    refill(lane)
    for (const next of lane.waiting) {
      if (!mayGo(lane)) break
      lane.waiting.delete(next)
      next()
    }
    if (lane.waiting.size === 0) waited.delete(lane)
    // A missing token comes with time; a missing place comes with somebody's release, which serves too.
    else if (lane.tokens < 1)
      lane.timer ??= setTimeout(() => {
        lane.timer = null
        serve(lane)
      }, 1)
  }

  const laneOf = (address: string, pace: Pace): Lane => {
    const lanes = lanesOf.get(pace) ?? new Map<string, Lane>()
    lanesOf.set(pace, lanes)
    const known = lanes.get(address)
    if (known) return known
    for (const [idle, lane] of lanes) if (isIdle(lane)) lanes.delete(idle)
    const lane = newLane(pace)
    lanes.set(address, lane)
    return lane
  }

  return {
    take: (address, pace, lifetime) => {
      const lane = laneOf(address, pace)
      refill(lane)
      if (lane.waiting.size === 0 && mayGo(lane)) return go(lane)
      return new Promise((resolve) => {
        const next = () => {
          forget()
          resolve(go(lane))
        }
        const forget = lifetime.add(() => {
          lane.waiting.delete(next)
          resolve(null)
        })
        lane.waiting.add(next)
        waited.add(lane)
        serve(lane)
      })
    },
  }
}

const newLane = (pace: Pace): Lane => ({
  pace,
  tokens: burst(pace),
  refilledAt: performance.now(),
  open: 0,
  waiting: new Set(),
  timer: null,
})

/** What may go at once after a pause: 20 ms' worth, so that no second holds much more than its number. */
const burst = ({ connectionsPerSecond }: Pace) => Math.max(1, connectionsPerSecond / 50)

function refill(lane: Lane) {
  const now = performance.now()
  const earned = ((now - lane.refilledAt) * lane.pace.connectionsPerSecond) / 1000
  lane.tokens = Math.min(burst(lane.pace), lane.tokens + earned)
  lane.refilledAt = now
}

/** Nothing is lost with such a lane: a new one would begin as it stands. */
function isIdle(lane: Lane): boolean {
  refill(lane)
  return lane.open === 0 && lane.waiting.size === 0 && lane.tokens >= burst(lane.pace)
}

/** The open-files limit less what the rest of the process needs; read where the system shows it. */
function socketsThatFit(): number {
  const filesForTheRest = 256
  return Math.min(Math.max(openFilesLimit() - filesForTheRest, 64), 32_000)
}

function openFilesLimit(): number {
  const usual = 4096
  try {
    const soft = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]
    return soft === undefined ? usual : Number(soft)
  } catch {
    return usual
  }
}
