import { getServers } from 'node:dns'
import { createSecureContext, type SecureContext } from 'node:tls'
import type { Endpoint, OperatorEndpoints } from './door.ts'
import { createGuard, type Guard } from './guard.ts'
import { trustedRoots } from './roots.ts'
import { createTurns, type Turns } from './turns.ts'

/** What the operator set, as config/ reads it, and where our own servers listen. */
export interface NetworkConfig {
  /** SCAN_ALLOW, as ranges (CIDR). */
  readonly allow: readonly string[]
  readonly dnsServers: readonly Endpoint[]
  readonly rdapBootstrap: string | null
  readonly whoisServer: { readonly host: string; readonly port: number } | null
  /** PEM text of CA_FILE. */
  readonly extraRoots: string | null
  /** Addresses (or `localhost`; 0.0.0.0 and `::` stand for all of this machine's) and ports: API, Postgres, Redis. */
  readonly own: readonly Endpoint[]
  /** Further URLs that the operator's settings name: dialled at their hosts and ports, whatever the guard says of others. */
  readonly operatorUrls?: readonly string[]
  /** Where whoever is touched can ask about it; null where nothing is served. */
  readonly publicUrl?: string | null
}

/** What all doors of a process share. */
export interface NetworkSettings {
  readonly guard: Guard
  readonly operator: OperatorEndpoints
  readonly turns: Turns
  readonly operatorUrls: readonly string[]
  readonly publicUrl: string | null
  /** PEM. */
  readonly roots: readonly string[]
  /** The same, ready for checking. */
  readonly trusted: SecureContext
}

/** Made once a process, so that whoever scans an address takes turns with all others. */
export function networkSettings(config: NetworkConfig): NetworkSettings {
  const { allow, own, dnsServers, whoisServer, rdapBootstrap, extraRoots } = config
  // Reading the system's store takes its time, and only those who judge certificates need it.
  const roots = once(() => trustedRoots(extraRoots))
  const trusted = once(() => createSecureContext({ ca: roots(), minVersion: 'TLSv1.2' }))
  return {
    guard: createGuard({ allow, own }),
    operator: { resolvers: dnsServers.length > 0 ? dnsServers : systemResolvers(), whoisServer, rdapBootstrap },
    turns: createTurns(),
    operatorUrls: [...(config.operatorUrls ?? []), ...(rdapBootstrap === null ? [] : [rdapBootstrap])],
    publicUrl: config.publicUrl ?? null,
    get roots() {
      return roots()
    },
    get trusted() {
      return trusted()
    },
  }
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | null = null
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

/** Node writes a port of its own into the text only where there is one. */
const systemResolvers = (): Endpoint[] =>
  getServers().map((server) => {
    const [, bracketed, dotted, port] = /^(?:\[(.+)\]|([\d.]+)):(\d+)$/.exec(server) ?? []
    return { address: bracketed ?? dotted ?? server, port: Number(port ?? 53) }
  })
