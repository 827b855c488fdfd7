import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseTarget } from '#db/model/target.ts'
import { judge } from '#workers/findings/judge.ts'
import { runScanner } from '#workers/scanners/run.ts'
import { whois } from '#workers/scanners/whois/index.ts'
import type { WhoisResult } from '#workers/scanners/whois/schema.ts'
import { startRegistrationLab, type RegistrationLab } from '../../../lab/registration.ts'
import { createdAt, updatedAt } from '../../../lab/registration-records.ts'
import { labDoor } from '../../../support/lab-door.ts'
import { provedPace } from '#workers/network/turns.ts'

let lab: RegistrationLab
beforeAll(async () => {
  lab = await startRegistrationLab()
})
afterAll(() => lab.close())

interface Override {
  readonly rdapBootstrap?: string
  readonly whoisServer?: { readonly host: string; readonly port: number }
}

/** One run through the real door, open to loopback only. */
async function run(name: string, override: Override = {}, options: object = {}) {
  const settings = { rdapBootstrap: lab.bootstrapUrl, whoisServer: lab.whoisServer, ...override }
  const outcome = await runScanner(whois, parseTarget(name), options, {
    openDoor: (signal) => labDoor({ ...settings, signal }),
    pace: provedPace,
    signal: new AbortController().signal,
    now: new Date(),
    progress: () => {},
  })
  if (outcome.status !== 'completed' && outcome.status !== 'inconclusive') throw new Error(outcome.reason)
  return { ...outcome, result: outcome.result as WhoisResult }
}

const registry = (port: number) => `127.0.0.2:${port}`
const reasons = ({ unknown }: WhoisResult) => new Set(unknown.map(({ reason }) => reason))

/** Whatever goes wrong, the name is not called free, and every field says why it is not known. */
function expectNothingTold(outcome: Awaited<ReturnType<typeof run>>, as: string, reason: string) {
  const { status, result } = outcome
  expect(status).toBe('inconclusive')
  expect(outcome.reason).toBe(reason)
  expect(result).toMatchObject({ outcome: as, source: null, registrar: null, expiresAt: null, statuses: null })
  expect(result.unknown.map(({ field }) => field)).toEqual(
    expect.arrayContaining(['registrar', 'createdAt', 'updatedAt', 'expiresAt', 'statuses', 'nameServers', 'dnssec']),
  )
  expect(reasons(result)).toEqual(new Set([reason]))
}

describe('by RDAP', () => {
  test('a registration is told with all its facts, and a host is asked for as its domain', async () => {
    const { status, result, coverage } = await run('www.good.test')
    expect(status).toBe('completed')
    expect(result).toEqual({
      domain: 'good.test',
      outcome: 'registered',
      source: 'rdap',
      bootstrap: 'fetched',
      servers: [{ protocol: 'rdap', server: new URL('/', lab.bootstrapUrl).href, answer: 'registered', reason: null }],
      registrar: { name: 'Lab Registrar Ltd.', ianaId: '9999' },
      createdAt,
      updatedAt,
      expiresAt: expect.stringMatching(/^\d{4}-.*Z$/),
      statuses: ['clientTransferProhibited', 'clientUpdateProhibited'],
      otherStatuses: [],
      nameServers: ['ns1.lab.test', 'ns2.lab.test'],
      dnssec: true,
      unknown: [],
    })
    expect(coverage).toEqual({ unit: 'queries', asked: 1, answered: 1, silent: 0, unanswered: [], leftOut: [] })
  })

  test('a clean domain has no finding, a planted one exactly its two', async () => {
    const findings = async (name: string) => {
      const { result } = await run(name)
      return judge(whois, result, new Date()).filter(({ verdict }) => verdict !== 'absent')
    }
    expect(await findings('good.test')).toEqual([])
    expect(await findings('planted.test')).toEqual([
      expect.objectContaining({ rule: 'whois/expires-soon', verdict: 'present', subject: 'planted.test' }),
      expect.objectContaining({ rule: 'whois/transfer-lock-missing', verdict: 'present', subject: 'planted.test' }),
    ])
  })

  test('a name that the registry does not know is not found, and WHOIS is not asked', async () => {
    const { status, result } = await run('missing.test')
    expect(status).toBe('completed')
    expect(result).toMatchObject({ outcome: 'not-found', source: 'rdap', expiresAt: null })
    expect(reasons(result)).toEqual(new Set(['not-registered']))
    expect(lab.asked).not.toContain('whois 127.0.0.1 missing.test')
  })

  test('a server that is busy is asked again when it said so', async () => {
    const { result, coverage } = await run('busy.test')
    expect(result.outcome).toBe('registered')
    expect(result.servers.map(({ answer }) => answer)).toEqual(['throttled', 'registered'])
    expect(coverage).toMatchObject({ asked: 2, answered: 2, unanswered: [{ reason: 'throttled' }] })
  })

  test('a redirect is followed', async () => {
    expect((await run('moved.test')).result).toMatchObject({ outcome: 'registered', source: 'rdap' })
  })

  test('a redaction is told from what was never published', async () => {
    const why = async (name: string) =>
      (await run(name)).result.unknown.find(({ field }) => field === 'expiresAt')?.reason
    expect(await why('redacted.test')).toBe('redacted')
    expect(await why('no-expiry.test')).toBe('not-published')
  })

  test("the registrar's own service is named as left out, and not asked", async () => {
    const { coverage } = await run('related.test')
    expect(coverage.leftOut).toEqual([{ what: "the registrar's own RDAP", reason: 'not-supported' }])
  })
})

describe('when RDAP gives no answer, WHOIS is asked', () => {
  test.each([
    ['lost-page', 'not-rdap'],
    ['throttled', 'throttled'],
    ['throttled-long', 'throttled'],
    ['broken', 'malformed'],
    ['text', 'malformed'],
    ['deep', 'malformed'],
    ['failing', 'http-500'],
    ['circling', 'too-many-redirects'],
    ['endless', 'too-large'],
    ['closing', 'protocol-error'],
  ])('%s', async (label, reason) => {
    const { result } = await run(`${label}.test`)
    expect(result.servers[0]).toMatchObject({ protocol: 'rdap', reason })
    expect(result.servers.filter(({ protocol }) => protocol === 'rdap')).toHaveLength(1)
    expect(result.servers[1]).toMatchObject({ protocol: 'whois', answer: 'referral' })
  })

  test('a server that is silent', async () => {
    const { servers } = (await run('silent.test', {}, { timeoutMillis: 500 })).result
    expect(servers[0]).toMatchObject({ protocol: 'rdap', answer: 'error', reason: 'silent' })
    expect(servers[1]).toMatchObject({ protocol: 'whois' })
  })

  test('what WHOIS leaves out is unknown because RDAP sent us away', async () => {
    const { result } = await run('reduced.test')
    expect(result).toMatchObject({
      outcome: 'registered',
      source: 'whois',
      nameServers: ['ns1.lab.test'],
      expiresAt: null,
    })
    expect(result.unknown.find(({ field }) => field === 'expiresAt')?.reason).toBe('throttled')
  })

  test('an answer about another name tells nothing of this one', async () => {
    const { result } = await run('other-name.test')
    expect(result.servers[0]).toMatchObject({ answer: 'could-not-tell', reason: 'other-name' })
  })

  test('a redirect to a refused address is not followed', async () => {
    const { result, coverage } = await run('lured.test')
    expect(coverage.leftOut).toContainEqual({
      what: `RDAP at ${new URL('/', lab.bootstrapUrl).href}`,
      reason: expect.any(String),
    })
    expect(result.servers.every(({ protocol }) => protocol === 'whois')).toBe(true)
  })
})

describe('by WHOIS', () => {
  test('the registry is found through IANA, and its record told', async () => {
    const { result, coverage } = await run('good.example')
    const { port } = lab.whoisServer
    expect(result).toMatchObject({
      domain: 'good.example',
      outcome: 'registered',
      source: 'whois',
      registrar: { name: 'Lab Registrar Ltd.', ianaId: '9999' },
      createdAt,
      statuses: ['clientTransferProhibited', 'clientUpdateProhibited'],
      nameServers: ['ns1.lab.test', 'ns2.lab.test'],
      dnssec: true,
      unknown: [],
    })
    expect(result.servers).toEqual([
      { protocol: 'whois', server: `127.0.0.1:${port}`, answer: 'referral', reason: null },
      { protocol: 'whois', server: registry(port), answer: 'registered', reason: null },
    ])
    expect(coverage).toMatchObject({ asked: 2, answered: 2, silent: 0 })
  })

  test('a thin registry is completed by its registrar', async () => {
    const { result } = await run('thin.example')
    expect(result.servers).toHaveLength(3)
    expect(result).toMatchObject({ outcome: 'registered', createdAt, registrar: { name: 'Lab Registrar Ltd.' } })
  })

  test('a name that its registry knows is registered whatever its registrar says', async () => {
    const { result } = await run('thin-missing.example')
    expect(result).toMatchObject({ outcome: 'registered', createdAt: '2001-01-01T00:00:00Z' })
  })

  test('a name that is not there is not found', async () => {
    const { status, result } = await run('missing.example')
    expect([status, result.outcome]).toEqual(['completed', 'not-found'])
  })

  test('a name that is held back is reserved, not free', async () => {
    expect((await run('reserved.example')).result.outcome).toBe('reserved')
  })

  test('bytes that are not UTF-8 keep their letters', async () => {
    expect((await run('latin1.example')).result.registrar?.name).toBe('Zone Media OÜ')
  })

  test('a date that is none, or that could be two, is unknown and says what was said', async () => {
    const { unknown, otherStatuses, statuses } = (await run('bad-dates.example')).result
    expect(unknown).toContainEqual({ field: 'createdAt', reason: 'not-a-date', said: '99999-99-99' })
    expect(unknown).toContainEqual({ field: 'expiresAt', reason: 'ambiguous-date', said: '03/04/2030' })
    expect([statuses, otherStatuses]).toEqual([[], ['Active']])
  })
})

describe('a server that gives no answer never makes a name free', () => {
  test.each([
    ['throttled', 'throttled', 'throttled'],
    ['busy', 'error', 'server-error'],
    ['gibberish', 'could-not-tell', 'not-understood'],
    ['other-name', 'could-not-tell', 'other-name'],
    ['missing-other', 'could-not-tell', 'other-name'],
    ['closing', 'error', 'closed-at-once'],
    ['cut-off', 'error', 'cut-off'],
    ['endless', 'error', 'too-large'],
    ['looping', 'error', 'referral-loop'],
    ['other-port', 'error', 'referral-port'],
    ['other-scheme', 'error', 'referral-scheme'],
  ])('%s', async (label, as, reason) => {
    expectNothingTold(await run(`${label}.example`), as, reason)
  })

  test('one that is silent', async () => {
    expectNothingTold(await run('silent.example', {}, { timeoutMillis: 500 }), 'error', 'timed-out')
  })

  test('a referral to a refused address is not followed', async () => {
    const { result, coverage } = await run('lured.example')
    expect(result.outcome).toBe('error')
    expect(coverage.leftOut).toEqual([
      { what: `WHOIS at 10.0.0.5:${lab.whoisServer.port}`, reason: expect.stringMatching(/^[a-z-]+$/) },
    ])
  })

  test('nobody listens', async () => {
    const nowhere = { rdapBootstrap: 'http://127.0.0.1:9/dns.json', whoisServer: { host: '127.0.0.1', port: 9 } }
    const outcome = await run('good.unheard', nowhere)
    expectNothingTold(outcome, 'error', 'refused')
    expect(outcome.coverage).toMatchObject({ asked: 1, answered: 0, silent: 1 })
    expect(outcome.result.bootstrap).toMatch(/^shipped 2024-02-07$/)
  })

  test('throttled by RDAP and by WHOIS is throttled', async () => {
    expectNothingTold(await run('throttled.test'), 'throttled', 'throttled')
  })
})

test('a public suffix has no registration to ask for', async () => {
  const { reason, result, coverage } = await run('co.uk')
  expect([reason, result.outcome]).toEqual(['public-suffix', 'could-not-tell'])
  expect(coverage).toMatchObject({ asked: 0, leftOut: [{ what: 'co.uk', reason: 'public-suffix' }] })
})

test('a run that is ended says at once what it left out', async () => {
  const ended = new AbortController()
  const lost = runScanner(
    whois,
    parseTarget('silent.example'),
    { timeoutMillis: 30_000 },
    {
      openDoor: (signal) => labDoor({ rdapBootstrap: lab.bootstrapUrl, whoisServer: lab.whoisServer, signal }),
      pace: provedPace,
      signal: ended.signal,
      now: new Date(),
      progress: ({ done }) => done === 1 && ended.abort(),
    },
  )
  expect(await lost).toMatchObject({ status: 'inconclusive', reason: 'deadline', result: { outcome: 'error' } })
})
