import type { Authority } from './authority.ts'
import { visitor } from './authority.ts'
import { createDoor, networkSettings } from './live.ts'
import { openedPace } from './turns.ts'

export interface ProviderSettings {
  /** The operator's own word: dialled at its host and port. What its documents name passes the guard. */
  readonly issuer: string
  /** OUTBOUND_ALLOW. */
  readonly allow: readonly string[]
  readonly dnsServers: readonly { readonly address: string; readonly port: number }[]
  readonly extraRoots: string | null
}

export interface ProviderRequest {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
}

const timeoutMillis = 8000
const maxBytes = 256 * 1024
const asOperator: Authority = { ...visitor, pace: openedPace }

/** As `fetch`, for a sign-in provider: guarded, bounded, in time, and without following a redirect. @throws Error in one word for what came of it otherwise */
export function createProviderFetch(settings: ProviderSettings) {
  const { issuer, allow, dnsServers, extraRoots } = settings
  const network = networkSettings({
    allow,
    dnsServers,
    extraRoots,
    rdapBootstrap: null,
    whoisServer: null,
    own: [],
    operatorUrls: [issuer],
  })
  return async (url: string, { method, headers, body }: ProviderRequest): Promise<Response> => {
    const over = new AbortController()
    const door = createDoor(network, over.signal, asOperator)
    try {
      const outcome = await door.fetch(url, {
        method: method === 'POST' ? 'POST' : 'GET',
        headers,
        ...(body === undefined || body === null ? {} : { body: Buffer.from(textOf(body)) }),
        timeoutMillis,
        maxBytes,
        maxRedirects: 0,
        httpsOnly: !issuer.startsWith('http:'),
      })
      if (outcome.status === 'not-allowed') throw new Error(`not-allowed: ${outcome.rule}`)
      if (outcome.status === 'failed') throw new Error(outcome.reason)
      const { statusCode: status, headers: answered } = outcome
      return new Response(status === 204 ? null : Buffer.from(outcome.body), { status, headers: answered })
    } finally {
      over.abort()
    }
  }
}

const textOf = (body: unknown): string => (body instanceof URLSearchParams ? body.toString() : String(body))
