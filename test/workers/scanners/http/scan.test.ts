import { expect, test } from 'vitest'
import { ConnectionError, NotAllowed, type ConnectOutcome } from '#workers/network/door.ts'
import { http } from '#workers/scanners/http/index.ts'
import { ScanFailure } from '#workers/scanners/scanner.ts'
import { head, scannedUrls, scanThrough, scriptedAddress, scriptedSite, securePage, verdicts } from './scripted-site.ts'
import { provedPace } from '#workers/network/turns.ts'

const redirect = (location: string, ...fields: string[]) => head('302 Found', `Location: ${location}`, ...fields)
const fine = head('200 OK', 'Content-Type: text/html', 'Content-Length: 0')
const answers = (outcome: ConnectOutcome) => ({ connect: async () => outcome })

test('both walks are shown hop by hop, with what each said', async () => {
  const site = scriptedSite(securePage(['Server: lab']))
  const { result, coverage } = await scanThrough(site)
  expect(scannedUrls(result.walks.http)).toEqual([
    [301, 'http://example.org/'],
    [200, 'https://example.org/'],
  ])
  expect(scannedUrls(result.walks.https)).toEqual([[200, 'https://example.org/']])
  expect(result.walks.http.hops[0]).toMatchObject({
    address: scriptedAddress,
    tls: null,
    response: { fields: [{ name: 'Location', value: 'https://example.org/', octets: 20, kept: 'whole' }, {}] },
    redirect: { location: 'https://example.org/', target: 'https://example.org/', lead: 'followed' },
  })
  expect(result.walks.https.hops[0]?.tls).toEqual({ version: 'TLSv1.3', cipherSuite: 'TLS_AES_128_GCM_SHA256' })
  expect(coverage).toMatchObject({ asked: 3, answered: 3, silent: 0 })
})

test('an address is asked by itself, without SNI and without HSTS', async () => {
  const site = scriptedSite(
    { 'http://[2001:db8::1]/': fine, 'https://[2001:db8::1]/': fine },
    {
      resolve: async (host) => ({ addresses: [host], answers: null }),
    },
  )
  const { result } = await scanThrough(site, { target: '2001:db8::1' })
  expect(site.dialled.toSorted()).toEqual(['2001:db8::1:443', '2001:db8::1:80'])
  expect(site.serverNames).toEqual([null])
  expect(verdicts(result, 'http/hsts-missing')).toEqual({})
  expect(verdicts(result, 'http/csp-missing')).toEqual({ 'https://[2001:db8::1]/': 'present' })
})

test('cookies are kept in their walk as a browser keeps them, and not carried into the other', async () => {
  const site = scriptedSite({
    'http://example.org/': redirect('https://example.org/'),
    'https://example.org/': redirect('/in', 'Set-Cookie: seen=1; Secure; Path=/', 'Set-Cookie: gone=1; Max-Age=0'),
    'https://example.org/in': fine,
  })
  await scanThrough(site)
  const asked = site.requests.map(({ url, head }) => [url, /^Cookie: (.*)\r$/m.exec(head)?.[1] ?? null])
  expect(asked.filter(([url]) => url === 'https://example.org/')).toEqual([
    ['https://example.org/', null],
    ['https://example.org/', null],
  ])
  expect(asked).toContainEqual(['https://example.org/in', 'seen=1'])
})

test('a page that only wants its cookie back is no loop', async () => {
  let visits = 0
  const site = scriptedSite({
    'http://example.org/': fine,
    'https://example.org/': () => (visits++ ? fine : redirect('/', 'Set-Cookie: seen=1')),
  })
  const { result } = await scanThrough(site)
  expect(result.walks.https.outcome).toBe('ok')
})

test('a circle is a loop, with or without cookies that never settle', async () => {
  let visits = 0
  const site = scriptedSite({
    'http://example.org/': redirect('/'),
    'https://example.org/': () => redirect('/', `Set-Cookie: n=${visits++}`),
  })
  const { result } = await scanThrough(site)
  expect(result.walks.http).toMatchObject({ outcome: 'loop', hops: { length: 1 } })
  expect(result.walks.https).toMatchObject({ outcome: 'loop', hops: { length: 11 } })
})

test('a chain is followed to its limit, and what lies beyond is left out', async () => {
  const steps = Array.from({ length: 30 }, (_, n) => [`https://example.org/${n || ''}`, redirect(`/${n + 1}`)])
  const { result, coverage } = await scanThrough(scriptedSite(Object.fromEntries(steps)), {
    options: { maxRedirects: 7 },
  })
  expect(result.walks.https).toMatchObject({ outcome: 'limit', hops: { length: 8 } })
  expect(coverage.leftOut).toContainEqual({ what: 'GET https://example.org/8', reason: 'limit' })
})

test('a name below the host is resolved before it is dialled, and refused with the rule', async () => {
  const site = scriptedSite(
    { 'http://example.org/': fine, 'https://example.org/': redirect('https://in.example.org/') },
    {
      resolve: async (host) => {
        if (host !== 'example.org') throw new NotAllowed('private-use', 'no')
        return { addresses: [scriptedAddress], answers: { A: 'NOERROR', AAAA: 'NODATA' } }
      },
    },
  )
  const { result, coverage } = await scanThrough(site)
  expect(result.walks.https.outcome).toBe('not-allowed')
  expect(result.walks.https.hops[1]).toMatchObject({
    url: 'https://in.example.org/',
    address: null,
    failure: { outcome: 'not-allowed', detail: 'private-use' },
  })
  expect(coverage.leftOut).toEqual([{ what: 'GET https://in.example.org/', reason: 'private-use' }])
  expect(site.dialled).toHaveLength(2)
})

test('a name below the host that has no address ends the walk unresolved', async () => {
  const site = scriptedSite(
    { 'http://example.org/': fine, 'https://example.org/': redirect('https://in.example.org/') },
    {
      resolve: async (host) =>
        host === 'example.org'
          ? { addresses: [scriptedAddress], answers: { A: 'NOERROR', AAAA: 'NODATA' } }
          : { addresses: [], answers: { A: 'NXDOMAIN', AAAA: 'NXDOMAIN' } },
    },
  )
  const { result } = await scanThrough(site)
  expect(result.walks.https.hops[1]?.failure).toEqual({ outcome: 'unresolved', detail: 'A NXDOMAIN, AAAA NXDOMAIN' })
})

test('the guard has its say about the host itself', async () => {
  const resolve = () => Promise.reject(new NotAllowed('loopback', 'no'))
  await expect(scanThrough(scriptedSite({}, { resolve }))).rejects.toThrow(NotAllowed)
})

test('one address is asked, and the others are left out', async () => {
  const addresses = ['192.0.2.1', '192.0.2.2']
  const resolve = async () => ({ addresses, answers: { A: 'NOERROR', AAAA: 'NODATA' } }) as const
  const { coverage } = await scanThrough(scriptedSite(securePage([]), { resolve }))
  expect(coverage.leftOut).toEqual([
    { what: 'example.org port 443 at 192.0.2.2', reason: 'another-address-was-asked' },
    { what: 'example.org port 80 at 192.0.2.2', reason: 'another-address-was-asked' },
  ])
})

test('an address that takes no connection is shown, and the next one is asked', async () => {
  const site = scriptedSite(securePage([]), {
    resolve: async () => ({ addresses: ['192.0.2.1', '192.0.2.2'], answers: { A: 'NOERROR', AAAA: 'NODATA' } }),
  })
  const { result, coverage } = await scanThrough({
    ...site,
    connect: (address, port, options) =>
      address === '192.0.2.1' && port === 443
        ? Promise.resolve({ status: 'refused', roundTripMillis: 1 })
        : site.connect(address, port, options),
  })
  expect(result.walks.https.hops[0]).toMatchObject({
    address: '192.0.2.2',
    tried: [{ address: '192.0.2.1', failure: { outcome: 'refused' } }],
    response: { status: 200 },
  })
  expect(coverage.unanswered).toContainEqual({ what: 'GET https://example.org/ at 192.0.2.1', reason: 'refused' })
  const unavailable = http.rules.find(({ id }) => id === 'http/https-unavailable')
  expect(unavailable?.check(result, new Date()).map(({ address, verdict }) => [address, verdict])).toEqual([
    ['192.0.2.1', 'present'],
    ['192.0.2.2', 'absent'],
  ])
})

test('nothing is told of a host whose two ports refuse', async () => {
  const scan = scanThrough(scriptedSite({}, answers({ status: 'refused', roundTripMillis: 1 })))
  await expect(scan).rejects.toMatchObject({
    name: 'ScanFailure',
    reason: 'unreachable',
  } satisfies Partial<ScanFailure>)
})

test('nothing is told of a host whose two ports are silent', async () => {
  const scan = scanThrough(scriptedSite({}, answers({ status: 'silent' })))
  await expect(scan).rejects.toMatchObject({ reason: 'timed-out' })
})

test('ports that take the connection and say nothing leave it inconclusive', async () => {
  const silence = [new ConnectionError('timed-out', 'nothing came')]
  const site = scriptedSite({ 'http://example.org/': silence, 'https://example.org/': silence })
  expect(await scanThrough(site)).toMatchObject({
    inconclusive: 'timed-out',
    coverage: { asked: 2, answered: 0, silent: 2 },
  })
})

test('two ports of our own are refused, and one of them is left out', async () => {
  const own: ConnectOutcome = { status: 'not-allowed', rule: 'own-socket' }
  await expect(scanThrough(scriptedSite({}, answers(own)))).rejects.toMatchObject({ rule: 'own-socket' })
  const site = scriptedSite(securePage([]))
  const { coverage, result } = await scanThrough({
    ...site,
    connect: (address, port, options) => (port === 80 ? Promise.resolve(own) : site.connect(address, port, options)),
  })
  expect(coverage.leftOut).toEqual([{ what: `GET http://example.org/ at ${scriptedAddress}`, reason: 'own-socket' }])
  expect(verdicts(result, 'http/no-https-redirect')).toEqual({ 'http://example.org/': 'unknown: http-not-allowed' })
})

test('our own want of sockets is no word about the host', async () => {
  const site = scriptedSite({}, answers({ status: 'not-asked', errno: 'EMFILE' }))
  expect(await scanThrough(site)).toMatchObject({ inconclusive: 'not-asked', coverage: { asked: 0, silent: 0 } })
})

test('a scan that is ended comes back at once, and says what it did not ask', async () => {
  const over = new AbortController()
  over.abort()
  const site = scriptedSite({}, answers({ status: 'not-asked', errno: 'ECANCELED' }))
  const { coverage, result } = await scanThrough(site, { signal: over.signal })
  expect(coverage).toMatchObject({ asked: 0, leftOut: [{ reason: 'deadline' }, { reason: 'deadline' }] })
  expect(result.document).toBeNull()
})

test('a body that stops coming leaves the head told and the page not', async () => {
  const site = scriptedSite({
    ...securePage([]),
    'https://example.org/': [
      head('200 OK', 'Content-Type: text/html', 'Content-Length: 99'),
      new ConnectionError('timed-out', ''),
    ],
  })
  const { result } = await scanThrough(site)
  expect(result.walks.https.hops[0]?.response?.body).toMatchObject({ end: 'timed-out' })
  expect(verdicts(result, 'http/hsts-missing')).toEqual({ 'https://example.org/': 'present' })
  expect(verdicts(result, 'http/csp-missing')).toEqual({ 'https://example.org/': 'unknown: page-not-read-to-its-end' })
})

test('progress never runs backwards and ends full', async () => {
  const seen: { done: number; total: number }[] = []
  await scanThrough(scriptedSite(securePage([])), { progress: (progress) => seen.push(progress) })
  expect(seen.map(({ done }) => done)).toEqual(seen.map(({ done }) => done).toSorted((a, b) => a - b))
  expect(seen.at(-1)).toEqual({ done: 3, total: 3 })
})

test('every option has a default, and none may lead out of the host', () => {
  expect(http.options.parse({})).toMatchObject({ httpPort: 80, httpsPort: 443, path: '/' })
  for (const path of ['', 'x', '/a b', '/#x', 'https://evil.example/']) {
    expect(http.options.safeParse({ path }).success).toBe(false)
  }
  expect(http.longestMillis(http.options.parse({ walkMillis: 1000 }), provedPace)).toBe(21_000)
})

test('a path that begins like a host stays a path', async () => {
  const site = scriptedSite({ 'http://example.org//evil.example': fine, 'https://example.org//evil.example': fine })
  await scanThrough(site, { options: { path: '//evil.example' } })
  expect(site.requests).toHaveLength(2)
})
