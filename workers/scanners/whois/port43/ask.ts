import { type Connection, type ConnectOutcome, ConnectionError, NotAllowed } from '#workers/network/door.ts'
import { gapReason, type Session } from '../session.ts'
import { inTurn } from '../turns.ts'
import { queryLine } from './query-forms.ts'

export interface WhoisServer {
  readonly host: string
  readonly port: number
}

/** The whole of an answer, or why there is none. `isAsked` is false where no query went out. */
export type Reply =
  | { readonly text: string }
  | { readonly text: null; readonly reason: string; readonly isAsked: boolean }

const maxBytes = 256 * 1024
const maxAddresses = 4

/** Asks one WHOIS server one question (RFC 3912): a line there, text back until it closes. Never throws for what the world does. */
export function askWhois(server: WhoisServer, domain: string, session: Session): Promise<Reply> {
  return inTurn(`${server.host}:${server.port}`, session.signal, async () => {
    const addresses = await addressesOf(server.host, session)
    if ('text' in addresses) return addresses
    const deadline = performance.now() + session.timeoutMillis
    let last = notAsked('name-not-found')
    for (const address of addresses.slice(0, maxAddresses)) {
      const timeoutMillis = deadline - performance.now()
      if (timeoutMillis <= 0) return last
      const outcome = await session.network.connect(address, server.port, { timeoutMillis, maxBytes })
      if (outcome.status === 'connected') return converse(outcome.connection, queryLine(server.host, domain), deadline)
      last = replyOf(outcome)
    }
    return last
  })
}

function replyOf(outcome: Exclude<ConnectOutcome, { readonly status: 'connected' }>): Reply {
  if (outcome.status === 'not-allowed') return notAsked(outcome.rule)
  return outcome.status === 'not-asked' ? notAsked(outcome.errno) : unanswered(outcome.status)
}

const notAsked = (reason: string): Reply => ({ text: null, reason: gapReason(reason), isAsked: false })
const unanswered = (reason: string): Reply => ({ text: null, reason, isAsked: true })

async function addressesOf(host: string, { network }: Session): Promise<readonly string[] | Reply> {
  try {
    const { addresses, answers } = await network.resolve(host)
    if (addresses.length > 0) return addresses
    const isSure =
      answers !== null && [answers.A, answers.AAAA].every((answer) => answer === 'NXDOMAIN' || answer === 'NODATA')
    return notAsked(isSure ? 'name-not-found' : 'resolver-failed')
  } catch (error) {
    if (error instanceof NotAllowed) return notAsked(error.rule)
    throw error
  }
}

/** An answer counts only as a whole: of one that was cut off nobody knows what the rest would have said. */
async function converse(connection: Connection, line: string, deadline: number): Promise<Reply> {
  const chunks: Uint8Array[] = []
  try {
    await connection.write(Buffer.from(line, 'latin1'))
    for (;;) {
      const timeLeft = deadline - performance.now()
      if (timeLeft <= 0) return unanswered('timed-out')
      const chunk = await connection.read(timeLeft)
      if (chunk === null) break
      chunks.push(chunk)
    }
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error
    return unanswered(endings[error.reason])
  } finally {
    connection.close()
  }
  const text = decode(Buffer.concat(chunks))
  return text.trim() === '' ? unanswered('closed-at-once') : { text }
}

const endings = { 'timed-out': 'timed-out', reset: 'cut-off', limit: 'too-large', closed: 'deadline' } as const

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** RFC 3912 §4 names no encoding: UTF-8 where the bytes are that, else ISO 8859-1, which keeps each byte. */
function decode(bytes: Buffer): string {
  try {
    return utf8.decode(bytes)
  } catch {
    return bytes.toString('latin1')
  }
}
