import * as fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { parseTarget } from '#db/model/target.ts'
import { type DnsLab, type DnsLabOptions, startDnsLab } from '#test/lab/dns.ts'
import { dnsWorld, goodServers, plantedFindings, resolverAddress } from '#test/lab/dns-world.ts'
import { labDoor } from '#test/support/lab-door.ts'
import { scriptedNetwork } from '#test/support/scripted-network.ts'
import { judge } from '#workers/findings/judge.ts'
import type { NetworkDoor } from '#workers/network/door.ts'
import { dns } from '#workers/scanners/dns/index.ts'
import type { DnsResult } from '#workers/scanners/dns/schema.ts'
import { runScanner } from '#workers/scanners/run.ts'
import { provedPace } from '#workers/network/turns.ts'

const now = new Date('2026-11-25T12:00:00Z')
const clean = { name: 'clean.test', addresses: ['127.0.0.21', '::1'] }
const planted = { name: 'planted.test', addresses: ['127.0.0.22'] }

let lab: DnsLab | null = null
afterEach(async () => {
  await lab?.close()
  lab = null
})

const run = (name: string, openDoor: (signal: AbortSignal) => NetworkDoor, nameServerPort = 53, signal?: AbortSignal) =>
  runScanner(
    dns,
    parseTarget(name),
    { nameServerPort },
    {
      openDoor,
      pace: provedPace,
      signal: signal ?? new AbortController().signal,
      now,
      progress: () => {},
    },
  )

async function scanIn(world: DnsLabOptions, name: string, allow?: readonly string[]) {
  lab = await startDnsLab(world)
  const { resolver, port, heard } = lab
  const outcome = await run(
    name,
    (signal) => labDoor({ dnsServers: [resolver], signal, ...(allow ? { allow } : {}) }),
    port,
  )
  if (!('result' in outcome)) return { outcome, heard, port, result: null, judgements: [] }
  // Safe cast: runScanner has parsed it.
  return { outcome, heard, port, result: outcome.result as DnsResult, judgements: judge(dns, outcome.result, now) }
}

/** A world of one zone; what is not said is as in a zone without a fault. */
function worldOf(records: readonly string[], over: Partial<DnsLabOptions> = {}): DnsLabOptions {
  const zones = { 'lab.test': ['lab.test SOA ns1.lab.test hostmaster.lab.test 1', ...records] }
  const servers = { [resolverAddress]: { zones: 'resolver' as const }, [goodServers[0]]: { zones: ['lab.test'] } }
  return { zones, servers, ...over }
}

const oneServer = ['lab.test NS ns1.lab.test', `ns1.lab.test A ${goodServers[0]}`]

const verdictOf = (judgements: ReturnType<typeof judge>, rule: string) =>
  judgements
    .filter((one) => one.rule === rule)
    .map(({ subject, address, verdict, reason }) => [subject, address, verdict, reason])

test.each(['clean.test', 'www.clean.test'])('a zone without a fault raises nothing: %s', async (name) => {
  const { outcome, judgements } = await scanIn(dnsWorld({ clean, planted }), name)
  expect(outcome).toMatchObject({ status: 'completed', coverage: { silent: 0, unanswered: [] } })
  expect(judgements.filter(({ verdict }) => verdict !== 'absent')).toEqual([])
  expect(judgements.map(({ rule }) => rule)).toEqual(expect.arrayContaining(dns.rules.map(({ id }) => id)))
})

test('exactly the planted faults are found', async () => {
  const { judgements } = await scanIn(dnsWorld({ clean, planted }), 'planted.test')
  const present = judgements
    .filter(({ verdict }) => verdict === 'present')
    .map(({ rule, subject, address }) => ({ rule, subject, address }))
    .sort((left, right) => (left.rule < right.rule ? -1 : 1))
  expect(present).toEqual(plantedFindings(planted))
  expect(judgements.filter(({ verdict }) => verdict === 'unknown')).toEqual([])
})

test('two scans of an unchanged world give the same result', async () => {
  const first = await scanIn(dnsWorld({ clean, planted }), 'clean.test')
  await lab?.close()
  const second = await scanIn(dnsWorld({ clean, planted }), 'clean.test')
  expect(second.outcome).toEqual(first.outcome)
})

test('each name server is asked itself, for SOA and NS, and the host’s addresses, and its serial is kept', async () => {
  const { result, heard } = await scanIn(dnsWorld({ clean, planted }), 'clean.test')
  const asked = heard
    .filter(({ address }) => address !== resolverAddress)
    .map(({ address, type }) => `${address} ${type}`)
  expect(asked.sort()).toEqual(
    goodServers.flatMap((address) => ['A', 'AAAA', 'NS', 'SOA'].map((type) => `${address} ${type}`)),
  )
  expect(result?.hostAddresses).toEqual({ addresses: ['127.0.0.21', '::1'], reason: null })
  expect(result?.nameServers?.servers.flatMap(({ addresses }) => addresses.map(({ serial }) => serial))).toEqual([
    2026112501, 2026112501,
  ])
})

test('a zone with one name server, no mail policy and no CAA', async () => {
  const { judgements } = await scanIn(worldOf([...oneServer, 'lab.test A 127.0.0.1']), 'lab.test')
  expect(judgements.filter(({ verdict }) => verdict === 'present').map(({ rule }) => rule)).toEqual([
    'dns/single-name-server',
    'dns/spf-missing',
    'dns/dmarc-missing',
    'dns/caa-missing',
  ])
})

test('an alias to a name that does not exist dangles, one that leads to a name does not', async () => {
  const world = worldOf([
    ...oneServer,
    'gone.lab.test CNAME a.lab.test',
    'a.lab.test CNAME freed.else.test',
    'ok.lab.test CNAME lab.test',
  ])
  const { result, judgements } = await scanIn(world, 'gone.lab.test')
  expect(result?.aliases).toEqual({
    chain: ['a.lab.test', 'freed.else.test'],
    end: 'NXDOMAIN',
    reason: null,
    isLoop: false,
  })
  expect(verdictOf(judgements, 'dns/cname-dangling')).toEqual([['gone.lab.test', null, 'present', undefined]])
  await lab?.close()
  expect(verdictOf((await scanIn(world, 'ok.lab.test')).judgements, 'dns/cname-dangling')).toEqual([
    ['ok.lab.test', null, 'absent', undefined],
  ])
  await lab?.close()
  const untold = await scanIn({ ...world, faults: { 'freed.else.test': 'servfail' } }, 'gone.lab.test')
  expect(verdictOf(untold.judgements, 'dns/cname-dangling')).toEqual([['gone.lab.test', null, 'unknown', 'servfail']])
})

test('aliases that lead back to themselves end', async () => {
  const { result } = await scanIn(
    worldOf([...oneServer, 'a.lab.test CNAME b.lab.test', 'b.lab.test CNAME a.lab.test']),
    'a.lab.test',
  )
  expect(result?.aliases).toMatchObject({ chain: ['b.lab.test'], isLoop: true })
})

test('an alias into the zone above does not hide the zone that it stands in', async () => {
  const zones = {
    'lab.test': ['lab.test SOA ns1.lab.test hostmaster.lab.test 1', ...oneServer, 'host.lab.test A 127.0.0.1'],
    'sub.lab.test': [
      'sub.lab.test SOA ns1.lab.test hostmaster.lab.test 1',
      'sub.lab.test NS ns1.lab.test',
      'www.sub.lab.test CNAME host.lab.test',
    ],
  }
  const { result } = await scanIn(worldOf([], { zones }), 'www.sub.lab.test')
  expect(result).toMatchObject({ zone: 'sub.lab.test', aliases: { chain: ['host.lab.test'] } })
})

test('a name that does not exist is no clean bill', async () => {
  const { outcome } = await scanIn(worldOf(oneServer), 'nothing.lab.test')
  expect(outcome).toMatchObject({ status: 'failed', reason: 'name-not-found' })
})

test('a resolver that refuses us is a failure of the resolver', async () => {
  const world = worldOf(oneServer, { servers: { [resolverAddress]: { zones: 'resolver', fault: 'refused' } } })
  expect((await scanIn(world, 'lab.test')).outcome).toMatchObject({ status: 'failed', reason: 'resolver-failed' })
})

test('resolvers that are silent are a failure of the resolvers', async () => {
  const outcome = await run('lab.test', () => scriptedNetwork({ exchange: async () => ({ status: 'silent' }) }))
  expect(outcome).toMatchObject({ status: 'failed', reason: 'resolver-failed' })
})

test('an error is no absence: not of CAA, not of SPF, not of DMARC', async () => {
  const faults = { 'lab.test CAA': 'servfail', 'lab.test TXT': 'refused', '_dmarc.lab.test': 'garbage' } as const
  const { outcome, judgements } = await scanIn(worldOf([...oneServer, 'lab.test A 127.0.0.1'], { faults }), 'lab.test')
  expect(verdictOf(judgements, 'dns/caa-missing')).toEqual([['lab.test', null, 'unknown', 'servfail']])
  expect(verdictOf(judgements, 'dns/spf-missing')).toEqual([['lab.test', null, 'unknown', 'refused']])
  expect(verdictOf(judgements, 'dns/spf-permissive')).toEqual([['lab.test', null, 'unknown', 'refused']])
  expect(verdictOf(judgements, 'dns/dmarc-missing')).toEqual([['lab.test', null, 'unknown', 'malformed']])
  expect(outcome).toMatchObject({
    coverage: {
      silent: 0,
      unanswered: [
        { what: '_dmarc.lab.test TXT at the resolvers', reason: 'malformed' },
        { what: 'lab.test CAA at the resolvers', reason: 'servfail' },
        { what: 'lab.test TXT at the resolvers', reason: 'refused' },
      ],
    },
  })
})

test.each([
  ['refused', 'present', undefined],
  ['servfail', 'present', undefined],
  ['upward-referral', 'present', undefined],
  ['no-authority', 'present', undefined],
  ['garbage', 'unknown', 'malformed'],
  ['truncated-forever', 'unknown', 'truncated'],
  ['no-edns', 'absent', undefined],
  ['truncated', 'absent', undefined],
  ['wrong-id-first', 'absent', undefined],
] as const)('a name server that is %s is lame: %s', async (fault, verdict, reason) => {
  const world = worldOf(oneServer)
  const servers = { ...world.servers, [goodServers[0]]: { zones: ['lab.test'], fault } }
  const { judgements } = await scanIn({ ...world, servers }, 'lab.test')
  expect(verdictOf(judgements, 'dns/name-server-lame')).toEqual([['ns1.lab.test', goodServers[0], verdict, reason]])
})

test('a name server on which nothing listens is lame, one whose name does not exist too', async () => {
  const records = ['lab.test NS ns1.lab.test', 'lab.test NS ns.nowhere.test', 'ns1.lab.test A 127.0.0.77']
  const { judgements } = await scanIn(worldOf(records), 'lab.test')
  expect(verdictOf(judgements, 'dns/name-server-lame')).toEqual([
    ['ns.nowhere.test', null, 'present', undefined],
    ['ns1.lab.test', '127.0.0.77', 'present', undefined],
  ])
})

test('a name server that may not be touched is left alone, and said so', async () => {
  const records = [
    'lab.test NS ns1.lab.test',
    'lab.test NS ns2.lab.test',
    `ns1.lab.test A ${goodServers[0]}`,
    'ns2.lab.test A 10.0.0.5',
  ]
  const { outcome, judgements, heard } = await scanIn(worldOf(records), 'lab.test', ['127.0.0.0/8'])
  expect(verdictOf(judgements, 'dns/name-server-lame')).toEqual([['ns1.lab.test', goodServers[0], 'absent', undefined]])
  expect(heard.some(({ address }) => address === '10.0.0.5')).toBe(false)
  expect(outcome).toMatchObject({
    coverage: {
      leftOut: expect.arrayContaining([
        { what: 'lab.test SOA at ns2.lab.test (10.0.0.5)', reason: expect.any(String) },
      ]),
    },
  })
})

test.each<[string, readonly string[], Partial<DnsLabOptions>, object]>([
  ['an address', ['lab.test A 127.0.0.1'], {}, { addresses: ['127.0.0.1'], reason: null }],
  ['none', ['lab.test TXT none'], {}, { addresses: [], reason: null }],
  ['an alias', ['www.lab.test CNAME lab.test'], {}, { addresses: null, reason: 'alias' }],
  [
    'what another may contradict',
    ['lab.test NS ns2.lab.test', `ns2.lab.test A ${goodServers[1]}`, 'lab.test A 127.0.0.1'],
    { servers: { ...worldOf([]).servers, [goodServers[1]]: { zones: [], fault: 'silent' } } },
    { addresses: null, reason: 'name-server-silent' },
  ],
  [
    'what a lame one knows nothing of',
    ['lab.test NS ns2.lab.test', `ns2.lab.test A ${goodServers[1]}`, 'lab.test A 127.0.0.1'],
    { servers: { ...worldOf([]).servers, [goodServers[1]]: { zones: [] } } },
    { addresses: ['127.0.0.1'], reason: null },
  ],
])('what the servers in authority give for the name: %s', async (_what, records, over, given) => {
  lab = await startDnsLab(worldOf([...oneServer, ...records], over))
  const { resolver, port } = lab
  const name = records.some((record) => record.startsWith('www.')) ? 'www.lab.test' : 'lab.test'
  const outcome = await run(name, (signal) => hasty(labDoor({ dnsServers: [resolver], signal })), port)
  expect(outcome).toMatchObject({ result: { hostAddresses: given } })
})

test('where the resolvers cannot reach a zone, its delegation says which servers are lame', async () => {
  const world: DnsLabOptions = {
    zones: {
      test: [
        'test SOA ns.test hostmaster.test 1',
        'test NS ns.test',
        `ns.test A ${goodServers[0]}`,
        'lab.test NS ns1.lab.test',
        `ns1.lab.test A ${goodServers[1]}`,
      ],
      'lab.test': [],
    },
    servers: {
      [resolverAddress]: { zones: 'resolver' },
      [goodServers[0]]: { zones: ['test'] },
      [goodServers[1]]: { zones: [] },
    },
    faults: Object.fromEntries(
      ['lab.test', 'www.lab.test', '_dmarc.lab.test', 'ns1.lab.test'].map((name) => [name, 'servfail']),
    ),
  }
  const { outcome, result, judgements } = await scanIn(world, 'www.lab.test')
  expect(outcome).toMatchObject({ status: 'completed' })
  expect(result).toMatchObject({
    zone: 'lab.test',
    zoneReason: 'servfail',
    nameServers: { from: 'delegation', total: 1 },
  })
  expect(verdictOf(judgements, 'dns/name-server-lame')).toEqual([
    ['ns1.lab.test', goodServers[1], 'present', undefined],
  ])
  expect(verdictOf(judgements, 'dns/single-name-server')).toEqual([['lab.test', null, 'present', undefined]])
  expect(judgements.filter(({ verdict }) => verdict === 'absent')).toEqual([])
})

test('a host without mail of its own is judged by its domain, one with mail by its own policy too', async () => {
  const domain = [...oneServer, 'lab.test TXT v=spf1 -all', '_dmarc.lab.test TXT v=DMARC1; p=reject; sp=none']
  const world = worldOf([...domain, 'www.lab.test A 127.0.0.1', 'shop.lab.test MX 10 lab.test'])
  const www = await scanIn(world, 'www.lab.test')
  expect(verdictOf(www.judgements, 'dns/spf-missing')).toEqual([['lab.test', null, 'absent', undefined]])
  await lab?.close()
  const shop = await scanIn(world, 'shop.lab.test')
  expect(verdictOf(shop.judgements, 'dns/spf-missing')).toEqual([
    ['lab.test', null, 'absent', undefined],
    ['shop.lab.test', null, 'present', undefined],
  ])
  expect(shop.result?.mail[1]?.dmarc).toMatchObject({ at: '_dmarc.lab.test', policy: 'none' })
})

test('the CAA records of the nearest parent hold', async () => {
  const world = worldOf([
    ...oneServer,
    'a.b.lab.test A 127.0.0.1',
    'lab.test CAA 0 issue ca.test',
    'b.lab.test CAA 0 iodef mailto:x@lab.test',
  ])
  const { result, judgements } = await scanIn(world, 'a.b.lab.test')
  expect(result?.caa).toMatchObject({
    at: 'b.lab.test',
    records: ['0 iodef "mailto:x@lab.test"'],
    limitsIssuers: false,
  })
  expect(verdictOf(judgements, 'dns/caa-missing')).toEqual([['a.b.lab.test', null, 'present', undefined]])
})

test('a name that only the DNS may hold is looked up, and nothing else', async () => {
  const world = worldOf([...oneServer, '_dmarc.lab.test TXT v=DMARC1; p=none'])
  const { outcome, result, judgements, heard } = await scanIn(world, '_dmarc.lab.test')
  expect(outcome.status).toBe('completed')
  expect(result).toMatchObject({ nameServers: null, caa: null, mail: [] })
  expect(judgements.map(({ rule }) => rule)).toEqual(['dns/cname-dangling'])
  expect(heard.every(({ address }) => address === resolverAddress)).toBe(true)
})

test('a run that is ended returns what it knows, and says what it left out', async () => {
  const over = new AbortController()
  lab = await startDnsLab(dnsWorld({ clean, planted }))
  const { resolver, port } = lab
  const openDoor = (signal: AbortSignal) => {
    const door = labDoor({ dnsServers: [resolver], signal })
    return scriptedNetwork({
      operator: door.operator,
      isOpened: (address) => door.isOpened(address),
      exchange: (address, ...call) => {
        if (address !== resolver.address) over.abort()
        return door.exchange(address, ...call)
      },
    })
  }
  const outcome = await run('clean.test', openDoor, port, over.signal)
  expect(outcome).toMatchObject({
    result: { zone: 'clean.test', nameServers: { total: 2 } },
    coverage: {
      leftOut: expect.arrayContaining([{ what: 'clean.test SOA at ns1.clean.test (127.0.0.61)', reason: 'deadline' }]),
    },
  })
  const never = await run('clean.test', openDoor, port, AbortSignal.abort())
  expect(never).toMatchObject({ status: 'inconclusive', reason: 'no-usable-answer', coverage: { asked: 0 } })
})

test('a zone that nobody answers for is unknown, while its resolver works', async () => {
  const faults = { 'lab.test': 'silent', '_dmarc.lab.test': 'silent', 'ns1.lab.test': 'servfail' } as const
  const world = worldOf(oneServer, { faults })
  const zones = {
    ...world.zones,
    test: ['test SOA ns.test hostmaster.test 1', 'test NS ns.test', `ns.test A ${goodServers[1]}`, ...oneServer],
  }
  const silent = {
    ...world.servers,
    [goodServers[0]]: { zones: [], fault: 'silent' as const },
    [goodServers[1]]: { zones: ['test'] },
  }
  lab = await startDnsLab({ zones, servers: silent, faults })
  const { resolver, port } = lab
  const outcome = await run('lab.test', (signal) => hasty(labDoor({ dnsServers: [resolver], signal })), port)
  expect(outcome).toMatchObject({
    status: 'inconclusive',
    reason: 'no-usable-answer',
    result: { zone: 'lab.test', zoneReason: 'timed-out', nameServers: { from: 'delegation' } },
  })
  const judgements = judge(dns, 'result' in outcome ? outcome.result : null, now)
  expect(judgements.filter(({ verdict }) => verdict !== 'unknown').map(({ rule }) => rule)).toEqual([
    'dns/single-name-server',
  ])
  expect(verdictOf(judgements, 'dns/name-server-lame')).toEqual([
    ['ns1.lab.test', goodServers[0], 'unknown', 'no-answer'],
  ])
})

/** The same door, with less patience: silence on loopback is known soon. */
const hasty = (door: NetworkDoor) =>
  scriptedNetwork({
    operator: door.operator,
    isOpened: (address) => door.isOpened(address),
    exchange: (address, port, datagram, options) =>
      door.exchange(address, port, datagram, { ...options, timeoutMillis: 200 }),
  })

test('hostile text is kept short, well-formed and as text', async () => {
  const nasty = '\u001b[2J</script>'.padEnd(9000, '\u00ff')
  const { result } = await scanIn(worldOf([...oneServer, `lab.test TXT ${nasty}`, ...manyRecords]), 'lab.test')
  const text = result?.answers.find(({ type }) => type === 'TXT')
  expect(text).toMatchObject({ total: 101 })
  expect(text?.records).toHaveLength(64)
  expect(text?.records.every((record) => record.length <= 4096 && record.isWellFormed())).toBe(true)
})

const manyRecords = Array.from({ length: 100 }, (_, at) => `lab.test TXT record ${at}`)

test('no bytes from resolvers or name servers end a run in a bug', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 120 }), { minLength: 1, maxLength: 8 }), async (replies) => {
      let turn = 0
      const outcome = await run('lab.test', () =>
        scriptedNetwork({
          connect: async () => ({ status: 'silent' }),
          exchange: async (_address, _port, datagram, { accept }) => {
            const tail = replies[(turn += 1) % replies.length] ?? new Uint8Array()
            // Our own id and question, so that what follows is read at all.
            const reply = Buffer.concat([datagram.subarray(0, 26), tail])
            reply[2] = 0x84
            return accept(reply) ? { status: 'answered', reply, roundTripMillis: 1 } : { status: 'silent' }
          },
        }),
      )
      expect(['failed', 'completed', 'inconclusive']).toContain(outcome.status)
    }),
    { numRuns: 100 },
  )
})
