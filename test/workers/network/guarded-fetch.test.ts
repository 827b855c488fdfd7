import { createServer, type RequestListener } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { expect, onTestFinished, test, vi } from 'vitest'
import { mint } from '#test/lab/certificates.ts'
import { startResolver, type Zone } from '#test/lab/resolver.ts'
import { labDoor } from '#test/support/lab-door.ts'
import type { Endpoint, FetchOptions } from '#workers/network/door.ts'
import { closedPort, listen, serve } from './loopback.ts'

const root = mint({ subject: 'Lab root', ca: {} })
const good = mint({ subject: 'rdap.test', issuer: root, names: ['rdap.test', '127.0.0.1'] })

const options: FetchOptions = { timeoutMillis: 5000, maxBytes: 1000, maxRedirects: 3, httpsOnly: false }

const http = (listener: RequestListener) => listen(createServer(listener))

const https = (listener: RequestListener, { keyPem, pem } = good) => {
  const server = createHttpsServer({ key: keyPem, cert: pem }, listener)
  server.on('tlsClientError', () => {})
  return listen(server)
}

const urlOf = ({ address, port }: Endpoint, path = '/') => `http://${address}:${port}${path}`

async function resolver(zone: Zone) {
  const started = await startResolver(zone)
  onTestFinished(() => started.close())
  return started
}

const loopback = (name: string) => [{ type: 'A' as const, name, data: '127.0.0.1' }]

test('an answer comes with its status, headers and body', async () => {
  const place = await http((request, response) => {
    response.setHeader('X-Twice', ['a', 'b'])
    response.writeHead(418).end(`${request.method} ${request.url} ${request.headers.host} ${request.headers.accept}`)
  })
  const outcome = await labDoor().fetch(urlOf(place, '/a?b'), {
    ...options,
    headers: { accept: 'application/rdap+json' },
  })
  expect(outcome).toMatchObject({ status: 'answered', url: urlOf(place, '/a?b'), statusCode: 418 })
  if (outcome.status !== 'answered') return
  expect(outcome.headers['x-twice']).toBe('a, b')
  expect(Buffer.from(outcome.body).toString()).toBe(`GET /a?b ${place.address}:${place.port} application/rdap+json`)
})

test('a good certificate of a name is taken, by SNI', async () => {
  const { port } = await https((_request, response) => response.end('secret'))
  const dns = await resolver({ 'rdap.test': loopback('rdap.test') })
  const door = labDoor({ dnsServers: [dns], extraRoots: root.pem })
  const outcome = await door.fetch(`https://rdap.test:${port}/`, { ...options, httpsOnly: true })
  expect(outcome).toMatchObject({ status: 'answered', statusCode: 200 })
})

test.each([
  ['of an unknown root', good, null, '127.0.0.1'],
  ['of another name', mint({ subject: 'x', issuer: root, names: ['other.test'] }), root.pem, 'rdap.test'],
  [
    'that has expired',
    mint({ subject: 'x', issuer: root, names: ['rdap.test'], notAfter: new Date(0), notBefore: new Date(0) }),
    root.pem,
    'rdap.test',
  ],
  ['of another address', mint({ subject: 'x', issuer: root, names: ['127.0.0.2'] }), root.pem, '127.0.0.1'],
])('a certificate %s is refused before anything is asked', async (_what, certificate, extraRoots, host) => {
  let asked = 0
  const { port } = await https(() => {
    asked += 1
  }, certificate)
  const dns = await resolver({ 'rdap.test': loopback('rdap.test') })
  const outcome = await labDoor({ dnsServers: [dns], extraRoots }).fetch(`https://${host}:${port}/`, options)
  expect(outcome).toEqual({ status: 'failed', reason: 'bad-certificate' })
  expect(asked).toBe(0)
})

test('a redirect is followed, and told where it led', async () => {
  const place = await http((request, response) => {
    if (request.url === '/new') response.end('here')
    else response.writeHead(301, { location: '/new' }).end()
  })
  const outcome = await labDoor().fetch(urlOf(place, '/old'), options)
  expect(outcome).toMatchObject({ status: 'answered', statusCode: 200, url: urlOf(place, '/new') })
})

test('a redirect into a refused address leads nowhere, and no packet goes there', async () => {
  const canary = await serve(() => canaryHeard.push('dialled'))
  const canaryHeard: string[] = []
  const dns = await resolver({ 'inside.test': [{ type: 'A', name: 'inside.test', data: '127.0.0.1' }] })
  const targets = {
    [`http://127.0.0.1:${canary.port}/`]: 'loopback',
    [`http://[::ffff:127.0.0.1]:${canary.port}/`]: 'ipv4-mapped',
    [`http://2130706433:${canary.port}/`]: 'loopback',
    [`http://inside.test:${canary.port}/`]: 'special-use-name',
    'http://10.0.0.1/': 'private-use',
    'http://localhost/': 'special-use-name',
    'ftp://127.0.0.2/': 'scheme',
    'file:///etc/passwd': 'scheme',
    'http://user:word@127.0.0.2/': 'user-information',
  }
  for (const [location, rule] of Object.entries(targets)) {
    const place = await serve((socket) =>
      socket.end(`HTTP/1.1 302 Found\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`),
    )
    // Only the operator's own place is open here, as with a bootstrap file that redirects.
    const door = labDoor({ allow: [], dnsServers: [dns], rdapBootstrap: urlOf(place) })
    expect([location, await door.fetch(urlOf(place), options)]).toEqual([location, { status: 'not-allowed', rule }])
  }
  expect(canaryHeard).toEqual([])
})

test('a name that resolves anew between hops is checked as the run knows it', async () => {
  const flips = { inTurn: [loopback('flip.test'), [{ type: 'A' as const, name: 'flip.test', data: '10.0.0.1' }]] }
  const dns = await resolver({ 'flip.test': flips })
  const place = await http((request, response) => {
    if (request.url === '/') response.writeHead(302, { location: `http://flip.test:${place.port}/end` }).end()
    else response.end('same')
  })
  const outcome = await labDoor({ dnsServers: [dns] }).fetch(`http://flip.test:${place.port}/`, options)
  expect(outcome).toMatchObject({ status: 'answered', statusCode: 200 })
})

test('redirects end after as many as are allowed', async () => {
  let asked = 0
  const place = await http((_request, response) => {
    asked += 1
    response.writeHead(302, { location: `/${asked}` }).end()
  })
  expect(await labDoor().fetch(urlOf(place), options)).toEqual({ status: 'failed', reason: 'too-many-redirects' })
  expect(asked).toBe(4)
  expect(await labDoor().fetch(urlOf(place), { ...options, maxRedirects: 0 })).toMatchObject({
    reason: 'too-many-redirects',
  })
})

test("plain http is refused but at opened addresses and at the operator's own", async () => {
  const place = await http((_request, response) => response.end('x'))
  const secure = { ...options, httpsOnly: true }
  const answered = { status: 'answered' }
  expect(await labDoor().fetch(urlOf(place), secure)).toMatchObject(answered)
  expect(await labDoor({ allow: [], rdapBootstrap: urlOf(place) }).fetch(urlOf(place), secure)).toMatchObject(answered)
})

test('strangers are asked by https and at web ports only', async () => {
  // A public address: were it dialled, the test would fail without a packet.
  const dialling = vi.spyOn(Socket.prototype, 'connect').mockImplementation(() => {
    throw new Error('dialled')
  })
  onTestFinished(() => dialling.mockRestore())
  const door = labDoor({ allow: [] })
  const secure = { ...options, httpsOnly: true }
  expect(await door.fetch('http://9.9.9.9/', secure)).toEqual({ status: 'not-allowed', rule: 'plain-http' })
  expect(await door.fetch('https://9.9.9.9:25/', options)).toEqual({ status: 'not-allowed', rule: 'unusual-port' })
})

test('an endless body is cut, and so is a slow one', async () => {
  const closed = Promise.withResolvers<void>()
  const endless = await serve((socket) => {
    socket.on('close', () => closed.resolve())
    socket.write('HTTP/1.1 200 OK\r\n\r\n')
    const flood = () => {
      while (socket.write(Buffer.alloc(16_384))) continue
    }
    socket.on('drain', flood)
    flood()
  })
  expect(await labDoor().fetch(urlOf(endless), options)).toEqual({ status: 'failed', reason: 'too-large' })
  await closed.promise

  const slow = await serve((socket) => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n')
    const drip = setInterval(() => socket.write('.'), 20)
    socket.on('close', () => clearInterval(drip))
  })
  const brief = { ...options, timeoutMillis: 200 }
  expect(await labDoor().fetch(urlOf(slow), brief)).toEqual({ status: 'failed', reason: 'silent' })
  expect(await labDoor().fetch(urlOf(await serve(() => {})), brief)).toEqual({ status: 'failed', reason: 'silent' })
})

test('a packed body is not unpacked', async () => {
  const place = await http((request, response) => {
    expect(request.headers['accept-encoding']).toBe('identity')
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'))
  })
  expect(await labDoor().fetch(urlOf(place), options)).toEqual({ status: 'failed', reason: 'protocol-error' })
})

test.each([
  ['no HTTP', 'SSH-2.0-lab\r\n'],
  ['a header without an end', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(100_000)}`],
  ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
  ['less body than said', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nab'],
  ['nothing', ''],
  ['a redirect to nowhere', 'HTTP/1.1 302 Found\r\nLocation: http://[\r\nContent-Length: 0\r\n\r\n'],
])('a server that says %s made a protocol error', async (_what, bytes) => {
  const place = await serve((socket) => socket.end(bytes))
  expect(await labDoor().fetch(urlOf(place), options)).toEqual({ status: 'failed', reason: 'protocol-error' })
})

test('a server that resets, by http or https, made a protocol error', async () => {
  const place = await serve((socket) => socket.resetAndDestroy())
  const protocolError = { status: 'failed', reason: 'protocol-error' }
  expect(await labDoor().fetch(urlOf(place), options)).toEqual(protocolError)
  expect(await labDoor().fetch(urlOf(place).replace('http', 'https'), options)).toEqual(protocolError)
})

test('what is not there is told by its reason', async () => {
  const dns = await resolver({ 'empty.example.org': [], 'broken.example.org': 'SERVFAIL' })
  const door = labDoor({ dnsServers: [dns], allow: [] })
  const reasons = ['gone.example.org', 'empty.example.org', 'broken.example.org'].map(async (host) => {
    const outcome = await door.fetch(`https://${host}/`, options)
    return outcome.status === 'failed' ? outcome.reason : outcome
  })
  expect(await Promise.all(reasons)).toEqual(['name-not-found', 'name-not-found', 'resolver-failed'])
  expect(await labDoor().fetch(urlOf(await closedPort()), options)).toEqual({ status: 'failed', reason: 'refused' })
  expect(await labDoor().fetch('no url', options)).toEqual({ status: 'failed', reason: 'protocol-error' })
})

test('every address is tried until one answers', async () => {
  const place = await http((_request, response) => response.end('second'))
  const addresses = ['127.0.0.1', '127.0.0.0', '127.0.0.2'].map((data) => ({
    type: 'A' as const,
    name: 'three.test',
    data,
  }))
  const dns = await resolver({ 'three.test': addresses.toReversed() })
  const door = labDoor({ dnsServers: [dns] })
  // The lowest is asked first, and nobody listens there.
  expect((await door.connect('127.0.0.0', place.port, { timeoutMillis: 1000 })).status).not.toBe('connected')
  const outcome = await door.fetch(`http://three.test:${place.port}/`, options)
  expect(outcome).toMatchObject({ status: 'answered', statusCode: 200 })
})

test('a fetch ends with its run', async () => {
  const over = new AbortController()
  const heard = Promise.withResolvers<void>()
  const place = await serve((socket) => void socket.once('data', () => heard.resolve()))
  const fetching = labDoor({ signal: over.signal }).fetch(urlOf(place), { ...options, timeoutMillis: 60_000 })
  await heard.promise
  over.abort()
  expect(await fetching).toEqual({ status: 'failed', reason: 'ECANCELED' })
})
