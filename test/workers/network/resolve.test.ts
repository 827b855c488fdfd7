import { type Answer, decode, encode } from 'dns-packet'
import { expect, onTestFinished, test } from 'vitest'
import { type LabResolver, startResolver, type Zone } from '#test/lab/resolver.ts'
import { labDoor } from '#test/support/lab-door.ts'
import { NotAllowed, type Resolution } from '#workers/network/door.ts'
import { answerDatagrams, closedPort } from './loopback.ts'

const a = (name: string, data: string): Answer => ({ type: 'A', name, data })
const aaaa = (name: string, data: string): Answer => ({ type: 'AAAA', name, data })
const cname = (name: string, data: string): Answer => ({ type: 'CNAME', name, data })

async function resolver(zone: Zone): Promise<LabResolver> {
  const started = await startResolver(zone)
  onTestFinished(() => started.close())
  return started
}

const resolve = async (zone: Zone, host: string, allow: readonly string[] = []): Promise<Resolution> =>
  labDoor({ dnsServers: [await resolver(zone)], allow }).resolve(host)

const ruleOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'allowed',
    (error: unknown) => (error instanceof NotAllowed ? error.rule : error),
  )

test('both kinds of address are asked for and told, sorted, each once', async () => {
  const zone = {
    'a.example.org': [
      aaaa('a.example.org', '2620:FE::FE'),
      a('a.example.org', '9.9.9.10'),
      a('a.example.org', '9.9.9.9'),
      a('A.Example.ORG', '9.9.9.9'),
    ],
  }
  expect(await resolve(zone, 'A.example.org.')).toEqual({
    addresses: ['9.9.9.9', '9.9.9.10', '2620:fe::fe'],
    answers: { A: 'NOERROR', AAAA: 'NOERROR' },
  })
})

test.each([
  ['NXDOMAIN', 'NXDOMAIN'],
  ['SERVFAIL', 'SERVFAIL'],
  ['REFUSED', 'REFUSED'],
  ['garbage', 'malformed'],
] as const)('%s is told as %s', async (reply, answer) => {
  expect(await resolve({ 'a.example.org': reply }, 'a.example.org')).toEqual({
    addresses: [],
    answers: { A: answer, AAAA: answer },
  })
})

test('a name without such a record is told apart from one that does not exist', async () => {
  const zone = { 'a.example.org': [a('a.example.org', '9.9.9.9')], 'b.example.org': [] }
  expect((await resolve(zone, 'a.example.org')).answers).toEqual({ A: 'NOERROR', AAAA: 'NODATA' })
  expect((await resolve(zone, 'b.example.org')).answers).toEqual({ A: 'NODATA', AAAA: 'NODATA' })
})

test('a resolver that is not there is no answer, and never "no such name"', async () => {
  const door = labDoor({ dnsServers: [await closedPort()] })
  expect(await door.resolve('a.example.org')).toEqual({ addresses: [], answers: { A: 'timed-out', AAAA: 'timed-out' } })
})

test('the next resolver is asked when one fails', async () => {
  const failing = await resolver({ 'a.example.org': 'SERVFAIL' })
  const working = await resolver({ 'a.example.org': [a('a.example.org', '9.9.9.9')] })
  const door = labDoor({ dnsServers: [await closedPort(), failing, working] })
  expect((await door.resolve('a.example.org')).addresses).toEqual(['9.9.9.9'])
  expect(failing.questions).toHaveLength(2)
})

test('an answer that did not fit a datagram is asked for by TCP', async () => {
  const many = Array.from({ length: 200 }, (_, index) => a('a.example.org', `9.9.9.${index}`))
  const server = await resolver({ 'a.example.org': { truncated: many } })
  const { addresses } = await labDoor({ dnsServers: [server] }).resolve('a.example.org')
  expect(addresses).toHaveLength(200)
  expect(server.questions.filter((question) => question.endsWith('tcp'))).toHaveLength(2)
})

test('answers to other questions are not taken', async () => {
  const forged = await answerDatagrams((datagram) => {
    const query = decode(datagram)
    const answer = (id: number, name: string, address: string) =>
      encode({ type: 'response', id, questions: [{ type: 'A', name }], answers: [a(name, address)] })
    const id = query.id ?? 0
    const type = query.questions?.[0]?.type ?? 'A'
    if (type !== 'A') return [encode({ type: 'response', id, questions: [{ type, name: 'a.example.org' }] })]
    return [
      answer(id ^ 1, 'a.example.org', '9.9.9.1'),
      answer(id, 'b.example.org', '9.9.9.2'),
      datagram,
      Buffer.from('x'),
      answer(id, 'a.example.org', '9.9.9.3'),
    ]
  })
  const { addresses } = await labDoor({ dnsServers: [forged] }).resolve('a.example.org')
  expect(addresses).toEqual(['9.9.9.3'])
})

test('records of other names in an answer are not about the name that was asked', async () => {
  const zone = { 'a.example.org': [a('a.example.org', '9.9.9.9'), a('b.example.org', '127.0.0.1')] }
  expect((await resolve(zone, 'a.example.org')).addresses).toEqual(['9.9.9.9'])
})

test('aliases are followed through the answer, in any order, and a circle ends', async () => {
  const zone = {
    'a.example.org': [
      a('c.example.org', '9.9.9.9'),
      cname('b.example.org', 'c.example.org'),
      cname('a.example.org', 'b.example.org'),
    ],
    'loop.example.org': [cname('loop.example.org', 'pool.example.org'), cname('pool.example.org', 'loop.example.org')],
  }
  expect((await resolve(zone, 'a.example.org')).addresses).toEqual(['9.9.9.9'])
  expect((await resolve(zone, 'loop.example.org')).addresses).toEqual([])
})

test('one refused address of many refuses the name, whichever kind it is', async () => {
  const zone = {
    'a.example.org': [a('a.example.org', '9.9.9.9'), a('a.example.org', '10.0.0.1')],
    'b.example.org': [a('b.example.org', '9.9.9.9'), aaaa('b.example.org', '::ffff:127.0.0.1')],
  }
  expect(await ruleOf(resolve(zone, 'a.example.org'))).toBe('private-use')
  expect(await ruleOf(resolve(zone, 'b.example.org'))).toBe('ipv4-mapped')
  expect(await ruleOf(resolve(zone, 'b.example.org', ['127.0.0.0/8']))).toBe('ipv4-mapped')
})

test('an alias that leads to a private name refuses the name', async () => {
  const zone = { 'a.example.org': [cname('a.example.org', 'redis')] }
  expect(await ruleOf(resolve(zone, 'a.example.org'))).toBe('single-label-name')
})

test('a name means the same addresses for the whole run, whatever the resolver says later', async () => {
  const turns = { inTurn: [[a('a.example.org', '9.9.9.9')], [a('a.example.org', '127.0.0.1')]] }
  const server = await resolver({ 'a.example.org': turns })
  const door = labDoor({ dnsServers: [server], allow: [] })
  const [first, second] = await Promise.all([door.resolve('a.example.org'), door.resolve('a.example.org')])
  expect([first.addresses, second.addresses]).toEqual([['9.9.9.9'], ['9.9.9.9']])
  expect((await door.resolve('a.example.org')).addresses).toEqual(['9.9.9.9'])
  expect(server.questions).toHaveLength(2)
  // The next run asks anew, and checks anew.
  const next = labDoor({ dnsServers: [server], allow: [] })
  expect(await ruleOf(next.resolve('a.example.org'))).toBe('loopback')
})

test('what the spelling refuses is asked of nobody', async () => {
  const server = await resolver({})
  const door = labDoor({ dnsServers: [server], allow: [] })
  const hosts = ['127.0.0.1', '[::1]', '0x7f.1', 'localhost', 'db.internal', 'redis', 'a..b', '2130706433', '10.0.0.1']
  const rules = await Promise.all(hosts.map((host) => ruleOf(door.resolve(host))))
  expect(rules).not.toContain('allowed')
  expect(server.questions).toEqual([])
})

test('with SCAN_ALLOW a special name is asked for, and has to lead into it', async () => {
  const zone = { 'db.internal': [a('db.internal', '127.0.0.5')], 'x.internal': [a('x.internal', '9.9.9.9')], redis: [] }
  expect((await resolve(zone, 'db.internal', ['127.0.0.0/8'])).addresses).toEqual(['127.0.0.5'])
  expect(await ruleOf(resolve(zone, 'x.internal', ['127.0.0.0/8']))).toBe('special-use-name')
  expect((await resolve(zone, 'redis', ['127.0.0.0/8'])).addresses).toEqual([])
})

test('an address is its own answer', async () => {
  expect(await labDoor().resolve('[0:0:0:0:0:0:0:1]')).toEqual({ addresses: ['::1'], answers: null })
})

test('the WHOIS server that the operator named may have any name and address', async () => {
  const server = await resolver({ whois: [a('whois', '127.0.0.9')] })
  const door = labDoor({ allow: [], dnsServers: [server], whoisServer: { host: 'whois', port: 4343 } })
  expect((await door.resolve('whois')).addresses).toEqual(['127.0.0.9'])
  expect((await door.connect('127.0.0.9', 4343, { timeoutMillis: 1000 })).status).toBe('refused')
  expect(await door.connect('127.0.0.9', 4344, { timeoutMillis: 1000 })).toMatchObject({ rule: 'loopback' })
})

test('a resolver that never answers is waited for no longer than the run', async () => {
  const over = new AbortController()
  const server = await resolver({ 'a.example.org': 'silence' })
  const resolving = labDoor({ dnsServers: [server], signal: over.signal }).resolve('a.example.org')
  await expect.poll(() => server.questions.length).toBe(2)
  over.abort()
  expect((await resolving).addresses).toEqual([])
})
