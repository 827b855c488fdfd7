import { expect, test } from 'vitest'
import { judge } from '#workers/findings/judge.ts'
import { dns } from '#workers/scanners/dns/index.ts'
import type { DnsResult, MailResult, NameServerResult } from '#workers/scanners/dns/schema.ts'

const sound: MailResult = {
  domain: 'lab.test',
  isOrganisational: true,
  mx: 'NOERROR',
  mxReason: null,
  spf: {
    status: 'found',
    reason: null,
    records: ['v=spf1 -all'],
    errors: [],
    all: '-',
    broad: [],
    lookups: 0,
    voidLookups: 0,
    includes: [],
    unresolved: [],
  },
  dmarc: {
    status: 'found',
    reason: null,
    at: '_dmarc.lab.test',
    records: ['v=DMARC1; p=reject'],
    errors: [],
    policy: 'reject',
    subdomainPolicy: 'reject',
    isTesting: false,
    pct: null,
    rua: [],
  },
}

const base: DnsResult = {
  name: 'lab.test',
  organisationalDomain: 'lab.test',
  zone: 'lab.test',
  zoneReason: null,
  answers: [],
  aliases: { chain: [], end: 'NODATA', reason: null, isLoop: false },
  nameServers: { from: 'zone', reason: null, total: 0, servers: [] },
  hostAddresses: null,
  caa: { status: 'none', reason: null, at: null, records: [], total: 0, limitsIssuers: false },
  mail: [],
}

function told(rule: string, over: Partial<DnsResult>) {
  return judge(dns, { ...base, ...over }, new Date(0))
    .filter((one) => one.rule === rule)
    .map(({ verdict, reason }) => (reason === undefined ? verdict : `${verdict}: ${reason}`))
}

const withSpf = (spf: Partial<MailResult['spf']>, mail: Partial<MailResult> = {}) => ({
  mail: [{ ...sound, ...mail, spf: { ...sound.spf, ...spf } }],
})
const withDmarc = (dmarc: Partial<MailResult['dmarc']>) => ({
  mail: [{ ...sound, dmarc: { ...sound.dmarc, ...dmarc } }],
})

const server = (
  name: string,
  addresses: readonly string[],
  over: Partial<NameServerResult> = {},
): NameServerResult => ({
  name,
  a: addresses.length > 0 ? 'NOERROR' : 'NODATA',
  aaaa: 'NODATA',
  addresses: addresses.map((address) => ({
    address,
    state: 'authoritative',
    reason: null,
    soa: 'NOERROR',
    ns: 'NOERROR',
    serial: 1,
    names: [],
  })),
  ...over,
})

test.each<[string, string, readonly NameServerResult[]]>([
  ['two servers', 'absent', [server('a', ['192.0.2.1']), server('b', ['192.0.2.2'])]],
  ['one name', 'present', [server('a', ['192.0.2.1', '192.0.2.2'])]],
  ['two names of one server', 'present', [server('a', ['192.0.2.1']), server('b', ['192.0.2.1'])]],
  ['a second name without an address', 'present', [server('a', ['192.0.2.1']), server('b', [])]],
  [
    'a second name that nobody could tell',
    'unknown: timed-out',
    [server('a', ['192.0.2.1']), server('b', [], { a: 'timed-out' })],
  ],
])('%s: a single server is %s', (_, verdict, servers) => {
  const nameServers = { from: 'zone' as const, reason: null, total: servers.length, servers: [...servers] }
  expect(told('dns/single-name-server', { nameServers })).toEqual([verdict])
})

test('servers that nobody could name are unknown', () => {
  const nameServers = { from: 'unknown' as const, reason: 'servfail', total: 0, servers: [] }
  expect(told('dns/single-name-server', { nameServers })).toEqual(['unknown: servfail'])
})

test.each([
  [{ status: 'none' as const }, {}, 'present'],
  [{ status: 'unknown' as const, reason: 'timed-out' }, {}, 'unknown: timed-out'],
  [{ status: 'none' as const }, { isOrganisational: false }, 'present'],
  [
    { status: 'none' as const },
    { isOrganisational: false, mx: 'SERVFAIL' as const, mxReason: 'servfail' },
    'unknown: servfail',
  ],
])('SPF %j at %j: missing is %s', (spf, mail, verdict) => {
  expect(told('dns/spf-missing', withSpf(spf, mail))).toEqual([verdict])
})

test('a broken SPF record says nothing about whom it lets pass, unless it says so plainly', () => {
  const errors = [{ code: 'syntax-error' as const, domain: 'lab.test', term: 'ipv4:1' }]
  expect(told('dns/spf-invalid', withSpf({ errors }))).toEqual(['present'])
  expect(told('dns/spf-permissive', withSpf({ errors, all: null }))).toEqual(['unknown: spf-invalid'])
  expect(told('dns/spf-neutral', withSpf({ errors, all: null }))).toEqual(['unknown: spf-invalid'])
  expect(told('dns/spf-permissive', withSpf({ errors, all: '+' }))).toEqual(['present'])
})

test('an include that could not be followed leaves a record in doubt', () => {
  const unresolved = [{ term: 'include:%{ir}.lab.test', reason: 'depends-on-sender' }]
  expect(told('dns/spf-invalid', withSpf({ unresolved }))).toEqual(['unknown: depends-on-sender'])
  expect(told('dns/spf-permissive', withSpf({ unresolved }))).toEqual(['unknown: depends-on-sender'])
  expect(told('dns/spf-neutral', withSpf({ unresolved }))).toEqual(['absent'])
  const redirect = [{ term: 'redirect=x.test', reason: 'servfail' }]
  expect(told('dns/spf-neutral', withSpf({ unresolved: redirect, all: null }))).toEqual(['unknown: servfail'])
})

test.each([
  ['+', 'present', 'absent'],
  ['?', 'absent', 'present'],
  [null, 'absent', 'present'],
  ['~', 'absent', 'absent'],
  ['-', 'absent', 'absent'],
] as const)('SPF that ends in %s: permissive %s, neutral %s', (all, permissive, neutral) => {
  expect(told('dns/spf-permissive', withSpf({ all }))).toEqual([permissive])
  expect(told('dns/spf-neutral', withSpf({ all }))).toEqual([neutral])
})

test.each([
  [{}, 'absent'],
  [{ policy: 'none' as const }, 'present'],
  [{ subdomainPolicy: 'none' as const }, 'present'],
  [{ policy: 'quarantine' as const, isTesting: true }, 'present'],
  [{ isTesting: true }, 'absent'],
  [{ policy: null, subdomainPolicy: null, errors: ['unknown-policy' as const] }, 'unknown: dmarc-invalid'],
  [{ status: 'none' as const, policy: null }, 'absent'],
  [{ status: 'unknown' as const, reason: 'refused', policy: null }, 'unknown: refused'],
])('DMARC %j: permissive is %s', (dmarc, verdict) => {
  expect(told('dns/dmarc-permissive', withDmarc(dmarc))).toEqual([verdict])
})

test('what was never asked gets no answer', () => {
  const rules = judge(dns, { ...base, nameServers: null, caa: null }, new Date(0)).map(({ rule }) => rule)
  expect(rules).toEqual(['dns/cname-dangling'])
})

test('a server that was not asked gets no answer, a silent one no good one', () => {
  const asked = server('a', ['192.0.2.1', '192.0.2.2'])
  const [first, second] = asked.addresses
  if (!first || !second) throw new Error('two addresses stand above')
  const addresses = [
    { ...first, state: 'not-asked' as const, reason: 'private-use' },
    { ...second, state: 'silent' as const, reason: 'timed-out' },
  ]
  const nameServers = { from: 'zone' as const, reason: null, total: 1, servers: [{ ...asked, addresses }] }
  expect(told('dns/name-server-lame', { nameServers })).toEqual(['unknown: no-answer'])
})
