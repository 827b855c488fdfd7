import { randomInt } from 'node:crypto'
import { decode, encode, RECURSION_DESIRED, type RecordType, type Answer as ResourceRecord } from 'dns-packet'

export type { ResourceRecord }

/** What this scanner asks for. */
export const questionTypes = [
  'A',
  'AAAA',
  'CAA',
  'CNAME',
  'DNSKEY',
  'DS',
  'MX',
  'NS',
  'SOA',
  'SRV',
  'TLSA',
  'TXT',
] as const satisfies readonly RecordType[]
export type QuestionType = (typeof questionTypes)[number]

export interface Question {
  /** In lower case, without the root dot. */
  readonly name: string
  readonly type: QuestionType
}

export interface Manner {
  /** Asks a resolver to look further (RD). */
  readonly recursive: boolean
  /** Leaves room for answers larger than 512 bytes; some servers do not know it. */
  readonly edns: boolean
}

export interface Query {
  readonly id: number
  readonly question: Question
  readonly bytes: Uint8Array
}

export interface Message {
  /** With the upper bits of EDNS (RFC 6891 §6.1.3). */
  readonly rcode: number
  readonly authoritative: boolean
  readonly truncated: boolean
  readonly answers: readonly ResourceRecord[]
  readonly authorities: readonly ResourceRecord[]
  readonly additionals: readonly ResourceRecord[]
}

const headerBytes = 12
/** Fits through any path without fragments (the DNS flag day of 2020, RFC 9715 §3). */
const udpPayloadBytes = 1232

/** A name that fits into a question: labels of 1 to 63, 253 in all (RFC 1035 §2.3.4), and nothing but visible ASCII. */
export const isAskable = (name: string) =>
  name.length <= 253 && name.split('.').every((label) => /^[!-~]{1,63}$/.test(label))

/** Only A to Z: case folding of other letters would make different names equal (RFC 4343 §3). */
export const lowerCase = (name: string) => name.replace(/[A-Z]/g, (letter) => letter.toLowerCase())

/** `question.name` must be askable. */
export function writeQuery(question: Question, { recursive, edns }: Manner): Query {
  const id = randomInt(0x1_00_00)
  const bytes = encode({
    type: 'query',
    id,
    flags: recursive ? RECURSION_DESIRED : 0,
    questions: [{ ...question, class: 'IN' }],
    additionals: edns ? [ednsOption] : [],
  })
  return { id, question, bytes }
}

const ednsOption = {
  type: 'OPT' as const,
  name: '.',
  udpPayloadSize: udpPayloadBytes,
  extendedRcode: 0,
  ednsVersion: 0,
  flags: 0,
  flag_do: false,
  options: [],
}

/**
 * What came back for a query. `not-ours` is another id or another question: a stranger's guess, or late.
 * `malformed` carries our id and cannot be read to its last byte. Never throws.
 */
export function readReply(bytes: Uint8Array, query: Query): Message | 'malformed' | 'not-ours' {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (buffer.length < 2 || buffer.readUInt16BE(0) !== query.id) return 'not-ours'
  const packet = decodeWhole(buffer)
  if (packet === null || !packet.flag_qr) return 'malformed'

  const [question, ...more] = packet.questions ?? []
  const rcode = ((packet.flags ?? 0) & 0xf) | (extendedRcode(packet.additionals ?? []) << 4)
  // A server that could not read the question may leave it out, but only beside an error.
  if (question === undefined && rcode === 0) return 'malformed'
  if (question !== undefined && (more.length > 0 || !isSame(question, query.question))) return 'not-ours'
  return {
    rcode,
    authoritative: packet.flag_aa,
    truncated: packet.flag_tc,
    answers: packet.answers ?? [],
    authorities: packet.authorities ?? [],
    additionals: packet.additionals ?? [],
  }
}

/** The decoder believes each record's own form rather than its stated length: where they differ, the end is elsewhere. */
function decodeWhole(buffer: Buffer) {
  try {
    const packet = decode(buffer)
    return decode.bytes === buffer.length && buffer.length >= headerBytes ? packet : null
  } catch {
    return null
  }
}

const isSame = (asked: { name: string; type: string; class?: string | undefined }, question: Question) =>
  lowerCase(asked.name) === question.name && asked.type === question.type && asked.class === 'IN'

function extendedRcode(additionals: readonly ResourceRecord[]): number {
  const option = additionals.find((record) => record.type === 'OPT')
  return option?.type === 'OPT' ? option.extendedRcode : 0
}
