import { Socket as UdpSocket } from 'node:dgram'
import { Socket } from 'node:net'
import type { Answer } from 'dns-packet'
import { expect, onTestFinished, test, vi } from 'vitest'
import { type LabResolver, type Reply, startResolver, type Zone } from '#test/lab/resolver.ts'
import { hostileCorpus } from '#test/support/hostile-corpus.ts'
import { checkTarget } from '#workers/check-target.ts'
import { networkSettings } from '#workers/network/live.ts'

const signal = new AbortController().signal

const address = (name: string, ...addresses: readonly string[]): Answer[] =>
  addresses.map((data) => ({ type: data.includes(':') ? 'AAAA' : 'A', name, data }))

async function resolver(zone: Zone): Promise<LabResolver> {
  const started = await startResolver(zone)
  onTestFinished(() => started.close())
  return started
}

const settings = (dns: LabResolver, allow: readonly string[] = []) =>
  networkSettings({ allow, dnsServers: [dns], rdapBootstrap: null, whoisServer: null, extraRoots: null, own: [] })

/** Watches every place that this process dials from now on. */
function watchDialling(): () => Set<string> {
  const tcp = vi.spyOn(Socket.prototype, 'connect')
  const udp = vi.spyOn(UdpSocket.prototype, 'connect')
  onTestFinished(() => {
    tcp.mockRestore()
    udp.mockRestore()
  })
  return () => {
    const places = tcp.mock.calls.map(([options]) => options as unknown as { host: string; port: number })
    return new Set([
      ...places.map(({ host, port }) => `${host}:${port}`),
      ...udp.mock.calls.map(([port, host]) => `${String(host)}:${port}`),
    ])
  }
}

test('a fair name is allowed, with its canonical form and every address', async () => {
  const dns = await resolver({
    'xn--grn-ioa.example.org': address('xn--grn-ioa.example.org', '9.9.9.9', '2620:fe::fe'),
  })
  expect(await checkTarget('Grün.example.org.', { network: settings(dns), signal })).toEqual({
    target: 'Grün.example.org.',
    canonical: 'xn--grn-ioa.example.org',
    addresses: ['9.9.9.9', '2620:fe::fe'],
    allowed: true,
    rule: null,
  })
})

test('a refused address among the others shows itself, and the rule', async () => {
  const dns = await resolver({ 'a.example.org': address('a.example.org', '9.9.9.9', '10.0.0.1') })
  expect(await checkTarget('a.example.org', { network: settings(dns), signal })).toEqual({
    target: 'a.example.org',
    canonical: 'a.example.org',
    addresses: ['9.9.9.9', '10.0.0.1'],
    allowed: false,
    rule: 'private-use',
  })
})

test('a fair name that did not resolve is neither allowed nor refused', async () => {
  const dns = await resolver({ 'broken.example.org': 'SERVFAIL', 'empty.example.org': [] })
  for (const target of ['gone.example.org', 'broken.example.org', 'empty.example.org', '_dmarc.example.org']) {
    const verdict = await checkTarget(target, { network: settings(dns), signal })
    expect(verdict).toEqual({ target, canonical: target, addresses: [], allowed: null, rule: null })
  }
})

test('an address is judged as it stands', async () => {
  const network = settings(await resolver({}))
  expect(await checkTarget('[2620:FE::FE]', { network, signal })).toMatchObject({
    canonical: '2620:fe::fe',
    addresses: ['2620:fe::fe'],
    allowed: true,
  })
  expect(await checkTarget('127.0.0.1', { network, signal })).toMatchObject({
    addresses: ['127.0.0.1'],
    allowed: false,
    rule: 'loopback',
  })
})

test('what the spelling alone refuses is asked of nobody', async () => {
  const dns = await resolver({})
  const dialled = watchDialling()
  const verdicts = await Promise.all(
    ['0x7f.1', 'localhost', 'db.internal', 'redis', 'https://example.org', '', '10.0.0.1'].map((target) =>
      checkTarget(target, { network: settings(dns), signal }),
    ),
  )
  expect(verdicts.map(({ allowed }) => allowed)).toEqual(Array(7).fill(false))
  expect(verdicts.map(({ rule }) => rule)).not.toContain(null)
  expect(verdicts[0]).toEqual({ target: '0x7f.1', canonical: null, addresses: [], allowed: false, rule: 'odd-literal' })
  expect(dialled()).toEqual(new Set())
})

test('with SCAN_ALLOW a special name is asked for', async () => {
  const dns = await resolver({ 'db.internal': address('db.internal', '10.77.0.1'), redis: address('redis', '9.9.9.9') })
  const network = settings(dns, ['10.77.0.0/16'])
  expect(await checkTarget('db.internal', { network, signal })).toMatchObject({ allowed: true, rule: null })
  expect(await checkTarget('redis', { network, signal })).toMatchObject({ allowed: false, rule: 'single-label-name' })
})

test('nobody but the resolver is dialled', async () => {
  const dialled = watchDialling()
  const dns = await resolver({ 'a.example.org': { truncated: address('a.example.org', '9.9.9.9') } })
  expect(await checkTarget('a.example.org', { network: settings(dns), signal })).toMatchObject({ allowed: true })
  expect(dialled()).toEqual(new Set([`${dns.address}:${dns.port}`]))
})

interface Scenario {
  readonly id: string
  readonly name: string
  readonly answers: readonly CorpusRecord[] | readonly (readonly CorpusRecord[])[]
  readonly expect: string
}

type CorpusRecord = { readonly t: string; readonly v: string } | { readonly rcode: 'NXDOMAIN' | 'SERVFAIL' | 'REFUSED' }

/** What follows an alias is about the name that it leads to. */
function replyOf(name: string, records: readonly CorpusRecord[]): Reply {
  let owner = name
  const answers: Answer[] = []
  for (const record of records) {
    if ('rcode' in record) return record.rcode
    const { t, v } = record
    if (t === 'A' || t === 'AAAA') answers.push({ type: t, name: owner, data: v })
    if (t !== 'CNAME' && t !== 'DNAME') continue
    answers.push({ type: t, name: owner, data: v })
    owner = v.replace(/\.$/, '')
  }
  return answers
}

const isInTurn = (answers: Scenario['answers']): answers is readonly (readonly CorpusRecord[])[] =>
  Array.isArray(answers[0])

const scenarios = hostileCorpus<Scenario>('dns-scenarios.jsonl')

test.skipIf(scenarios.length === 0)(
  'every answer of the hostile corpus that is to be refused is, and no packet follows it',
  async () => {
    const zone = Object.fromEntries(
      scenarios.map(({ name, answers }) => [
        name,
        isInTurn(answers) ? { inTurn: answers.map((turn) => replyOf(name, turn)) } : replyOf(name, answers),
      ]),
    )
    const dns = await resolver(zone)
    const network = settings(dns)
    const dialled = watchDialling()
    const verdicts = new Map<string, boolean | null>()
    for (const { id, name } of scenarios) verdicts.set(id, (await checkTarget(name, { network, signal })).allowed)

    const judged = (lines: readonly Scenario[]) => lines.map(({ id }) => [id, verdicts.get(id)])
    const refused = scenarios.filter(({ expect }) => expect === 'refuse')
    expect(judged(refused)).toEqual(refused.map(({ id }) => [id, false]))
    const failing = scenarios.filter(({ answers }) => answers.some((answer) => 'rcode' in answer))
    expect(judged(failing)).toEqual(failing.map(({ id }) => [id, null]))
    expect(dialled()).toEqual(new Set([`${dns.address}:${dns.port}`]))
  },
)
