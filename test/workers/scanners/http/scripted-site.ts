import { type Observation } from '#db/model/finding.ts'
import { parseTarget } from '#db/model/target.ts'
import { type Connection, ConnectionError, type ConnectOutcome, type NetworkDoor } from '#workers/network/door.ts'
import { http } from '#workers/scanners/http/index.ts'
import type { HttpResult, Walk } from '#workers/scanners/http/schema.ts'
import type { ScanContext } from '#workers/scanners/scanner.ts'
import { scriptedAddress, scriptedNetwork } from '../../../support/scripted-network.ts'

/** What a URL says: bytes and then the end, or pieces, of which an error is thrown in its place. */
export type Says = string | readonly (string | Buffer | ConnectionError)[] | (() => string)

export interface ScriptedSite extends NetworkDoor {
  /** `GET http://example.org/` and what was sent for it, in order. */
  readonly requests: { readonly url: string; readonly head: string }[]
  /** `192.0.2.10:443`, in order. */
  readonly dialled: string[]
  /** What SNI said, in order. */
  readonly serverNames: (string | null)[]
}

/** A door behind which every URL says what is written here; a URL that is not written closes without a word. */
export function scriptedSite(says: Readonly<Record<string, Says>>, door: Partial<NetworkDoor> = {}): ScriptedSite {
  const requests: ScriptedSite['requests'] = []
  const dialled: string[] = []
  const serverNames: (string | null)[] = []
  const connection = (address: string, port: number, scheme: string): Connection => {
    const chunks: (string | Buffer | ConnectionError)[] = []
    return {
      local: { address: '192.0.2.1', port: 50_000 },
      remote: { address, port },
      write: async (bytes) => {
        const head = Buffer.from(bytes).toString('latin1')
        const url = `${scheme}://${/^Host: (.*)\r$/m.exec(head)?.[1]}${/^GET (\S+) /.exec(head)?.[1]}`
        requests.push({ url, head })
        const said = says[url] ?? ''
        chunks.push(...[typeof said === 'function' ? said() : said].flat())
      },
      read: async () => {
        const next = chunks.shift()
        if (next instanceof ConnectionError) throw next
        return next === undefined || next === '' ? null : Buffer.from(next as string, 'latin1')
      },
      handshake: async ({ serverName }) => {
        serverNames.push(serverName)
        return {
          status: 'established',
          connection: connection(address, port, 'https'),
          version: 'TLSv1.3',
          cipherSuite: 'TLS_AES_128_GCM_SHA256',
          alpn: 'http/1.1',
          certificates: [],
        }
      },
      close: () => {},
    }
  }
  const network = scriptedNetwork({
    connect: async (address, port): Promise<ConnectOutcome> => {
      dialled.push(`${address}:${port}`)
      return { status: 'connected', connection: connection(address, port, 'http'), roundTripMillis: 1 }
    },
    ...door,
  })
  return { ...network, requests, dialled, serverNames }
}

export const contextOf = (network: NetworkDoor, more: Partial<ScanContext> = {}): ScanContext => ({
  network,
  signal: new AbortController().signal,
  now: new Date('2026-11-25T12:00:00Z'),
  millis: 60_000,
  progress: () => {},
  ...more,
})

/** Scans example.org, or another target, through a door; the result as it would be stored. */
export async function scanThrough(
  network: NetworkDoor,
  { target = 'example.org', options = {}, ...more }: { target?: string; options?: object } & Partial<ScanContext> = {},
) {
  const report = await http.scan(parseTarget(target), http.options.parse(options), contextOf(network, more))
  return { ...report, result: http.result.parse(report.result) }
}

/** What a rule says of a result, in short: `present`, `absent`, `unknown: reason`; nothing where it was not asked. */
export function verdicts(result: HttpResult, rule: string): Record<string, string> {
  const found = http.rules.find(({ id }) => id === rule)
  if (!found) throw new Error(`there is no rule ${rule}`)
  const said: Observation[] = found.check(result, new Date('2026-11-25T12:00:00Z'))
  return Object.fromEntries(
    said.map(({ subject, verdict, reason }) => [subject, reason ? `${verdict}: ${reason}` : verdict]),
  )
}

/** Status and URL of each hop; the outcome where no response came. */
export const scannedUrls = ({ hops }: Walk) =>
  hops.map(({ url, response, failure }) => [response?.status ?? failure?.outcome, url])

export const head = (status: string, ...fields: readonly string[]) =>
  [`HTTP/1.1 ${status}`, ...fields, '', ''].join('\r\n')

/** A page over HTTPS with these fields and this markup, behind a good redirect. */
export const securePage = (
  fields: readonly string[],
  markup = '<title>x</title>',
): Readonly<Record<string, string>> => ({
  'http://example.org/': head('301 Moved Permanently', 'Location: https://example.org/', 'Content-Length: 0'),
  'https://example.org/': head('200 OK', 'Content-Type: text/html', ...fields) + markup,
})

export { scriptedAddress }
