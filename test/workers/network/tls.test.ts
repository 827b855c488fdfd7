import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { createServer, type TlsOptions as ServerOptions, type TLSSocket } from 'node:tls'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { ecKeys, mint, rsaKeys } from '#test/lab/certificates.ts'
import { labDoor } from '#test/support/lab-door.ts'
import { ConnectionError, type Endpoint, type TlsOptions, type TlsOutcome, tlsVersions } from '#workers/network/door.ts'
import { listen, serve } from './loopback.ts'

const root = mint({ subject: 'Lab root', ca: {} })
const intermediate = mint({ subject: 'Lab intermediate', issuer: root, ca: {} })
const leaf = mint({ subject: 'good.example', issuer: intermediate, names: ['good.example'] })
const stranger = mint({ subject: 'Stranger', ca: {} })

const anyVersion: TlsOptions = {
  serverName: 'good.example',
  minVersion: 'TLSv1',
  maxVersion: 'TLSv1.3',
  timeoutMillis: 5000,
}

async function shake(
  { address, port }: Endpoint,
  options: Partial<TlsOptions> = {},
  door = labDoor(),
): Promise<TlsOutcome> {
  const outcome = await door.connect(address, port, { timeoutMillis: 5000 })
  if (outcome.status !== 'connected') throw new Error(`expected a connection, got ${outcome.status}`)
  return outcome.connection.handshake({ ...anyVersion, ...options })
}

async function established(place: Endpoint, options: Partial<TlsOptions> = {}) {
  const outcome = await shake(place, options)
  if (outcome.status !== 'established') throw new Error(`expected TLS, got ${JSON.stringify(outcome)}`)
  return outcome
}

function tlsServer(options: ServerOptions = {}, talk: (socket: TLSSocket) => void = () => {}): Promise<Endpoint> {
  const old = { minVersion: 'TLSv1', ciphers: 'DEFAULT:@SECLEVEL=0' } as const
  const server = createServer({ key: leaf.keyPem, cert: leaf.pem, ...old, ...options }, (socket) => {
    socket.on('error', () => {})
    talk(socket)
  })
  server.on('tlsClientError', () => {})
  return listen(server)
}

test.each(tlsVersions)('%s is spoken when it alone is offered, and bytes go both ways', async (version) => {
  const place = await tlsServer({}, (socket) => socket.pipe(socket))
  const { connection, ...agreed } = await established(place, { minVersion: version, maxVersion: version })
  expect(agreed).toMatchObject({ version, cipherSuite: expect.stringMatching(/^TLS_/), alpn: null })
  expect(connection.remote).toEqual(place)
  await connection.write(Buffer.from('hello'))
  expect(Buffer.from((await connection.read(5000)) ?? '').toString()).toBe('hello')
  connection.close()
  await expect(connection.read(5000)).rejects.toThrow(ConnectionError)
})

const chains = {
  'a leaf alone': [leaf],
  'a whole chain': [leaf, intermediate, root],
  'a chain in the wrong order': [leaf, root, intermediate],
  'a certificate that does not belong': [leaf, intermediate, stranger],
  'the same certificate twice': [leaf, intermediate, intermediate, leaf],
}

for (const [what, chain] of Object.entries(chains)) {
  test.each(tlsVersions)(`${what} comes back as it was sent, by %s`, async (version) => {
    const place = await tlsServer({ cert: chain.map(({ pem }) => pem).join('\n') })
    const { certificates } = await established(place, { minVersion: version, maxVersion: version })
    expect(certificates.map((der) => Buffer.from(der))).toEqual(chain.map(({ der }) => der))
  })
}

test.each(['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'])(
  'certificates are read under %s, also after a second ClientHello',
  async (suite) => {
    // A group that no client offers a share for at first asks for another hello (RFC 8446 §4.1.4).
    const place = await tlsServer({ ciphers: suite, minVersion: 'TLSv1.3', ecdhCurve: 'secp521r1' })
    const { cipherSuite, certificates } = await established(place)
    expect(cipherSuite).toBe(suite)
    expect(certificates.map((der) => Buffer.from(der))).toEqual([leaf.der])
  },
)

test('a list of certificates that spans many records is read whole', async () => {
  const chain = [leaf, ...Array.from({ length: 60 }, () => intermediate)]
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    const place = await tlsServer({ cert: chain.map(({ pem }) => pem).join('\n') })
    expect((await established(place, { minVersion: version, maxVersion: version })).certificates).toHaveLength(61)
  }
})

test('a key too weak for today is still looked at', async () => {
  const weak = mint({ subject: 'weak.example', keys: rsaKeys(1024), hash: 'sha1' })
  const place = await tlsServer({ key: weak.keyPem, cert: weak.pem })
  expect((await established(place)).certificates).toHaveLength(1)
})

test('the server name is sent as given, and none for null', async () => {
  const names: (string | false | null)[] = []
  const place = await tlsServer({}, (socket) => names.push(socket.servername))
  const options = { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' } as const
  await established(place, { ...options, serverName: 'good.example' })
  await established(place, { ...options, serverName: null })
  await expect.poll(() => names).toEqual(['good.example', false])
})

test('ALPN says what was agreed on', async () => {
  const place = await tlsServer({ ALPNProtocols: ['http/1.1'] })
  expect(await established(place, { alpn: ['h2', 'http/1.1'] })).toMatchObject({ alpn: 'http/1.1' })
  expect(await shake(place, { alpn: ['h2'] })).toEqual({ status: 'alert', alert: 'no_application_protocol' })
})

test('a version that the server does not speak is an alert, by its name', async () => {
  const place = await tlsServer({ minVersion: 'TLSv1.3' })
  const outcome = await shake(place, { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' })
  expect(outcome).toEqual({ status: 'alert', alert: 'protocol_version' })
})

test('no cipher in common is an alert too', async () => {
  const rsaOnly = { ciphers: 'AES128-SHA', maxVersion: 'TLSv1.2' } as const
  const ec = mint({ subject: 'ec.example', keys: ecKeys() })
  const place = await tlsServer({ ...rsaOnly, key: ec.keyPem, cert: ec.pem })
  expect(await shake(place)).toEqual({ status: 'alert', alert: 'handshake_failure' })
})

test.each(['SSH-2.0-lab\r\n', 'HTTP/1.1 400 Bad Request\r\n\r\n', '2', '\x16\x02\x00\x00\x02'])(
  '%j is no TLS, however much of it comes',
  async (banner) => {
    const place = await serve((socket) => void socket.write(banner, 'latin1'))
    expect(await shake(place)).toEqual({ status: 'not-tls' })
  },
)

test('an alert in the clear is told by its name', async () => {
  const place = await serve((socket) => void socket.write(Buffer.from([21, 3, 3, 0, 2, 2, 112])))
  expect(await shake(place)).toEqual({ status: 'alert', alert: 'unrecognized_name' })
})

test('TLS that our library refuses says why', async () => {
  // A ServerHello of one byte.
  const place = await serve((socket) => void socket.write(Buffer.from([22, 3, 3, 0, 5, 2, 0, 0, 1, 3])))
  expect(await shake(place)).toMatchObject({ status: 'failed', code: expect.stringMatching(/^ERR_SSL_/) })
})

test('a server that says nothing is silent, one that hangs up is closed', async () => {
  expect(await shake(await serve(() => {}), { timeoutMillis: 100 })).toEqual({ status: 'silent' })
  expect(await shake(await serve((socket) => void socket.once('data', () => socket.end())))).toEqual({
    status: 'closed',
  })
  const resetting = await serve((socket) => void socket.once('data', () => socket.resetAndDestroy()))
  expect(await shake(resetting)).toEqual({ status: 'closed' })
})

test('half a ServerHello and then silence is silence', async () => {
  const place = await serve((socket) => void socket.write(Buffer.from([22, 3, 3, 0, 80, 2, 0, 0])))
  expect(await shake(place, { timeoutMillis: 100 })).toEqual({ status: 'silent' })
})

test('TLS begins behind a plain greeting, and what was read ahead is not lost', async () => {
  const secure = await tlsServer({}, (socket) => socket.end('secret'))
  const greeting = await serve((socket: Socket) => {
    socket.write('220 ready\r\n')
    socket.once('data', () => {
      socket.write('220 go\r\n')
      const inner = connect(secure.port, secure.address)
      inner.on('error', () => {})
      socket.pipe(inner).pipe(socket)
    })
  })
  const outcome = await labDoor().connect(greeting.address, greeting.port, { timeoutMillis: 5000 })
  if (outcome.status !== 'connected') throw new Error(outcome.status)
  await outcome.connection.read(5000)
  await outcome.connection.write(Buffer.from('STARTTLS\r\n'))
  expect(Buffer.from((await outcome.connection.read(5000)) ?? '').toString()).toBe('220 go\r\n')
  const tls = await outcome.connection.handshake(anyVersion)
  expect(tls.status).toBe('established')
  if (tls.status === 'established') {
    expect(Buffer.from((await tls.connection.read(5000)) ?? '').toString()).toBe('secret')
  }
})

test('bytes that the greeting left unread belong to TLS', async () => {
  const place = await serve((socket) => void socket.write('plain and more\r\n'))
  const outcome = await labDoor().connect(place.address, place.port, { timeoutMillis: 5000, maxBytes: 1000 })
  if (outcome.status !== 'connected') throw new Error(outcome.status)
  expect(await outcome.connection.handshake(anyVersion)).toEqual({ status: 'not-tls' })
})

test('a handshake on a stream that is gone, or behind a door that is shut, is answered', async () => {
  const over = new AbortController()
  const door = labDoor({ signal: over.signal })
  const { address, port } = await serve(() => {})
  const [first, second, third] = await Promise.all(
    [1, 2, 3].map(() => door.connect(address, port, { timeoutMillis: 5000 })),
  )
  if (first?.status !== 'connected' || second?.status !== 'connected' || third?.status !== 'connected')
    throw new Error()
  first.connection.close()
  expect(await first.connection.handshake(anyVersion)).toEqual({ status: 'closed' })
  const shaking = second.connection.handshake({ ...anyVersion, timeoutMillis: 60_000 })
  over.abort()
  expect(await shaking).toEqual({ status: 'not-asked', errno: 'ECANCELED' })
  expect(await third.connection.handshake(anyVersion)).toEqual({ status: 'not-asked', errno: 'ECANCELED' })
})

test('TLS ends with its run', async () => {
  const over = new AbortController()
  const closed = Promise.withResolvers<void>()
  const place = await tlsServer({}, (socket) => void once(socket, 'close').then(() => closed.resolve()))
  const outcome = await shake(place, {}, labDoor({ signal: over.signal }))
  if (outcome.status !== 'established') throw new Error(outcome.status)
  const reading = outcome.connection.read(60_000).catch((error: unknown) => (error as ConnectionError).reason)
  over.abort()
  expect(await reading).toBe('closed')
  await closed.promise
})

test('a connection that was cut before its handshake is closed', async () => {
  const cut = Promise.withResolvers<void>()
  const { address, port } = await serve((socket) => {
    socket.on('close', () => cut.resolve())
    socket.resetAndDestroy()
  })
  const outcome = await labDoor().connect(address, port, { timeoutMillis: 5000 })
  await cut.promise
  if (outcome.status !== 'connected') throw new Error(outcome.status)
  expect(await outcome.connection.handshake(anyVersion)).toEqual({ status: 'closed' })
})

test('closing the plain end closes the TLS upon it', async () => {
  const closed = Promise.withResolvers<void>()
  const { address, port } = await tlsServer({}, (socket) => void socket.on('close', () => closed.resolve()))
  const outcome = await labDoor().connect(address, port, { timeoutMillis: 5000 })
  if (outcome.status !== 'connected') throw new Error(outcome.status)
  const tls = await outcome.connection.handshake(anyVersion)
  expect(tls.status).toBe('established')
  outcome.connection.close()
  await closed.promise
})

test('whatever a server sends, a handshake has an answer', async () => {
  let says = Buffer.alloc(0)
  const place = await serve((socket) => socket.end(says))
  const record = fc
    .tuple(fc.integer({ min: 20, max: 23 }), fc.uint8Array({ maxLength: 300 }))
    .map(([type, body]) => Buffer.concat([Buffer.from([type, 3, 3, body.length >> 8, body.length & 255]), body]))
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.array(record, { maxLength: 4 }).map((records) => Buffer.concat(records)),
  )
  await fc.assert(
    fc.asyncProperty(bytes, async (sent) => {
      says = Buffer.from(sent)
      const { status } = await shake(place)
      expect(['alert', 'not-tls', 'failed', 'closed']).toContain(status)
    }),
    { numRuns: 200 },
  )
})
