import {
  type Connection,
  ConnectionError,
  type Endpoint,
  type ExchangeOutcome,
  type NetworkDoor,
} from '#workers/network/door.ts'
import { type Answer, answerOf, failed, notAsked } from './answer.ts'
import { tryMillis } from '../limits.ts'
import { isAskable, type Manner, type Message, type Query, type Question, readReply, writeQuery } from './wire.ts'

/** A message's length has 16 bits (RFC 1035 §4.2.2). */
const maxStreamBytes = 2 + 65_535

type Exchanged = { readonly message: Message; readonly query: Query } | { readonly failure: Answer }

/** One question to one server by UDP, again without EDNS where the server knows none, by TCP where the answer is cut. Never throws. */
export async function askOnce(
  network: NetworkDoor,
  server: Endpoint,
  question: Question,
  manner: Manner,
): Promise<Answer> {
  if (!isAskable(question.name)) return notAsked('name-not-askable')
  const first = await exchange(network, server, writeQuery(question, manner))
  const reply =
    manner.edns && 'message' in first && knowsNoEdns(first.message)
      ? await exchange(network, server, writeQuery(question, { ...manner, edns: false }))
      : first
  if ('failure' in reply) return reply.failure
  return reply.message.truncated ? askByTcp(network, server, reply.query) : answerOf(reply.message, question)
}

/** FORMERR, NOTIMP and BADVERS are how servers without EDNS answer it (RFC 6891 §7). */
const knowsNoEdns = ({ rcode }: Message) => rcode === 1 || rcode === 4 || rcode === 16

async function exchange(network: NetworkDoor, server: Endpoint, query: Query): Promise<Exchanged> {
  const outcome = await network.exchange(server.address, server.port, query.bytes, {
    timeoutMillis: tryMillis,
    accept: (reply) => readReply(reply, query) !== 'not-ours',
  })
  if (outcome.status !== 'answered') return { failure: failureOf(outcome) }
  const message = readReply(outcome.reply, query)
  return typeof message === 'string' ? { failure: failed('malformed') } : { message, query }
}

const failures = { silent: 'timed-out', refused: 'port-closed', unreachable: 'unreachable' } as const

function failureOf(outcome: Exclude<ExchangeOutcome, { status: 'answered' }>): Answer {
  if (outcome.status === 'not-allowed') return notAsked(outcome.rule)
  return outcome.status === 'not-asked' ? notAsked(outcome.errno) : failed(failures[outcome.status])
}

/** The rest of a cut answer; where TCP does not work the answer stays `truncated`, which says neither yes nor no. */
async function askByTcp(network: NetworkDoor, server: Endpoint, query: Query): Promise<Answer> {
  const outcome = await network.connect(server.address, server.port, {
    timeoutMillis: tryMillis,
    maxBytes: maxStreamBytes,
  })
  if (outcome.status !== 'connected') return failed('truncated')
  const { connection } = outcome
  try {
    await connection.write(withLength(query.bytes))
    const bytes = await readMessage(connection)
    const message = bytes === null ? 'not-ours' : readReply(bytes, query)
    if (message === 'malformed') return failed('malformed')
    if (message === 'not-ours' || message.truncated) return failed('truncated')
    return answerOf(message, query.question)
  } catch (error) {
    if (error instanceof ConnectionError) return failed('truncated')
    throw error
  } finally {
    connection.close()
  }
}

function withLength(message: Uint8Array): Uint8Array {
  const framed = Buffer.alloc(2 + message.length)
  framed.writeUInt16BE(message.length)
  framed.set(message, 2)
  return framed
}

/** One message of a stream, null where it ends before its stated length or drips for longer than a try may take. @throws ConnectionError */
async function readMessage(connection: Connection): Promise<Uint8Array | null> {
  const until = performance.now() + tryMillis
  let received = Buffer.alloc(0)
  for (;;) {
    if (received.length >= 2) {
      const length = received.readUInt16BE()
      if (received.length >= 2 + length) return received.subarray(2, 2 + length)
    }
    const left = Math.ceil(until - performance.now())
    const chunk = left > 0 ? await connection.read(left) : null
    if (chunk === null) return null
    received = Buffer.concat([received, chunk])
  }
}
