import { type Connection, ConnectionError, type ConnectionErrorReason } from '#workers/network/door.ts'
import { elementsIn, MalformedDer } from '../certificate/read-der.ts'
import type { StartTlsProtocol } from '../schema.ts'

/** `ready`: the next byte is TLS. `not-offered`: the server said no. `failed`: what came is not this protocol. `cancelled`: the run is over. */
export type StartTlsOutcome = 'ready' | 'starttls-not-offered' | 'starttls-failed' | 'silent' | 'closed' | 'cancelled'

/** One thing that is said, and the line that ends its answer; without `says` the server speaks first. */
interface Step {
  readonly says?: string
  readonly lastLine: RegExp
  readonly agrees: RegExp
}

const reply = /^\d{3}(?!-)/
/** What is asked in the clear before TLS, in each protocol's own words. */
const dialogues: Readonly<Record<Exclude<StartTlsProtocol, 'ldap' | 'postgres'>, readonly Step[]>> = {
  // RFC 3207 §4; the name in EHLO is one that nobody has (RFC 6761 §6.4).
  smtp: [
    { lastLine: reply, agrees: /^220/ },
    { says: 'EHLO portlight.invalid', lastLine: reply, agrees: /^250/ },
    { says: 'STARTTLS', lastLine: reply, agrees: /^220/ },
  ],
  // RFC 9051 §6.2.1
  imap: [
    { lastLine: /^\* (OK|PREAUTH|BYE)/i, agrees: /^\* OK/i },
    { says: 'a STARTTLS', lastLine: /^a (OK|NO|BAD)/i, agrees: /^a OK/i },
  ],
  // RFC 2595 §4
  pop3: [
    { lastLine: /^(\+OK|-ERR)/i, agrees: /^\+OK/i },
    { says: 'STLS', lastLine: /^(\+OK|-ERR)/i, agrees: /^\+OK/i },
  ],
  // RFC 4217 §4
  ftp: [
    { lastLine: reply, agrees: /^220/ },
    { says: 'AUTH TLS', lastLine: reply, agrees: /^234/ },
  ],
  // RFC 4642 §2.2
  nntp: [
    { lastLine: reply, agrees: /^20[01]/ },
    { says: 'STARTTLS', lastLine: reply, agrees: /^382/ },
  ],
  // RFC 5804 §2.2
  sieve: [
    { lastLine: /^(OK|NO|BYE)\b/i, agrees: /^OK/i },
    { says: 'STARTTLS', lastLine: /^(OK|NO|BYE)\b/i, agrees: /^OK/i },
  ],
}

/** Asks a server in its own protocol to begin TLS, for `timeoutMillis` at the most. Never throws. */
export async function startTls(
  connection: Connection,
  protocol: StartTlsProtocol,
  timeoutMillis: number,
): Promise<StartTlsOutcome> {
  const incoming = new Incoming(connection, timeoutMillis)
  try {
    if (protocol === 'postgres') return await askPostgres(connection, incoming)
    if (protocol === 'ldap') return await askLdap(connection, incoming)
    return await converse(connection, incoming, dialogues[protocol])
  } catch (error) {
    if (error instanceof MalformedDer) return 'starttls-failed'
    if (!(error instanceof ConnectionError)) throw error
    return outcomeOf[error.reason]
  }
}

const outcomeOf: Readonly<Record<ConnectionErrorReason, StartTlsOutcome>> = {
  'timed-out': 'silent',
  reset: 'closed',
  limit: 'starttls-failed',
  closed: 'cancelled', // By our own side: the door closes what is open when the run ends.
}

async function converse(connection: Connection, incoming: Incoming, steps: readonly Step[]): Promise<StartTlsOutcome> {
  for (const [index, { says, lastLine, agrees }] of steps.entries()) {
    if (says !== undefined) await connection.write(Buffer.from(`${says}\r\n`))
    let line = await incoming.line()
    while (line !== null && !lastLine.test(line)) line = await incoming.line()
    if (line === null) return 'closed'
    if (!agrees.test(line)) return index === 0 ? 'starttls-failed' : 'starttls-not-offered'
  }
  // Whatever was sent before TLS is not part of it, and a client that took it for that could be fooled (RFC 3207 §6).
  return incoming.isEmpty ? 'ready' : 'starttls-failed'
}

/** SSLRequest: one byte answers (PostgreSQL's protocol, §54.2.10). */
async function askPostgres(connection: Connection, incoming: Incoming): Promise<StartTlsOutcome> {
  await connection.write(Buffer.from('0000000804d2162f', 'hex'))
  const [answer, ...more] = (await incoming.next()) ?? []
  if (answer === undefined) return 'closed'
  if (answer === 0x4e) return 'starttls-not-offered'
  return answer === 0x53 && more.length === 0 ? 'ready' : 'starttls-failed'
}

/** The extended request 1.3.6.1.4.1.1466.20037 (RFC 4511 §4.14); its answer is short enough to come at once. */
async function askLdap(connection: Connection, incoming: Incoming): Promise<StartTlsOutcome> {
  const oid = Buffer.from('1.3.6.1.4.1.1466.20037')
  await connection.write(Buffer.from([0x30, 0x1d, 0x02, 0x01, 0x01, 0x77, 0x18, 0x80, oid.length, ...oid]))
  const answer = await incoming.next()
  if (answer === null) return 'closed'
  const [message, ...more] = elementsIn(answer)
  const response = elementsIn(message?.content ?? new Uint8Array()).find(({ tag }) => tag === 0x78)
  if (response === undefined || more.length > 0) return 'starttls-failed'
  const [resultCode] = elementsIn(response.content)
  return resultCode?.content[0] === 0 ? 'ready' : 'starttls-not-offered'
}

/** What the server says before TLS, within one time and one size for all of it. */
class Incoming {
  static readonly maxBytes = 64 * 1024
  readonly #connection: Connection
  readonly #endsAt: number
  #text = ''
  #bytes = 0

  constructor(connection: Connection, timeoutMillis: number) {
    this.#connection = connection
    this.#endsAt = performance.now() + timeoutMillis
  }

  get isEmpty() {
    return this.#text === ''
  }

  /** @throws ConnectionError */
  async next(): Promise<Uint8Array | null> {
    const timeoutMillis = this.#endsAt - performance.now()
    if (timeoutMillis <= 0) throw new ConnectionError('timed-out', 'the dialogue before TLS took too long')
    const chunk = await this.#connection.read(timeoutMillis)
    this.#bytes += chunk?.length ?? 0
    if (this.#bytes > Incoming.maxBytes) throw new ConnectionError('limit', 'too much was said before TLS')
    return chunk
  }

  /** The next line without its end; null once no more will come. @throws ConnectionError */
  async line(): Promise<string | null> {
    for (;;) {
      const end = this.#text.indexOf('\n')
      if (end >= 0) {
        const line = this.#text.slice(0, end).replace(/\r$/, '')
        this.#text = this.#text.slice(end + 1)
        return line
      }
      const chunk = await this.next()
      if (chunk === null) return null
      this.#text += Buffer.from(chunk).toString('latin1')
    }
  }
}
