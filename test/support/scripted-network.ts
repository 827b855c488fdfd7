import type { Connection, NetworkDoor } from '#workers/network/door.ts'
import { ConnectionError } from '#workers/network/door.ts'

export const scriptedAddress = '192.0.2.10'

const notScripted = (call: string) => () => {
  throw new Error(`this test scripted no ${call}()`)
}

/** A door whose every call is the test's own; whatever was not scripted throws. Names resolve to one documentation address. */
export function scriptedNetwork(script: Partial<NetworkDoor> = {}): NetworkDoor {
  return {
    operator: { resolvers: [{ address: '192.0.2.53', port: 53 }], whoisServer: null, rdapBootstrap: null },
    identity: 'Portlight',
    roots: [],
    pace: () => ({ connectionsPerSecond: 1e6, openConnections: 1e6 }),
    isOpened: () => false,
    resolve: async () => ({ addresses: [scriptedAddress], answers: { A: 'NOERROR', AAAA: 'NODATA' } }),
    connect: notScripted('connect'),
    exchange: notScripted('exchange'),
    fetch: notScripted('fetch'),
    ...script,
  }
}

/** A connection that says these chunks and then ends; an Error among them is thrown in its place. */
export function scriptedConnection(
  says: readonly (string | Uint8Array | ConnectionError)[] = [],
): Connection & { readonly written: string[] } {
  const chunks = [...says]
  const written: string[] = []
  return {
    local: { address: '192.0.2.1', port: 50_000 },
    remote: { address: scriptedAddress, port: 80 },
    written,
    write: async (bytes) => void written.push(Buffer.from(bytes).toString('latin1')),
    read: async () => {
      const next = chunks.shift()
      if (next instanceof ConnectionError) throw next
      if (next === undefined) return null
      return typeof next === 'string' ? Buffer.from(next, 'latin1') : next
    },
    handshake: notScripted('handshake'),
    close: () => {},
  }
}
