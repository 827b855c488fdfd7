import { once } from 'node:events'
import { existsSync, readdirSync, readlinkSync } from 'node:fs'
import { Socket } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { labDoor } from '#test/support/lab-door.ts'
import { type Connection, ConnectionError, type NetworkDoor } from '#workers/network/door.ts'
import { answerDatagrams, closedPort, serve, silentPort } from './loopback.ts'

async function connected(door: NetworkDoor, address: string, port: number, maxBytes?: number): Promise<Connection> {
  const outcome = await door.connect(address, port, { timeoutMillis: 5000, ...(maxBytes ? { maxBytes } : {}) })
  if (outcome.status !== 'connected') throw new Error(`expected a connection, got ${JSON.stringify(outcome)}`)
  return outcome.connection
}

const textOf = (bytes: Uint8Array | null) => (bytes === null ? null : Buffer.from(bytes).toString('latin1'))

const reasonOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error: unknown) => (error instanceof ConnectionError ? error.reason : error),
  )

test.each(['127.0.0.1', '::1'])('an open port at %s is connected to, and what is said arrives', async (host) => {
  const { address, port } = await serve((socket) => socket.pipe(socket), host)
  const connection = await connected(labDoor(), address, port)
  expect(connection.remote).toEqual({ address: host, port })
  expect(connection.local).toMatchObject({ address: host })
  await connection.write(Buffer.from('hello'))
  expect(textOf(await connection.read(5000))).toBe('hello')
})

test('a closed port is refused', async () => {
  const { address, port } = await closedPort()
  expect(await labDoor().connect(address, port, { timeoutMillis: 5000 })).toEqual({
    status: 'refused',
    roundTripMillis: expect.any(Number),
  })
})

test('a port that answers no SYN is silent', async () => {
  const { address, port } = await silentPort()
  expect(await labDoor().connect(address, port, { timeoutMillis: 200 })).toEqual({ status: 'silent' })
})

test('an address outside policy, one in disguise and our own socket are never dialled', async () => {
  let dialled = 0
  const { address, port } = await serve(() => {
    dialled += 1
  })
  const timeoutMillis = 500
  const shut = labDoor({ allow: [] })
  expect(await shut.connect(address, port, { timeoutMillis })).toEqual({ status: 'not-allowed', rule: 'loopback' })
  const open = labDoor({ allow: ['0.0.0.0/0', '::/0'], own: [{ address, port }] })
  expect(await open.connect(address, port, { timeoutMillis })).toEqual({ status: 'not-allowed', rule: 'own-socket' })
  expect(await open.connect('0.0.0.0', port, { timeoutMillis })).toEqual({ status: 'not-allowed', rule: 'own-socket' })
  const mapped = '::ffff:127.0.0.1'
  expect(await open.connect(mapped, port, { timeoutMillis })).toEqual({ status: 'not-allowed', rule: 'ipv4-mapped' })
  expect(await open.connect('localhost', port, { timeoutMillis })).toMatchObject({ rule: 'malformed-address' })
  // Whoever was dialled before this one would have been accepted before it.
  await connected(labDoor(), address, port)
  expect(dialled).toBe(1)
})

test('what the operator named is dialled there, and at that port only', async () => {
  const named = await serve((socket) => socket.end('named'))
  const other = await serve((socket) => socket.end('other'))
  const door = labDoor({ allow: [], dnsServers: [named] })
  const connection = await connected(door, named.address, named.port)
  expect(textOf(await connection.read(5000))).toBe('named')
  expect(await door.connect(other.address, other.port, { timeoutMillis: 500 })).toMatchObject({ rule: 'loopback' })
})

test('the end of what the other side says is null, each time it is asked for', async () => {
  const { address, port } = await serve((socket) => socket.end('bye'))
  const connection = await connected(labDoor(), address, port)
  expect(textOf(await connection.read(5000))).toBe('bye')
  expect(await connection.read(5000)).toBeNull()
  expect(await connection.read(5000)).toBeNull()
})

test('silence, a reset and our own close are told apart', async () => {
  const silent = await serve(() => {})
  expect(await reasonOf((await connected(labDoor(), silent.address, silent.port)).read(50))).toBe('timed-out')

  const resetting = await serve((socket) => socket.resetAndDestroy())
  expect(await reasonOf((await connected(labDoor(), resetting.address, resetting.port)).read(5000))).toBe('reset')

  const closed = await connected(labDoor(), silent.address, silent.port)
  const reading = reasonOf(closed.read(5000))
  closed.close()
  expect(await reading).toBe('closed')
  expect(await reasonOf(closed.read(5000))).toBe('closed')
  expect(await reasonOf(closed.write(Buffer.from('x')))).toBe('closed')
})

test('what came before a reset is still handed out', async () => {
  const { address, port } = await serve((socket) => {
    socket.write('greeting', () => socket.once('data', () => socket.resetAndDestroy()))
  })
  const connection = await connected(labDoor(), address, port)
  const first = textOf(await connection.read(5000))
  await connection.write(Buffer.from('go'))
  expect(first).toBe('greeting')
  expect(await reasonOf(connection.read(5000))).toBe('reset')
})

/** Sends so many bytes as fast as they are taken, and then ends. */
const flood = (bytes: number) =>
  serve((socket) => {
    const block = Buffer.alloc(65_536, 'x')
    let sent = 0
    const more = () => {
      while (sent < bytes) {
        sent += block.length
        if (!socket.write(block)) return
      }
      socket.end()
    }
    socket.on('drain', more)
    more()
  })

test('a connection hands out as many bytes as it may, and is cut then', async () => {
  const { address, port } = await flood(16 * 1024 * 1024)
  const connection = await connected(labDoor(), address, port, 100_000)
  let received = 0
  const readAll = async () => {
    for (let chunk = await connection.read(5000); chunk !== null; chunk = await connection.read(5000)) {
      received += chunk.length
    }
  }
  expect(await reasonOf(readAll())).toBe('limit')
  expect(received).toBe(100_000)
})

test('all that is said within the limit arrives', async () => {
  const { address, port } = await flood(16 * 1024 * 1024)
  const connection = await connected(labDoor(), address, port, 16 * 1024 * 1024)
  let received = 0
  for (let chunk = await connection.read(5000); chunk !== null; chunk = await connection.read(5000)) {
    received += chunk.length
  }
  expect(received).toBe(16 * 1024 * 1024)
})

test('nothing is taken off the wire until somebody reads, and little ahead of them then', async () => {
  const { address, port } = await flood(16 * 1024 * 1024)
  const other = await serve((socket) => socket.end('x'))
  /** Talks to somebody else meanwhile, so that the event loop goes round many times. */
  const meanwhile = async () => {
    for (let count = 0; count < 20; count += 1) await (await connected(labDoor(), other.address, other.port)).read(5000)
  }
  const connecting = vi.spyOn(Socket.prototype, 'connect')
  onTestFinished(() => connecting.mockRestore())
  const connection = await connected(labDoor(), address, port)
  const [socket] = connecting.mock.contexts as [Socket]
  await meanwhile()
  expect(socket.bytesRead).toBe(0)
  const { length } = (await connection.read(5000)) ?? { length: 0 }
  await meanwhile()
  expect(socket.bytesRead).toBeGreaterThanOrEqual(length)
  expect(socket.bytesRead).toBeLessThan(512 * 1024)
})

test('a connection on which nothing was said is ended by a reset, one that was used by an end', async () => {
  const ends: Promise<string>[] = []
  const { address, port } = await serve((socket: Socket) => {
    socket.resume()
    ends.push(
      Promise.race([
        once(socket, 'error').then(([error]) => (error as NodeJS.ErrnoException).code ?? ''),
        once(socket, 'end').then(() => 'end'),
      ]),
    )
  })
  const door = labDoor()
  const probed = await connected(door, address, port)
  probed.close()
  const used = await connected(door, address, port)
  await used.write(Buffer.from('x'))
  used.close()
  await expect.poll(() => ends.length).toBe(2)
  expect(await Promise.all(ends)).toEqual(['ECONNRESET', 'end'])
})

test('when the run is over, all that is open or under way ends at once, and nothing new is dialled', async () => {
  const over = new AbortController()
  const door = labDoor({ signal: over.signal })
  const closed = Promise.withResolvers<void>()
  const { address, port } = await serve((socket) => socket.on('close', () => closed.resolve()))
  const silent = await silentPort()
  const connection = await connected(door, address, port)
  const reading = reasonOf(connection.read(60_000))
  const connecting = door.connect(silent.address, silent.port, { timeoutMillis: 60_000 })
  const mute = await answerDatagrams(() => [])
  const exchanging = door.exchange(mute.address, mute.port, Buffer.from('x'), {
    timeoutMillis: 60_000,
    accept: () => true,
  })

  over.abort()
  const cancelled = { status: 'not-asked', errno: 'ECANCELED' }
  expect(await reading).toBe('closed')
  expect(await connecting).toEqual(cancelled)
  expect(await exchanging).toEqual(cancelled)
  await closed.promise
  expect(await door.connect(address, port, { timeoutMillis: 5000 })).toEqual(cancelled)
  expect(await door.exchange(address, port, Buffer.from('x'), { timeoutMillis: 5000, accept: () => true })).toEqual(
    cancelled,
  )
})

test.runIf(existsSync('/proc/self/fd'))(
  'a connection that the other side ended first leaves no descriptor behind',
  async () => {
    const { address, port } = await serve((socket) => socket.end('bye'))
    const sockets = () => readdirSync('/proc/self/fd').filter((fd) => isSocket(fd)).length
    const door = labDoor()
    const visit = async () => {
      const connection = await connected(door, address, port)
      while ((await connection.read(5000)) !== null);
      connection.close()
    }
    await visit()
    const before = sockets()
    await Promise.all(Array.from({ length: 20 }, visit))
    // The kernel's side of a close is done when the next connection has come and gone.
    for (let tries = 0; tries < 100 && sockets() > before; tries++) await visit()
    expect(sockets()).toBeLessThanOrEqual(before)
  },
)

function isSocket(fd: string): boolean {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`).startsWith('socket:')
  } catch {
    return false
  }
}
