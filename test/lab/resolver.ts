import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { type Answer, type DecodedPacket, decode, encode, RECURSION_DESIRED, TRUNCATED_RESPONSE } from 'dns-packet'

/**
 * How a name is answered: records (those of the asked type, and all CNAME and DNAME; none of them is NODATA), a code, or a
 * fault. `truncated` sends an empty cut answer by UDP and the records by TCP.
 */
export type Reply =
  | readonly Answer[]
  | 'NXDOMAIN'
  | 'SERVFAIL'
  | 'REFUSED'
  | 'silence'
  | 'garbage'
  | { readonly truncated: readonly Answer[] }

/** By name in lower case; a list of replies is gone through, question by question of a type, and its last one stays. A name that is not there gets NXDOMAIN. */
export type Zone = Readonly<Record<string, Reply | { readonly inTurn: readonly Reply[] }>>

export interface LabResolver {
  readonly address: '127.0.0.1'
  readonly port: number
  /** Every question that came, in order: `A example.org udp`. */
  readonly questions: readonly string[]
  close(): Promise<void>
}

/** A recursive resolver that reads its answers from a table; UDP and TCP on one free port of loopback. */
export async function startResolver(zone: Zone): Promise<LabResolver> {
  const questions: string[] = []
  const asked = new Map<string, number>()
  const sockets = new Set<Socket>()

  const answer = (message: Buffer, transport: 'udp' | 'tcp'): Buffer | null => {
    const query = decode(message)
    const question = query.questions?.[0]
    if (!question) return null
    const name = question.name.toLowerCase()
    const key = `${question.type} ${name}`
    questions.push(`${key} ${transport}`)
    // The repetition by TCP is the same question.
    if (transport === 'udp') asked.set(key, (asked.get(key) ?? 0) + 1)
    return replyTo(query, question.type, replyOf(zone[name], asked.get(key) ?? 1), transport)
  }

  const tcp = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    let received = Buffer.alloc(0)
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return
      const reply = answer(received.subarray(2), 'tcp')
      if (!reply) return
      const length = Buffer.alloc(2)
      length.writeUInt16BE(reply.length)
      socket.end(Buffer.concat([length, reply]))
    })
  })
  const udp = await bindBoth(tcp, (udp) => {
    udp.on('message', (message, { address, port }) => {
      const reply = answer(message, 'udp')
      if (reply) udp.send(reply, port, address)
    })
  })
  return {
    address: '127.0.0.1',
    port: udp.address().port,
    questions,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await Promise.all([
        new Promise<void>((done) => void udp.close(done)),
        new Promise<void>((done) => void tcp.close(() => done())),
      ])
    },
  }
}

/** UDP picks a free port and TCP takes the same; where somebody has that one, both try another. */
async function bindBoth(tcp: Server, serve: (udp: UdpSocket) => void): Promise<UdpSocket> {
  for (;;) {
    const udp = createSocket('udp4')
    udp.bind(0, '127.0.0.1')
    await once(udp, 'listening')
    try {
      tcp.listen(udp.address().port, '127.0.0.1')
      await once(tcp, 'listening')
      serve(udp)
      return udp
    } catch (error) {
      udp.close()
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    }
  }
}

function replyOf(entry: Zone[string] | undefined, nth: number): Reply {
  if (entry === undefined) return 'NXDOMAIN'
  if (typeof entry === 'object' && 'inTurn' in entry) return entry.inTurn[Math.min(nth, entry.inTurn.length) - 1] ?? []
  return entry
}

const codes = { NXDOMAIN: 3, SERVFAIL: 2, REFUSED: 5 } as const

function replyTo(query: DecodedPacket, type: string, reply: Reply, transport: 'udp' | 'tcp'): Buffer | null {
  if (reply === 'silence') return null
  if (reply === 'garbage') return garbageFor(query)
  const isCode = typeof reply === 'string'
  const records = isCode ? [] : 'truncated' in reply ? reply.truncated : reply
  const isCut = !isCode && 'truncated' in reply && transport === 'udp'
  return encode({
    type: 'response',
    id: query.id ?? 0,
    flags: RECURSION_DESIRED | (isCode ? codes[reply] : 0) | (isCut ? TRUNCATED_RESPONSE : 0),
    questions: query.questions ?? [],
    answers: isCut ? [] : records.filter((record) => [type, 'CNAME', 'DNAME'].includes(record.type)),
  })
}

/** The right header and question, then a record whose name points at itself. */
function garbageFor(query: DecodedPacket): Buffer {
  const head = encode({
    type: 'response',
    id: query.id ?? 0,
    flags: RECURSION_DESIRED,
    questions: query.questions ?? [],
  })
  head.writeUInt16BE(1, 6)
  const pointer = Buffer.alloc(12)
  pointer.writeUInt16BE(0xc000 | head.length, 0)
  return Buffer.concat([head, pointer])
}
