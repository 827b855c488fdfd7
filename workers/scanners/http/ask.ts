import { familyOf } from '#db/model/address.ts'
import { type Connection, ConnectionError, type NetworkDoor } from '#workers/network/door.ts'
import { connectFailure, cutShort, handshakeFailure, responseFailure } from './failure.ts'
import { hostOf, isRedirect, portOf } from './location.ts'
import type { BodyEnd } from './message/body.ts'
import type { Deviation, Head } from './message/head.ts'
import { requestBytes } from './message/request.ts'
import { ResponseReader } from './message/response.ts'
import type { FailureFact, Hop } from './schema.ts'

/** A redirect's body is nobody's page and is not waited for. */
export const limits = { headOctets: 32 * 1024, bodyOctets: 1024 * 1024, interimResponses: 8, skipsBody: isRedirect }
// Room for the head, the framing of the body's chunks and the record that is under way.
const connectionOctets = 2 * (limits.headOctets + limits.bodyOctets)

/** How long a request may take: each wait `timeoutMillis`, all of it until `until` on the clock of `performance`. */
export interface Patience {
  readonly timeoutMillis: number
  readonly until: number
}

/** A response as it came: content codings are still in place. */
export interface Received {
  readonly head: Head
  readonly deviations: readonly Deviation[]
  readonly interimResponses: number
  readonly body: Buffer
  readonly bodyEnd: BodyEnd
}

/** One request, and what came of it: a response, or the reason why there is none. */
export type Asked = { readonly tls: Hop['tls'] } & (
  | { readonly received: Received; readonly failure: null }
  | { readonly received: null; readonly failure: FailureFact }
)

const wait = ({ timeoutMillis, until }: Patience) =>
  Math.max(1, Math.min(timeoutMillis, Math.ceil(until - performance.now())))

/** GETs a URL at one address of its host, on a connection of its own. Never throws for what the other side does. */
export async function ask(
  url: URL,
  address: string,
  cookies: string,
  network: NetworkDoor,
  patience: Patience,
): Promise<Asked> {
  const outcome = await network.connect(address, portOf(url), {
    timeoutMillis: wait(patience),
    maxBytes: connectionOctets,
  })
  if (outcome.status !== 'connected') return { tls: null, received: null, failure: connectFailure(outcome) }
  const { connection } = outcome
  const request = requestBytes(url, cookies, network.identity)
  try {
    if (url.protocol === 'http:') return { tls: null, ...(await converse(connection, request, patience)) }
    const tls = await connection.handshake({
      serverName: familyOf(hostOf(url)) === null ? hostOf(url) : null,
      minVersion: 'TLSv1.2',
      maxVersion: 'TLSv1.3',
      alpn: ['http/1.1'],
      timeoutMillis: wait(patience),
    })
    if (tls.status !== 'established') return { tls: null, received: null, failure: handshakeFailure(tls) }
    const { version, cipherSuite } = tls
    try {
      return { tls: { version, cipherSuite }, ...(await converse(tls.connection, request, patience)) }
    } finally {
      tls.connection.close()
    }
  } finally {
    connection.close()
  }
}

/** Says the request and reads the response as far as it is wanted. */
async function converse(connection: Connection, request: Buffer, patience: Patience) {
  const reader = new ResponseReader(limits)
  const hasHead = () => reader.head !== null || reader.failure !== null
  const failed = (failure: FailureFact) => ({ received: null, failure })
  try {
    await connection.write(request)
    // One wait for the whole head and one for the whole body: a drip of bytes gains no more time than silence.
    await feed(connection, reader, patience, hasHead)
    await feed(connection, reader, patience, () => reader.isDone)
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error
    if (!reader.head) return failed(cutShort[error.reason])
    reader.close(bodyEndOf[error.reason])
  }
  const { head, failure, deviations, interimResponses, body, bodyEnd } = reader
  if (!head) return failed(responseFailure(failure ?? 'closed', reader.beginning))
  return {
    received: { head, deviations, interimResponses, body, bodyEnd: bodyEnd ?? 'not-read' },
    failure: null,
  }
}

const bodyEndOf = { 'timed-out': 'timed-out', reset: 'broken-off', limit: 'cut', closed: 'cut' } as const

async function feed(connection: Connection, reader: ResponseReader, patience: Patience, isEnough: () => boolean) {
  const until = performance.now() + wait(patience)
  while (!isEnough()) {
    const left = until - performance.now()
    if (left <= 0) throw new ConnectionError('timed-out', 'the response took too long')
    const bytes = await connection.read(Math.ceil(left))
    if (bytes === null) reader.close()
    else reader.push(bytes)
  }
}
