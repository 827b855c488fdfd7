import type { FetchOutcome } from './door.ts'
import { type Authority, visitor } from './authority.ts'
import { createDoor, networkSettings } from './live.ts'
import type { NetworkConfig } from './settings.ts'
import { openedPace } from './turns.ts'

export interface ChannelPost {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}
/** Sends what people are to be told to where they said. Never throws for what the world does. */
export type PostToChannel = (post: ChannelPost, signal: AbortSignal) => Promise<FetchOutcome>

const timeoutMillis = 15_000
/** Nobody reads more of an answer; one that is longer was no answer to this. */
const maxBytes = 256 * 1024
const asTold: Authority = { ...visitor, pace: openedPace }

/** Users name these addresses: each passes the guard, `allow` is OUTBOUND_ALLOW, https is asked everywhere else, and no redirect is followed. */
export function createChannelPost(
  settings: Pick<NetworkConfig, 'allow' | 'own' | 'dnsServers' | 'extraRoots'>,
): PostToChannel {
  const network = networkSettings({ ...settings, rdapBootstrap: null, whoisServer: null })
  return async ({ url, headers, body }, signal) => {
    const over = new AbortController()
    const door = createDoor(network, AbortSignal.any([signal, over.signal]), asTold)
    try {
      return await door.fetch(url, {
        method: 'POST',
        headers,
        body: Buffer.from(body),
        timeoutMillis,
        maxBytes,
        maxRedirects: 0,
        httpsOnly: true,
      })
    } finally {
      over.abort()
    }
  }
}
