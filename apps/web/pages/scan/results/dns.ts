import type { Run } from '../told.ts'

export interface ServerAtAddress {
  readonly address: string
  readonly state: 'authoritative' | 'lame' | 'silent' | 'unclear' | 'not-asked'
  readonly reason: string | null
  readonly serial: number | null
}

interface DnsResult {
  readonly name: string
  readonly zone: string | null
  readonly zoneReason: string | null
  readonly answers: readonly {
    readonly name: string
    readonly type: string
    readonly status: string
    readonly reason: string | null
    readonly records: readonly string[]
    readonly total: number
  }[]
  readonly aliases: { readonly chain: readonly string[] }
  readonly nameServers: {
    readonly from: 'zone' | 'delegation' | 'unknown'
    readonly servers: readonly { readonly name: string; readonly addresses: readonly ServerAtAddress[] }[]
  } | null
}

export interface ZoneServer {
  readonly name: string
  readonly addresses: readonly ServerAtAddress[]
}

/** One step of the way from the root to the name. */
export type Step =
  /** Nothing was asked of its servers yet, so nothing is said of it. */
  | { readonly kind: 'not-judged'; readonly name: string }
  | { readonly kind: 'zone'; readonly name: string; readonly servers: readonly ZoneServer[] }
  /** The zone of the name could not be found. */
  | { readonly kind: 'untold'; readonly name: string; readonly reason: string | null }
  | { readonly kind: 'name'; readonly name: string; readonly addresses: readonly string[] }
  | { readonly kind: 'alias'; readonly name: string }

export const dnsResult = (result: NonNullable<Run['result']>): DnsResult => result as unknown as DnsResult

/** The chain of zones from the root down: what is known of each, and what is not. */
export function chainOf({ name, zone, zoneReason, nameServers, answers, aliases }: DnsResult): Step[] {
  const apex = zone ?? name
  const labels = apex.split('.')
  const above = labels.slice(1).map((_, i) => labels.slice(labels.length - 1 - i).join('.'))
  const found = answers
    .filter((answer) => answer.name === name && (answer.type === 'A' || answer.type === 'AAAA'))
    .flatMap(({ records }) => records)
  return [
    { kind: 'not-judged', name: '.' },
    ...above.map((name): Step => ({ kind: 'not-judged', name })),
    zone === null
      ? { kind: 'untold', name: apex, reason: zoneReason }
      : { kind: 'zone', name: zone, servers: nameServers?.servers ?? [] },
    ...(zone === name && found.length === 0 ? [] : [{ kind: 'name', name, addresses: found } as const]),
    ...aliases.chain.filter((alias) => alias !== name).map((name): Step => ({ kind: 'alias', name })),
  ]
}
