import { expect, test } from 'vitest'
import { isWorthAskingAgain, wayOutOf } from '#apps/web/parts/ways-out.ts'
import { causesOf } from '#apps/web/pages/scan/causes.ts'
import { chainOf } from '#apps/web/pages/scan/results/dns.ts'
import { countIn, openPorts, seenAddresses, shortRanges } from '#apps/web/pages/scan/results/ports.ts'
import { cellOf, matricesOf } from '#apps/web/pages/scan/results/tls.ts'
import { type Run, toldBy } from '#apps/web/pages/scan/told.ts'
import type { Scan } from '#apps/client/index.ts'

const run = (scanner: string, facts: Partial<Run> = {}): Run => ({
  scanner,
  scannerVersion: 1,
  title: scanner.toUpperCase(),
  status: 'completed',
  reason: null,
  detail: null,
  options: {},
  progress: null,
  coverage: null,
  result: null,
  fromCache: null,
  tier: null,
  authority: null,
  startedAt: null,
  finishedAt: null,
  ...facts,
})
const finding = (facts: Partial<Scan['findings'][number]>): Scan['findings'][number] => ({
  rule: 'expired',
  scanner: 'tls',
  title: 'The certificate has expired',
  severity: 'high',
  subject: '443/tcp',
  address: null,
  verdict: 'unknown',
  reason: 'timed-out',
  evidence: null,
  remedy: '',
  reference: '',
  ...facts,
})

test('what could not be told is grouped by scanner and reason, whole runs first', () => {
  const runs = [run('tls'), run('whois', { status: 'failed', reason: 'throttled', detail: 'asked to wait 60 s' })]
  const findings = [
    finding({ address: '192.0.2.1' }),
    finding({ address: '192.0.2.2' }),
    finding({ rule: 'old-version', reason: 'reset' }),
    finding({ rule: 'weak-key' }),
    finding({ rule: 'seen', verdict: 'present' }),
  ]
  const causes = causesOf(runs, toldBy({ runs, findings }))
  expect(causes.map(({ scanner, reason, checks, isWholeRun }) => [scanner, reason, checks.length, isWholeRun])).toEqual(
    [
      ['whois', 'throttled', 0, true],
      ['tls', 'timed-out', 2, false],
      ['tls', 'reset', 1, false],
    ],
  )
  expect(causes[0]?.detail).toBe('asked to wait 60 s')
  expect(causes[1]?.checks[0]?.addresses).toEqual(['192.0.2.1', '192.0.2.2'])
})

test('asks without a usable answer stand with their reason, also where no check hangs on them', () => {
  const coverage = {
    unit: 'queries',
    asked: 3,
    answered: 1,
    silent: 2,
    unanswered: [
      { what: 'A shop.example', reason: 'timed-out' },
      { what: 'MX shop.example', reason: 'timed-out' },
    ],
    leftOut: [],
  }
  const runs = [run('dns', { coverage })]
  expect(causesOf(runs, { unknown: [] })).toMatchObject([
    { scanner: 'dns', reason: 'timed-out', checks: [], asks: ['A shop.example', 'MX shop.example'] },
  ])
})

test('what nobody was allowed to ask is no doubt, and every reason has a way out', () => {
  expect(causesOf([run('ports', { status: 'refused', reason: 'no-proof' })], { unknown: [] })).toEqual([])
  expect(wayOutOf('timed-out')).toBe('silent')
  expect(wayOutOf('http-timed-out')).toBe('silent')
  expect(wayOutOf('brand-new-reason')).toBe('other')
  expect(isWorthAskingAgain('own-library')).toBe(false)
  expect(isWorthAskingAgain('timed-out')).toBe(true)
})

test('a deep scan is counted by its ranges, and only what is shown is unfolded', () => {
  const seen = seenAddresses({
    addresses: [
      {
        address: '192.0.2.1',
        open: '22,80-81,1000-65535',
        closed: '1-21',
        filtered: '',
        services: [{ port: 80, service: 'http', guessedFrom: 'banner', banner: 'HTTP/1.1 400' }],
      },
    ],
  })
  expect(seen).toMatchObject([{ open: 64_539, closed: 21, filtered: 0 }])
  expect(seen.flatMap((address) => openPorts(address, 4))).toEqual([
    { port: 22, service: null, guessedFrom: null, banner: null },
    { port: 80, service: 'http', guessedFrom: 'banner', banner: 'HTTP/1.1 400' },
    { port: 81, service: null, guessedFrom: null, banner: null },
    { port: 1000, service: null, guessedFrom: null, banner: null },
  ])
  expect(countIn('')).toBe(0)
})

test('ranges are cut between two of them', () => {
  expect(shortRanges('1-21,23,25')).toEqual({ text: '1-21, 23, 25', isCut: false })
  expect(shortRanges('1-21,23,25', 8)).toEqual({ text: '1-21, 23', isCut: true })
})

test('the matrix says what the server chose, and of every other suite that nothing is known', () => {
  const protocols = [
    { version: 'TLSv1.3', state: 'accepted', reason: null, cipherSuite: 'TLS_AES_256_GCM_SHA384' },
    { version: 'TLSv1.2', state: 'accepted', reason: null, cipherSuite: 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256' },
    { version: 'TLSv1.1', state: 'rejected', reason: 'alert-protocol-version', cipherSuite: null },
    { version: 'TLSv1', state: 'unclear', reason: 'silent', cipherSuite: null },
  ] as const
  const at = (address: string) => ({ address, outcome: 'handshake', detail: null, protocols, chains: [] })
  const [matrix, ...others] = matricesOf({ addresses: [at('192.0.2.1'), at('192.0.2.2')] })
  expect(others).toEqual([])
  expect(matrix?.addresses).toEqual(['192.0.2.1', '192.0.2.2'])
  expect(matrix?.suites).toEqual(['TLS_AES_256_GCM_SHA384', 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'])
  expect(matrix?.protocols.map((protocol) => cellOf(protocol, 'TLS_AES_256_GCM_SHA384'))).toEqual([
    'chosen',
    'not-judged',
    'not-offered',
    'unclear',
  ])
})

const dns = {
  name: 'www.shop.example',
  zone: 'shop.example',
  zoneReason: null,
  answers: [
    { name: 'www.shop.example', type: 'A', status: 'NOERROR', reason: null, records: ['192.0.2.1'], total: 1 },
    { name: 'shop.example', type: 'MX', status: 'NOERROR', reason: null, records: ['10 mail.shop.example'], total: 1 },
  ],
  aliases: { chain: [] },
  nameServers: { from: 'zone' as const, servers: [] },
}

test('the chain leads from the root to the name, and judges no zone that was not asked', () => {
  expect(chainOf(dns)).toEqual([
    { kind: 'not-judged', name: '.' },
    { kind: 'not-judged', name: 'example' },
    { kind: 'zone', name: 'shop.example', servers: [] },
    { kind: 'name', name: 'www.shop.example', addresses: ['192.0.2.1'] },
  ])
  expect(chainOf({ ...dns, zone: null, zoneReason: 'timed-out' }).at(-2)).toEqual({
    kind: 'untold',
    name: 'www.shop.example',
    reason: 'timed-out',
  })
})
