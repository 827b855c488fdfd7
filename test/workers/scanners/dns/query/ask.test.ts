import { afterEach, expect, test } from 'vitest'
import { type DnsLab, type DnsLabOptions, startDnsLab } from '#test/lab/dns.ts'
import { labDoor } from '#test/support/lab-door.ts'
import { scriptedNetwork } from '#test/support/scripted-network.ts'
import type { Endpoint, NetworkDoor } from '#workers/network/door.ts'
import { createAsker } from '#workers/scanners/dns/query/ask.ts'
import { presentRecords } from '#workers/scanners/dns/query/present-record.ts'

const resolver = '127.0.0.53'
const zones = {
  'lab.test': [
    'lab.test SOA ns.lab.test hostmaster.lab.test 7',
    'lab.test NS ns.lab.test',
    'ns.lab.test A 127.0.0.61',
    'www.lab.test A 192.0.2.1',
    `big.lab.test TXT ${'x'.repeat(3000)}`,
  ],
}

let lab: DnsLab | null = null
afterEach(async () => {
  await lab?.close()
  lab = null
})

async function start(options: Partial<DnsLabOptions> = {}) {
  lab = await startDnsLab({ zones, servers: { [resolver]: { zones: 'resolver' } }, ...options })
  return lab
}

const askerAt = (network: NetworkDoor, labPort = 53) =>
  createAsker(
    { network, signal: new AbortController().signal, now: new Date(), millis: 60_000, progress: () => {} },
    labPort,
  )

const doorTo = (...dnsServers: Endpoint[]) => labDoor({ dnsServers })

test('an answer too large for a datagram is fetched whole by TCP', async () => {
  const { resolver, heard } = await start()
  const answer = await askerAt(doorTo(resolver)).lookUp('big.lab.test', 'TXT')
  expect(presentRecords(answer.records).records).toEqual(['x'.repeat(3000)])
  expect(heard.map(({ by }) => by)).toEqual(['udp', 'tcp'])
})

test.each([
  ['no-edns', 'NOERROR'],
  ['wrong-id-first', 'NOERROR'],
  ['truncated', 'NOERROR'],
  ['truncated-forever', 'truncated'],
  ['garbage', 'malformed'],
  ['header-only', 'malformed'],
  ['servfail', 'SERVFAIL'],
  ['refused', 'REFUSED'],
  ['upward-referral', 'referral'],
] as const)('a resolver that is %s: %s', async (fault, status) => {
  const { resolver } = await start({ faults: { 'www.lab.test A': fault } })
  const answer = await askerAt(doorTo(resolver)).lookUp('www.lab.test', 'A')
  expect(answer.status).toBe(status)
})

test('an answer to another question is not believed', async () => {
  const { resolver } = await start({ faults: { 'www.lab.test A': 'wrong-question' } })
  const door = doorTo(resolver)
  const hasty = scriptedNetwork({
    operator: door.operator,
    exchange: (address, port, datagram, options) =>
      door.exchange(address, port, datagram, { ...options, timeoutMillis: 50 }),
  })
  expect(await askerAt(hasty).lookUp('www.lab.test', 'A')).toMatchObject({ status: 'timed-out', records: [] })
})

test('the next resolver is asked when one fails, and the same is told to who asks again', async () => {
  const { port, heard } = await start({
    servers: { '127.0.0.52': { zones: 'resolver', fault: 'servfail' }, [resolver]: { zones: 'resolver' } },
  })
  const asker = askerAt(doorTo({ address: '127.0.0.52', port }, { address: resolver, port }))
  expect((await asker.lookUp('www.lab.test', 'A')).status).toBe('NOERROR')
  expect((await asker.lookUp('www.lab.test', 'A')).status).toBe('NOERROR')
  expect(heard.map(({ address }) => address)).toEqual(['127.0.0.52', resolver])
  expect(asker.coverage()).toMatchObject({ asked: 1, answered: 1, silent: 0, unanswered: [] })
})

/** Answers nobody; says whom it was asked to reach. */
function silentNetwork(over: Partial<NetworkDoor> = {}) {
  const asked: string[] = []
  const network = scriptedNetwork({
    exchange: async (address, port) => {
      asked.push(`${address}:${port}`)
      return { status: 'silent' }
    },
    ...over,
  })
  return { asked, network }
}

test('silence is tried three times in all, and is no absence', async () => {
  const resolvers = ['192.0.2.51', '192.0.2.52'].map((address) => ({ address, port: 53 }))
  const { asked, network } = silentNetwork({ operator: { resolvers, whoisServer: null, rdapBootstrap: null } })
  const asker = askerAt(network)
  expect((await asker.lookUp('www.lab.test', 'A')).status).toBe('timed-out')
  expect(asked).toEqual(['192.0.2.51:53', '192.0.2.52:53', '192.0.2.51:53'])
  const gap = { what: 'www.lab.test A at the resolvers', reason: 'timed-out' }
  expect(asker.coverage()).toMatchObject({ asked: 1, answered: 0, silent: 1, unanswered: [gap] })
})

test('the last try goes without EDNS, which some servers drop', async () => {
  const sizes: number[] = []
  const network = scriptedNetwork({
    exchange: async (_address, _port, datagram) => {
      sizes.push(datagram.length)
      return { status: 'silent' }
    },
  })
  await askerAt(network).askServer({ name: 'ns', address: '192.0.2.1' }, { name: 'lab.test', type: 'SOA' })
  const edns = 11
  expect(sizes).toEqual([26 + edns, 26 + edns, 26])
})

test('what may not be touched is left out, with the rule', async () => {
  const asker = askerAt(scriptedNetwork({ exchange: async () => ({ status: 'not-allowed', rule: 'private-use' }) }))
  const server = { name: 'ns.lab.test', address: '10.0.0.5' }
  const answer = await asker.askServer(server, { name: 'lab.test', type: 'SOA' })
  expect(answer).toMatchObject({ status: 'not-asked', reason: 'private-use' })
  const gap = { what: 'lab.test SOA at ns.lab.test (10.0.0.5)', reason: 'private-use' }
  expect(asker.coverage()).toMatchObject({ asked: 0, leftOut: [gap] })
})

test('a port of its own is for the addresses that SCAN_ALLOW opens', async () => {
  const { asked, network } = silentNetwork({ isOpened: (address) => address === '127.0.0.61' })
  const asker = askerAt(network, 5353)
  await asker.askServer({ name: 'a', address: '127.0.0.61' }, { name: 'lab.test', type: 'SOA' })
  await asker.askServer({ name: 'b', address: '192.0.2.61' }, { name: 'lab.test', type: 'SOA' })
  expect([...new Set(asked)]).toEqual(['127.0.0.61:5353', '192.0.2.61:53'])
})

test('at most eight questions are out at once, and two to one server', async () => {
  const out = new Map<string, number>()
  let most = { all: 0, one: 0 }
  const network = scriptedNetwork({
    exchange: async (address) => {
      out.set(address, (out.get(address) ?? 0) + 1)
      const all = [...out.values()].reduce((sum, count) => sum + count, 0)
      most = { all: Math.max(most.all, all), one: Math.max(most.one, ...out.values()) }
      await new Promise((resolve) => setImmediate(resolve))
      out.set(address, (out.get(address) ?? 0) - 1)
      return { status: 'silent' }
    },
  })
  const asker = askerAt(network)
  const addresses = Array.from({ length: 12 }, (_, at) => `192.0.2.${at + 1}`)
  const types = ['SOA', 'NS', 'A', 'TXT'] as const
  await Promise.all(
    addresses.flatMap((address) =>
      types.map((type) => asker.askServer({ name: 'ns', address }, { name: 'lab.test', type })),
    ),
  )
  expect(most).toEqual({ all: 8, one: 2 })
})

test('when the time is over nothing more is asked, and that is said', async () => {
  const { asked, network } = silentNetwork()
  const signal = AbortSignal.abort()
  const asker = createAsker({ network, signal, now: new Date(), millis: 60_000, progress: () => {} }, 53)
  expect(await asker.lookUp('www.lab.test', 'A')).toMatchObject({ status: 'not-asked', reason: 'deadline' })
  expect(asked).toEqual([])
  const gap = { what: 'www.lab.test A at the resolvers', reason: 'deadline' }
  expect(asker.coverage()).toMatchObject({ asked: 0, silent: 0, unanswered: [], leftOut: [gap] })
})

test('a name that fits into no question is not asked', async () => {
  const { asked, network } = silentNetwork()
  expect(await askerAt(network).lookUp('a\u0000b.test', 'A')).toMatchObject({ reason: 'name-not-askable' })
  expect(asked).toEqual([])
})
