import { createSocket, type Socket as Datagrams } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import {
  AUTHORITATIVE_ANSWER,
  type DecodedPacket,
  decode,
  encode,
  RECURSION_AVAILABLE,
  TRUNCATED_RESPONSE,
} from 'dns-packet'
import type { Endpoint } from '#workers/network/door.ts'
import {
  answerOwn,
  answerRecursively,
  errorReply,
  type LabReply,
  type LabZones,
  refused,
  servfail,
  upwardReferral,
} from './dns-answer.ts'

export interface LabServer {
  /** The zones that it holds; a resolver reaches all of them. */
  readonly zones: readonly string[] | 'resolver'
  readonly fault?: LabFault
}

export interface DnsLabOptions {
  readonly zones: LabZones
  /** By address, all of loopback, all on one port. */
  readonly servers: Readonly<Record<string, LabServer>>
  /** What the resolvers do with a question: by `name` or by `name TYPE`. */
  readonly faults?: Readonly<Record<string, LabFault>>
}

export interface DnsLab {
  /** Where all of its servers listen, by UDP and TCP. */
  readonly port: number
  /** The first server that is a resolver. */
  readonly resolver: Endpoint
  /** Every question that was heard, in order. */
  readonly heard: readonly {
    readonly address: string
    readonly name: string
    readonly type: string
    readonly by: 'udp' | 'tcp'
  }[]
  close(): Promise<void>
}

/** Starts the servers of a small DNS on loopback, with known truths and known faults. */
export async function startDnsLab({ zones, servers, faults = {} }: DnsLabOptions): Promise<DnsLab> {
  const heard: DnsLab['heard'][number][] = []
  const addresses = Object.keys(servers)
  const answer = (address: string, bytes: Buffer, by: 'udp' | 'tcp'): Buffer[] => {
    const query = decode(bytes)
    const [question] = query.questions ?? []
    const server = servers[address]
    if (!question || !server) return []
    const name = question.name.toLowerCase()
    heard.push({ address, name, type: question.type, by })
    const isResolver = server.zones === 'resolver'
    const fault = server.fault ?? (isResolver ? (faults[`${name} ${question.type}`] ?? faults[name]) : undefined)
    const asked = { name, type: question.type }
    const truth =
      server.zones === 'resolver' ? answerRecursively(zones, asked) : answerOwn(pick(zones, server.zones), asked)
    return repliesTo(query, fault, { reply: truth, isResolver, by })
  }
  const { port, close } = await listen(addresses, answer)
  const resolver = addresses.find((address) => servers[address]?.zones === 'resolver') ?? '127.0.0.1'
  return { port, resolver: { address: resolver, port }, heard, close }
}

const pick = (zones: LabZones, names: readonly string[]): LabZones =>
  Object.fromEntries(names.map((name) => [name, zones[name] ?? []]))

interface Saying {
  readonly reply: LabReply
  readonly isResolver: boolean
  readonly by: 'udp' | 'tcp'
}

type Say = (reply: LabReply, change?: Partial<DecodedPacket>) => Buffer

/** How a server, or a name at the resolver, misbehaves: the messages that go out for one query. */
const misbehaviours = {
  silent: () => [],
  refused: (say: Say) => [say(refused)],
  servfail: (say: Say) => [say(servfail)],
  'upward-referral': (say: Say) => [say(upwardReferral)],
  'no-authority': (say: Say, { reply }: Saying) => [say({ ...reply, authoritative: false })],
  'no-edns': (say: Say, { reply }: Saying, query: DecodedPacket) => [say(optionOf(query) ? errorReply(1) : reply)],
  truncated: (say: Say, { reply, by }: Saying, query: DecodedPacket) => [by === 'udp' ? cut(query) : say(reply)],
  'truncated-forever': (_say: Say, _saying: Saying, query: DecodedPacket) => [cut(query)],
  'wrong-id-first': (say: Say, { reply }: Saying, { id = 0 }: DecodedPacket) => [
    say(servfail, { id: (id + 1) & 0xffff }),
    say(reply),
  ],
  'wrong-question': (say: Say, { reply }: Saying) => [
    say(reply, { questions: [{ name: 'elsewhere.test', type: 'A', class: 'IN' }] }),
  ],
  garbage: (_say: Say, _saying: Saying, query: DecodedPacket) => [
    Buffer.concat([idOf(query), Buffer.from('ff80c00cc00cdeadbeef', 'hex')]),
  ],
  /** Claims a question and an answer, and ends before them. */
  'header-only': (_say: Say, _saying: Saying, query: DecodedPacket) => [
    Buffer.concat([idOf(query), Buffer.from('84000001000100000000', 'hex')]),
  ],
} as const
export type LabFault = keyof typeof misbehaviours

function repliesTo(query: DecodedPacket, fault: LabFault | undefined, saying: Saying): Buffer[] {
  const say: Say = (reply, change = {}) => write(query, { ...saying, reply }, change)
  return fault === undefined ? [say(saying.reply)] : misbehaviours[fault](say, saying, query)
}

const optionOf = ({ additionals = [] }: DecodedPacket) => additionals.find(({ type }) => type === 'OPT')

function write(query: DecodedPacket, { reply, isResolver, by }: Saying, change: Partial<DecodedPacket>): Buffer {
  const option = optionOf(query)
  const flags = (reply.authoritative && !isResolver ? AUTHORITATIVE_ANSWER : 0) | (isResolver ? RECURSION_AVAILABLE : 0)
  const { answers, authorities, additionals } = reply
  const message = encode({
    type: 'response',
    id: query.id,
    flags: flags | reply.rcode,
    questions: query.questions,
    answers,
    authorities,
    additionals: option ? [...additionals, option] : additionals,
    ...change,
  })
  const room = option?.type === 'OPT' ? option.udpPayloadSize : 512
  return by === 'udp' && message.length > room ? cut(query) : message
}

const cut = ({ id, questions }: DecodedPacket) =>
  encode({ type: 'response', id, flags: TRUNCATED_RESPONSE | AUTHORITATIVE_ANSWER, questions })

const idOf = ({ id }: DecodedPacket) => {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(id ?? 0)
  return bytes
}

type Respond = (address: string, bytes: Buffer, by: 'udp' | 'tcp') => Buffer[]

/** All addresses on one port that is free on each of them, by UDP and TCP. */
async function listen(addresses: readonly string[], respond: Respond) {
  for (let tried = 0; tried < 20; tried += 1) {
    const opened: (Server | Datagrams)[] = []
    const close = async () => {
      for (const one of opened) one.close()
    }
    try {
      let port = 0
      for (const address of addresses) {
        const streams = await listenTcp(address, port, respond)
        opened.push(streams)
        port = (streams.address() as AddressInfo).port
        opened.push(await listenUdp(address, port, respond))
      }
      return { port, close }
    } catch (error) {
      await close()
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    }
  }
  throw new Error('no port is free on all addresses of the lab')
}

async function listenUdp(address: string, port: number, respond: Respond): Promise<Datagrams> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
  socket.on('message', (bytes, { address: from, port: back }) => {
    for (const reply of respond(address, bytes, 'udp')) socket.send(reply, back, from)
  })
  socket.bind(port, address)
  await once(socket, 'listening')
  return socket
}

async function listenTcp(address: string, port: number, respond: Respond): Promise<Server> {
  const server = createServer((socket) => {
    let received = Buffer.alloc(0)
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      if (received.length < 2 || received.length < 2 + received.readUInt16BE()) return
      for (const reply of respond(address, received.subarray(2, 2 + received.readUInt16BE()), 'tcp')) {
        const length = Buffer.alloc(2)
        length.writeUInt16BE(reply.length)
        socket.end(Buffer.concat([length, reply]))
      }
    })
  })
  server.listen(port, address)
  await once(server, 'listening')
  return server
}
