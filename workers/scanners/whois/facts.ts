import type { IsoDate } from './text/read-date.ts'

/** What an answer says of a name. The last three say nothing of the name, least of all that it is free. */
export const outcomes = [
  'registered',
  'not-found',
  'reserved',
  'invalid',
  'throttled',
  'error',
  'could-not-tell',
] as const
export type Outcome = (typeof outcomes)[number]

/** The facts of a registration, each of which may be unknown. */
export const factNames = [
  'registrar',
  'registrarIanaId',
  'createdAt',
  'updatedAt',
  'expiresAt',
  'statuses',
  'nameServers',
  'dnssec',
] as const
export type FactName = (typeof factNames)[number]

/** Why a fact is unknown, in kebab-case, and what was said in its place where something was. */
export interface Why {
  readonly reason: string
  readonly said?: string
}

/** A fact, or why there is none. */
export type Told<Value> = { readonly value: Value } | { readonly why: Why }

/** What one answer tells of a registration. */
export interface Facts {
  readonly registrar: Told<string>
  readonly registrarIanaId: Told<string>
  readonly createdAt: Told<IsoDate>
  readonly updatedAt: Told<IsoDate>
  readonly expiresAt: Told<IsoDate>
  /** In the words of the registry; `statuses.ts` reads them. */
  readonly statuses: Told<readonly string[]>
  readonly nameServers: Told<readonly string[]>
  /** True where the parent zone holds a DS record (RFC 9083 §5.3, `delegationSigned`). */
  readonly dnssec: Told<boolean>
}

export const told = <Value>(value: Value): Told<Value> => ({ value })
export const untold = (reason: string, said?: string): { readonly why: Why } => ({
  why: said === undefined ? { reason } : { reason, said },
})

/** Nothing is known, and for one reason. */
export const nothingKnown = (reason: string): Facts => {
  const why = untold(reason)
  return {
    registrar: why,
    registrarIanaId: why,
    createdAt: why,
    updatedAt: why,
    expiresAt: why,
    statuses: why,
    nameServers: why,
    dnssec: why,
  }
}

/** What one server's answer comes to. `reason` says why it is of no use, where it is not. */
export interface Reading {
  readonly outcome: Outcome
  readonly reason: string | null
  readonly facts: Facts
}

/** True for an answer that says something of the name. */
export const isUsable = ({ outcome }: Reading): boolean =>
  outcome === 'registered' || outcome === 'not-found' || outcome === 'reserved' || outcome === 'invalid'

/** An answer of no use, or none at all. */
export const useless = (outcome: 'throttled' | 'error' | 'could-not-tell', reason: string): Reading => ({
  outcome,
  reason,
  facts: nothingKnown(reason),
})

/** The registry knows no such name, so there is nothing else to know. */
export const notFound: Reading = { outcome: 'not-found', reason: null, facts: nothingKnown('not-registered') }
