import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { startResolver, type Zone } from '#test/lab/resolver.ts'
import { networkSettings } from '#workers/network/live.ts'
import { type ProbeDeps, type ProbeRequest, probe } from '#workers/probe.ts'
import { addressesOf, defineScanner, ScanFailure } from '#workers/scanners/scanner.ts'

const coverage = { unit: 'words', asked: 1, answered: 1, silent: 0, unanswered: [], leftOut: [] }

/** Says what its options tell it to say; its rules find fault with that. */
const echo = defineScanner({
  title: 'Echo',
  version: 1,
  accepts: ['name', 'address'],
  canFlap: false,
  asks: 'host',
  options: z.strictObject({ word: z.string().max(20).default('quiet'), fail: z.string().max(20).default('') }),
  result: z.object({ word: z.string().max(20), addresses: z.array(z.string().max(45)).max(9) }),
  rules: [
    {
      id: 'echo/loud',
      title: 'It is loud',
      severity: 'low',
      remedy: 'Whisper.',
      reference: 'RFC 862',
      check: ({ word }) => [{ subject: 'word', address: null, verdict: word === 'LOUD' ? 'present' : 'absent' }],
    },
    {
      id: 'echo/untold',
      title: 'It may be rude',
      severity: 'high',
      remedy: 'Ask again.',
      reference: 'RFC 862',
      check: () => [{ subject: 'manners', address: null, verdict: 'unknown', reason: 'no-answer' }],
    },
  ],
  tier: 'passive',
  longestMillis: () => 5000,
  scan: async (target, { word, fail }, { network }) => {
    const { addresses } = await addressesOf(target, network)
    if (fail === 'bug') throw new TypeError('null has no properties')
    if (fail === 'world') throw new ScanFailure('timed-out', 'It said nothing.')
    return { result: { word, addresses: [...addresses] }, coverage }
  },
})

async function deps(zone: Zone = {}, more: Partial<ProbeDeps> = {}): Promise<ProbeDeps> {
  const dns = await startResolver(zone)
  onTestFinished(() => dns.close())
  const none = { rdapBootstrap: null, whoisServer: null, extraRoots: null, own: [] }
  return {
    network: networkSettings({ allow: ['127.0.0.0/8'], dnsServers: [dns], ...none }),
    signal: new AbortController().signal,
    scanners: { echo },
    ...more,
  }
}

const ask = (request: Partial<ProbeRequest> = {}): ProbeRequest => ({
  scanner: 'echo',
  target: '127.0.0.1',
  ...request,
})

test('a probe says all that one scanner told, with the findings and how to mend them, the gravest first', async () => {
  const zone: Zone = { 'xn--grn-ioa.example.org': [{ type: 'A', name: 'xn--grn-ioa.example.org', data: '127.0.0.1' }] }
  expect(await probe(ask({ target: 'Grün.example.org', options: { word: 'LOUD' } }), await deps(zone))).toEqual({
    scanner: 'echo',
    target: 'Grün.example.org',
    canonical: 'xn--grn-ioa.example.org',
    options: { word: 'LOUD', fail: '' },
    status: 'completed',
    reason: null,
    result: { word: 'LOUD', addresses: ['127.0.0.1'] },
    coverage,
    findings: [
      {
        rule: 'echo/untold',
        subject: 'manners',
        address: null,
        verdict: 'unknown',
        reason: 'no-answer',
        title: 'It may be rude',
        severity: 'high',
        remedy: 'Ask again.',
        reference: 'RFC 862',
      },
      {
        rule: 'echo/loud',
        subject: 'word',
        address: null,
        verdict: 'present',
        title: 'It is loud',
        severity: 'low',
        remedy: 'Whisper.',
        reference: 'RFC 862',
      },
    ],
    millis: expect.any(Number),
  })
})

test('what is well is no finding', async () => {
  const { findings } = await probe(ask(), await deps())
  expect(findings.map(({ rule }) => rule)).toEqual(['echo/untold'])
})

test.each([
  ['0x7f.1', 'odd-literal', null],
  ['10.0.0.1', 'private-use', '10.0.0.1'],
  ['inside.example.org', 'private-use', 'inside.example.org'],
])('the target %s is refused with the rule %s', async (target, reason, canonical) => {
  const zone: Zone = { 'inside.example.org': [{ type: 'A', name: 'inside.example.org', data: '10.0.0.1' }] }
  expect(await probe(ask({ target }), await deps(zone))).toMatchObject({
    target,
    canonical,
    status: 'refused',
    reason,
    detail: expect.any(String),
    result: null,
    findings: [],
  })
})

test('bad options, and a scanner that there is not, are said so', async () => {
  const bad = ask({ options: { word: 7, wird: 'x' } })
  expect(await probe(bad, await deps())).toMatchObject({
    status: 'invalid',
    reason: 'invalid-options',
    detail: expect.stringMatching(/wird[^]*word/),
    options: bad.options,
  })
  for (const scanner of ['nmap', 'constructor', '__proto__']) {
    expect(await probe(ask({ scanner }), await deps())).toMatchObject({ status: 'invalid', reason: 'unknown-scanner' })
  }
})

test('a kind of target that the scanner does not take is not asked', async () => {
  const outcome = await probe(ask({ target: '_dmarc.example.org' }), await deps())
  expect(outcome).toMatchObject({ canonical: '_dmarc.example.org', status: 'not-asked', reason: 'wrong-kind' })
})

test('what the target did is told, and a bug of ours is only called internal', async () => {
  const world = await probe(ask({ options: { fail: 'world' } }), await deps())
  expect(world).toMatchObject({ status: 'failed', reason: 'timed-out', detail: 'It said nothing.' })
  const bugs: unknown[] = []
  const bug = await probe(ask({ options: { fail: 'bug' } }), await deps({}, { onBug: (error) => bugs.push(error) }))
  expect(bug).toMatchObject({ status: 'failed', reason: 'internal', result: null })
  expect(bug).not.toHaveProperty('detail')
  expect(bugs).toEqual([new TypeError('null has no properties')])
})

test('a name that does not exist could not be scanned', async () => {
  const outcome = await probe(ask({ target: 'gone.example.org' }), await deps())
  expect(outcome).toMatchObject({ status: 'failed', reason: 'name-not-found' })
})

test("without others, the product's scanners are asked", async () => {
  const { scanners: _none, ...real } = await deps()
  const outcome = await probe(ask({ scanner: 'none' }), real)
  expect(outcome.detail).toBe('There are: ports, tls, dns, whois, http.')
})
