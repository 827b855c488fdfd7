import type { NetworkDoor } from '#workers/network/door.ts'
import type { Ledger } from './ledger.ts'

/** What the asking of one domain shares. */
export interface Session {
  readonly network: NetworkDoor
  readonly signal: AbortSignal
  /** For one query, from its first packet to its last. */
  readonly timeoutMillis: number
  readonly ledger: Ledger
}

/** Reasons for which no query went out: our own machine's errno, or a name that has no address. */
export const wasNotAsked = (reason: string): boolean =>
  /^E[A-Z]+$/.test(reason) || reason === 'name-not-found' || reason === 'resolver-failed'

/** A door that is closing says ECANCELED; what it kept from being asked was kept by the end of the run. */
export const gapReason = (reason: string): string => (reason === 'ECANCELED' ? 'deadline' : reason)
