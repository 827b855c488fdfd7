import { randomInt } from 'node:crypto'
import { type Answer, type DecodedPacket, decode, encode, RECURSION_DESIRED } from 'dns-packet'
import { canonicalAddress, compareAddresses } from '#db/model/address.ts'
import {
  type Connection,
  ConnectionError,
  type Endpoint,
  type NameAnswer,
  type NetworkDoor,
  type Resolution,
} from './door.ts'

/** One resolver's time for one question. Silent ones are asked twice, so a name takes `rounds` × their number × this at most. */
const askMillis = 2500
const rounds = 2

/** Answers in one datagram that no link has to cut up (RFC 9715 §3.1). */
const edns = { udpPayloadSize: 1400, extendedRcode: 0, ednsVersion: 0, flags: 0, flag_do: false, options: [] }

export type Transport = Pick<NetworkDoor, 'exchange' | 'connect'>

export interface Lookup {
  readonly addresses: readonly string[]
  readonly answers: NonNullable<Resolution['answers']>
  /** The host, and every name that its aliases (CNAME, also those made from DNAME) led through. */
  readonly names: readonly string[]
}

interface Told {
  readonly answer: NameAnswer
  readonly addresses: readonly string[]
  readonly names: readonly string[]
}

/** Asks for both kinds of address of a name in canonical form. Never throws: what could not be told is in `answers`. */
export async function lookUp(host: string, resolvers: readonly Endpoint[], transport: Transport): Promise<Lookup> {
  const [a, aaaa] = await Promise.all([
    askAll(host, 'A', resolvers, transport),
    askAll(host, 'AAAA', resolvers, transport),
  ])
  return {
    // Sorted, so that a resolver's rotation is no change; all of them, because each has to be checked.
    addresses: [...new Set([...a.addresses, ...aaaa.addresses])].sort(compareAddresses),
    answers: { A: a.answer, AAAA: aaaa.answer },
    names: [...new Set([host, ...a.names, ...aaaa.names])],
  }
}

type AddressType = 'A' | 'AAAA'

const isFinal = ({ answer }: Told) => answer === 'NOERROR' || answer === 'NODATA' || answer === 'NXDOMAIN'

const nothing = (answer: NameAnswer): Told => ({ answer, addresses: [], names: [] })

/** The next resolver is asked when one fails or is silent; the last failure is the answer when all do. */
async function askAll(
  host: string,
  type: AddressType,
  resolvers: readonly Endpoint[],
  transport: Transport,
): Promise<Told> {
  let last = nothing('timed-out')
  for (let round = 0; round < rounds && last.answer === 'timed-out'; round += 1) {
    for (const resolver of resolvers) {
      last = await ask(host, type, resolver, transport)
      if (isFinal(last)) return last
    }
  }
  return last
}

async function ask(host: string, type: AddressType, resolver: Endpoint, transport: Transport): Promise<Told> {
  const reply = await replyTo(host, type, resolver, transport)
  return reply === null ? nothing('timed-out') : read(host, type, reply)
}

/** The whole answer to one question; null when none came. */
async function replyTo(
  host: string,
  type: RecordType,
  resolver: Endpoint,
  transport: Transport,
): Promise<Uint8Array | null> {
  const query = encode({
    type: 'query',
    id: randomInt(0x1_0000),
    flags: RECURSION_DESIRED,
    questions: [{ type, name: host }],
    additionals: [{ type: 'OPT', name: '.', ...edns }],
  })
  const outcome = await transport.exchange(resolver.address, resolver.port, query, {
    timeoutMillis: askMillis,
    accept: (reply) => answersTo(query, reply),
  })
  if (outcome.status !== 'answered') return null
  const isTruncated = (outcome.reply[2] ?? 0) & 0b10
  return isTruncated ? askByStream(query, resolver, transport) : outcome.reply
}

type RecordType = 'A' | 'AAAA' | 'TXT' | 'PTR' | 'NS'

export interface Records {
  readonly answer: NameAnswer
  /** Of this type at exactly this name, or where its aliases lead: each as text, the strings of a TXT joined (RFC 7208 §3.3). */
  readonly values: readonly string[]
  /** Those whose owner is the name itself, no alias. */
  readonly own: readonly string[]
}

/** Asks the resolvers for records of a name, and the next one where one fails or is silent. Never throws. */
export async function askRecords(
  name: string,
  type: Exclude<RecordType, AddressType>,
  resolvers: readonly Endpoint[],
  transport: Transport,
): Promise<Records> {
  let last: Records = { answer: 'timed-out', values: [], own: [] }
  for (let round = 0; round < rounds && last.answer === 'timed-out'; round += 1) {
    for (const resolver of resolvers) {
      const reply = await replyTo(name, type, resolver, transport)
      last = reply === null ? { answer: 'timed-out', values: [], own: [] } : readRecords(name, type, reply)
      if (last.answer === 'NOERROR' || last.answer === 'NODATA' || last.answer === 'NXDOMAIN') return last
    }
  }
  return last
}

function readRecords(name: string, type: string, reply: Uint8Array): Records {
  let packet: DecodedPacket & { rcode?: string }
  try {
    packet = decode(Buffer.from(reply))
  } catch {
    return { answer: 'malformed', values: [], own: [] }
  }
  const answers = packet.answers ?? []
  const aliases = new Set(follow(name, 'A', answers).names)
  const records = answers.flatMap((record) =>
    record.type === type && 'data' in record && aliases.has(nameOf(record.name))
      ? [{ owner: nameOf(record.name), text: textOf(record.data) }]
      : [],
  )
  const values = records.map(({ text }) => text)
  return {
    answer: answerOf(packet.rcode, values),
    values,
    own: records.filter(({ owner }) => owner === name).map(({ text }) => text),
  }
}

function textOf(data: unknown): string {
  if (Array.isArray(data)) return Buffer.concat(data.map((part) => Buffer.from(part as Buffer))).toString('latin1')
  return typeof data === 'string' ? data : ''
}

/** Same id, a response, and the same question, letter by letter (RFC 5452 §4.2): compared as bytes, before anything is parsed. */
function answersTo(query: Uint8Array, reply: Uint8Array): boolean {
  const questionEnd = query.indexOf(0, 12) + 5
  if (reply.length < 12 || reply[0] !== query[0] || reply[1] !== query[1]) return false
  if (((reply[2] ?? 0) & 0x80) === 0) return false
  const question = Buffer.from(query).toString('latin1', 12, questionEnd)
  // A resolver that could not even read the question may leave it out.
  if (reply[4] === 0 && reply[5] === 0) return ((reply[3] ?? 0) & 0x0f) !== 0
  return Buffer.from(reply).toString('latin1', 12, questionEnd).toLowerCase() === question.toLowerCase()
}

/** The same question by TCP (RFC 7766), when the answer did not fit a datagram; null when none came. */
async function askByStream(query: Uint8Array, resolver: Endpoint, transport: Transport): Promise<Uint8Array | null> {
  const outcome = await transport.connect(resolver.address, resolver.port, { timeoutMillis: askMillis })
  if (outcome.status !== 'connected') return null
  const { connection } = outcome
  try {
    const length = Buffer.alloc(2)
    length.writeUInt16BE(query.length)
    await connection.write(Buffer.concat([length, query]))
    const reply = await readMessage(connection)
    return reply !== null && answersTo(query, reply) ? reply : null
  } catch (error) {
    if (error instanceof ConnectionError) return null
    throw error
  } finally {
    connection.close()
  }
}

async function readMessage(connection: Connection): Promise<Uint8Array | null> {
  const deadline = performance.now() + askMillis
  let received = Buffer.alloc(0)
  for (;;) {
    if (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
      return received.subarray(2, 2 + received.readUInt16BE(0))
    }
    const chunk = await connection.read(Math.max(1, deadline - performance.now()))
    if (chunk === null) return null
    received = Buffer.concat([received, chunk])
  }
}

function read(host: string, type: AddressType, reply: Uint8Array): Told {
  let packet: DecodedPacket & { rcode?: string }
  try {
    packet = decode(Buffer.from(reply))
  } catch {
    return nothing('malformed')
  }
  const { addresses, names } = follow(host, type, packet.answers ?? [])
  return { answer: answerOf(packet.rcode, addresses), addresses, names }
}

function answerOf(rcode: string | undefined, found: readonly string[]): NameAnswer {
  if (rcode === 'NOERROR') return found.length > 0 ? 'NOERROR' : 'NODATA'
  if (rcode === 'NXDOMAIN' || rcode === 'REFUSED') return rcode
  return 'SERVFAIL'
}

/** Follows aliases from the host through one answer (RFC 1034 §3.6.2): records of other names are not about it. */
function follow(host: string, type: AddressType, answers: readonly Answer[]): { addresses: string[]; names: string[] } {
  const records = answers.flatMap((answer) =>
    'data' in answer && typeof answer.data === 'string'
      ? { ...answer, name: nameOf(answer.name), data: answer.data }
      : [],
  )
  const names = new Set([host])
  // A set takes in what is added while it is gone through: aliases may stand in any order, and a circle ends.
  for (const name of names) {
    for (const { type, name: owner, data } of records) {
      if (type === 'CNAME' && owner === name) names.add(nameOf(data))
      if (type === 'DNAME') addTo(names, redirected(name, owner, nameOf(data)))
    }
    if (names.size > longestChain) break
  }
  const addresses = records.filter((record) => record.type === type && names.has(record.name)).map(({ data }) => data)
  return { addresses: addresses.flatMap((address) => canonicalAddress(address) ?? []), names: [...names] }
}

/** More aliases than any resolver follows. */
const longestChain = 32

/** Where a DNAME at `owner` leads a name below it (RFC 6672 §2.2); the owner itself counts too, so that no name slips by. */
function redirected(name: string, owner: string, target: string): string | null {
  if (name === owner) return target
  return name.endsWith(`.${owner}`) ? name.slice(0, -owner.length) + target : null
}

function addTo(names: Set<string>, name: string | null) {
  if (name !== null) names.add(name)
}

const nameOf = (name: string) => name.toLowerCase().replace(/\.$/, '')
