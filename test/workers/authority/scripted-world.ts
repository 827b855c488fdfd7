import { type Answer, decode, encode } from 'dns-packet'
import type { FetchOutcome, NetworkDoor } from '#workers/network/door.ts'
import { NotAllowed } from '#workers/network/door.ts'
import { scriptedNetwork } from '#test/support/scripted-network.ts'

export interface World {
  /** `NAME TYPE` → what it says; `SERVFAIL` for a resolver that fails. Whatever is not named does not exist. */
  readonly dns: Record<string, readonly string[] | 'SERVFAIL' | 'silent'>
  /** URL → body, status, or failure. */
  readonly web: Record<string, string | number | FetchOutcome>
  readonly asked: string[]
}

export const emptyWorld = (): World => ({ dns: {}, web: {}, asked: [] })

/** A door onto a world of a test's own making: one resolver, some pages. */
export function worldDoor({ dns, web, asked }: World): NetworkDoor {
  const addresses = (name: string) =>
    ['A', 'AAAA'].flatMap((type) => {
      const found = dns[`${name} ${type}`]
      return Array.isArray(found) ? (found as string[]) : []
    })
  return scriptedNetwork({
    resolve: async (name) => {
      if (name.endsWith('.refused')) throw new NotAllowed('loopback', 'no')
      return { addresses: addresses(name), answers: { A: 'NOERROR', AAAA: 'NODATA' } }
    },
    exchange: async (_address, _port, datagram) => {
      const query = decode(Buffer.from(datagram))
      const { name, type } = query.questions![0]!
      asked.push(`${name} ${type}`)
      const found = dns[`${name} ${type}`]
      if (found === 'silent') return { status: 'silent' }
      const values = Array.isArray(found) ? (found as string[]) : []
      const isKnown =
        found !== undefined || Object.keys(dns).some((key) => key.startsWith(`${name} `) || key.includes(`.${name} `))
      const rcode = found === 'SERVFAIL' ? 2 : isKnown ? 0 : 3
      const answers = values.map((data) => ({ type, name, ttl: 60, data: type === 'TXT' ? [data] : data }) as Answer)
      const reply = encode({
        type: 'response',
        id: query.id ?? 0,
        flags: 0x8180 | rcode,
        questions: query.questions!,
        answers,
      })
      return { status: 'answered', reply, roundTripMillis: 1 }
    },
    fetch: async (url) => {
      asked.push(url)
      const page = web[url] ?? { status: 'failed', reason: 'refused' }
      if (typeof page === 'object') return page
      const [statusCode, body] = typeof page === 'number' ? [page, ''] : [200, page]
      return { status: 'answered', url, statusCode, headers: {}, body: Buffer.from(body) }
    },
  })
}
