import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { Socket } from 'node:net'
import { type Answer, decode, encode } from 'dns-packet'
import { DomainError } from '#db/model/errors.ts'
import { parseTarget } from '#db/model/target.ts'
import type { Basis } from '#db/model/authority.ts'
import { NotAllowed } from '#workers/network/door.ts'
import { createDoor, networkSettings } from '#workers/network/live.ts'
import { createGuard } from '#workers/network/guard.ts'

/** Addresses that no scan may ever touch, and public ones that nobody has proved. */
const inner = [
  '127.0.0.1',
  '127.1.2.3',
  '0.0.0.0',
  '10.0.0.1',
  '10.255.255.255',
  '172.16.0.1',
  '172.31.255.254',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '198.18.0.1',
  '192.0.2.1',
  '224.0.0.1',
  '255.255.255.255',
  '::1',
  '::',
  'fe80::1',
  'fd00::1',
  'ff02::1',
  '::ffff:127.0.0.1',
  '64:ff9b::7f00:1',
  '2002:7f00:1::',
  '2001:db8::1',
]
const outer = ['8.8.8.8', '1.1.1.1', '93.184.216.34', '2606:4700::1', '2a00:1450::1']
const names = [
  'localhost',
  'db',
  'router.lan',
  'x.internal',
  'a.local',
  'b.test',
  'c.onion',
  'metadata.google.internal',
  '1.0.0.127.in-addr.arpa',
]

/** A source of numbers that a seed repeats. */
function seeded(seed: number) {
  let state = seed >>> 0 || 1
  const next = () => {
    state ^= state << 13
    state >>>= 0
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state
  }
  return {
    below: (count: number) => next() % count,
    of: <Value>(values: readonly Value[]): Value => values[next() % values.length]!,
  }
}
type Random = ReturnType<typeof seeded>

const odd = (random: Random, address: string): string => {
  const v4 = address.split('.').map(Number)
  if (v4.length !== 4) return random.of([`[${address}]`, `${address}%eth0`, `[${address}]:80`, address.toUpperCase()])
  const number = v4.reduce((sum, part) => sum * 256 + part, 0)
  return random.of([
    String(number),
    `0x${number.toString(16)}`,
    v4.map((part) => `0${part.toString(8)}`).join('.'),
    v4.map((part) => `0x${part.toString(16)}`).join('.'),
    `${v4[0]}.${v4[3]}`,
    `${address}.`,
    `user@${address}`,
    `http://${address}/`,
    `${address}:22`,
    `${address}/24`,
    `${address}\u3002`,
    address.replaceAll('.', '。'),
    `${address}\0`,
    ` ${address}`,
    `::ffff:${address}`,
    `${address}.nip.io`,
  ])
}

/** A target as an attacker would write it. A name's spelling says what its resolver answers. */
export function hostileTarget(random: Random): string {
  const kind = random.below(6)
  if (kind === 0) return random.of([...inner, ...outer])
  if (kind === 1) return odd(random, random.of([...inner, ...outer]))
  if (kind === 2) return random.of(names)
  if (kind === 3)
    return `${random.of(['', 'www.', 'xn--', '-', '_'])}${random.of(names)}${random.of(['', '.', ':80', '/'])}`
  return `n${random.below(1_000_000)}.example.org`
}

/** Answers for every name what its spelling says: inner and outer addresses, aliases to inner names, and another answer each time. */
export async function startHostileResolver(): Promise<{ port: number; close(): void }> {
  const socket = createSocket('udp4')
  let asked = 0
  socket.on('message', (message, from) => {
    asked++
    const query = decode(message)
    const { name, type } = query.questions![0]!
    const random = seeded(Number(/^n(\d+)/.exec(name)?.[1] ?? 7) + (asked % 3) * 7919)
    const isV6 = type === 'AAAA'
    const addresses = [...inner, ...outer].filter(
      (address) => address.includes(':') === isV6 && !address.startsWith('::ffff'),
    )
    const answers: Answer[] = []
    let owner = name
    if (random.below(3) === 0) {
      const alias = random.of(['localhost', 'x.internal', 'cdn.example.net'])
      answers.push({ type: 'CNAME', name: owner, ttl: 1, data: alias })
      owner = alias
    }
    for (let count = random.below(3); count >= 0; count--)
      answers.push({ type: isV6 ? 'AAAA' : 'A', name: owner, ttl: 1, data: random.of(addresses) })
    socket.send(
      encode({ type: 'response', id: query.id ?? 0, flags: 0x8180, questions: query.questions!, answers }),
      from.port,
      from.address,
    )
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return { port: socket.address().port, close: () => socket.close() }
}

export interface FuzzCount {
  readonly cases: number
  /** Addresses whose dialling was asked of the door. */
  readonly asked: number
  /** Sockets that the door had the system connect, and where to. */
  readonly dialled: readonly string[]
}

/** Drives hostile targets through the real guard and the real door, as an active scanner without authority, and counts what the door dials. */
export async function fuzzAuthority(cases: number, seed = randomBytes(4).readUInt32BE()): Promise<FuzzCount> {
  const resolver = await startHostileResolver()
  const random = seeded(seed)
  const guard = createGuard({ allow: [], own: [] })
  const settings = networkSettings({
    allow: [],
    dnsServers: [{ address: '127.0.0.1', port: resolver.port }],
    rdapBootstrap: null,
    whoisServer: null,
    extraRoots: null,
    own: [],
  })
  const dialled: string[] = []
  const connect = Reflect.get(Socket.prototype, 'connect')
  Socket.prototype.connect = function (this: Socket, ...args: unknown[]) {
    const [place] = args as [{ host?: string }]
    dialled.push(typeof place === 'object' ? (place.host ?? '') : String(args[1]))
    return Reflect.apply(connect, this, args) as Socket
  }
  let asked = 0
  const one = async () => {
    const over = new AbortController()
    const authority = { basisOf: (): Basis => 'passive', pace: null, visitConnections: 0 }
    const door = createDoor(settings, over.signal, authority)
    const text = hostileTarget(random)
    try {
      const target = parseTarget(text)
      const isSpelledWell = guard.judgeSpelling(target) === null
      const { addresses } = isSpelledWell ? await door.resolve(target.canonical) : { addresses: [target.canonical] }
      // Also what a scanner would never ask: places of other names, and ports that are none.
      for (const address of [...addresses, random.of([...inner, ...outer])]) {
        asked++
        await door.connect(address, random.of([80, 443, 22, 0, 65_536, 5432]), { timeoutMillis: 50 })
      }
      await door.fetch(
        `${random.of(['http', 'https', 'ftp', 'file'])}://${random.of(inner.map((address) => (address.includes(':') ? `[${address}]` : address)))}/`,
        {
          timeoutMillis: 50,
          maxBytes: 100,
          maxRedirects: 2,
          httpsOnly: false,
        },
      )
    } catch (error) {
      if (!(error instanceof DomainError) && !(error instanceof NotAllowed)) throw error
    } finally {
      over.abort()
    }
  }
  const lanes = Array.from({ length: 16 }, async (_lane, lane) => {
    for (let at = lane; at < cases; at += 16) await one()
  })
  await Promise.all(lanes)
  Socket.prototype.connect = connect
  resolver.close()
  return { cases, asked, dialled }
}
