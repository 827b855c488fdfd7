import type { Basis } from '#db/model/authority.ts'
import type { Pace } from './door.ts'

/** By what right a run touches addresses, and how hard it may. */
export interface Authority {
  basisOf(address: string): Basis
  /** What the owner allows of proved addresses beyond the usual; null for the usual. */
  readonly pace: Pace | null
  /** How many connections to each address without authority make a visit; null where the scanner only ever visits. */
  readonly visitConnections: number | null
  /** Under which what it sends can be looked up; the run's id. */
  readonly probeId?: string
  /** Told of each address that is touched. */
  readonly onTouch?: (address: string) => void
  /** Told when a connection has waited long for its turn, and when it has it. */
  readonly onWaiting?: (isWaiting: boolean) => void
}

/** Of whoever only visits. */
export const visitor: Authority = { basisOf: () => 'passive', pace: null, visitConnections: null }
