import { createServer, createSecureContext } from 'node:tls'
import { afterAll, expect, test } from 'vitest'
import type { Observation } from '#db/model/finding.ts'
import type { Target } from '#db/model/target.ts'
import { judge } from '#workers/findings/judge.ts'
import type { NetworkDoor, Resolution } from '#workers/network/door.ts'
import { type Outcome, runScanner } from '#workers/scanners/run.ts'
import type { AnyScanner } from '#workers/scanners/scanner.ts'
import { tls } from '#workers/scanners/tls/index.ts'
import { notTested } from '#workers/scanners/tls/count-coverage.ts'
import type { TlsResult } from '#workers/scanners/tls/schema.ts'
import { labDoor } from '../../../support/lab-door.ts'
import { scriptedNetwork } from '../../../support/scripted-network.ts'
import { daysFromNow, mint } from '../../../lab/certificates.ts'
import { mintHostile } from '../../../lab/tls-hostile-certificates.ts'
import { listen, type Listener, oddServers } from '../../../lab/tls-odd-servers.ts'
import { type LabServer, serverOptions, startTlsLab } from '../../../lab/tls.ts'
import { provedPace } from '#workers/network/turns.ts'

const name = 'good.lab.example'
const lab = await startTlsLab({ names: [name] })
const root = mint({ subject: 'Extra root', ca: {} })
const intermediate = mint({ subject: 'Extra intermediate', issuer: root, ca: {} })
const extra: Listener[] = []
afterAll(async () => {
  await Promise.all([lab, ...extra].map((one) => one.close()))
})

const loopback: Target = { kind: 'address', canonical: '127.0.0.1', display: '127.0.0.1' }
const named: Target = { kind: 'name', canonical: name, display: name }
const scanner = tls as unknown as AnyScanner

interface Run {
  readonly target?: Target
  readonly options: object
  readonly signal?: AbortSignal
  /** What the name resolves to. */
  readonly addresses?: readonly string[]
  readonly rootPem?: string
  readonly own?: readonly { address: string; port: number }[]
}

async function run({
  target = loopback,
  options,
  signal = new AbortController().signal,
  addresses,
  rootPem = lab.rootPem,
  own = [],
}: Run) {
  const progress: string[] = []
  const openDoor = (signal: AbortSignal): NetworkDoor => {
    const door = labDoor({ extraRoots: rootPem, signal, own })
    return scriptedNetwork({
      roots: [rootPem], // Reading all the public ones for every test would take longer than the tests.
      resolve: async (host) => (addresses === undefined ? door.resolve(host) : resolved(addresses)),
      connect: (...dial) => door.connect(...dial),
    })
  }
  const outcome = await runScanner(scanner, target, options, {
    openDoor,
    pace: provedPace,
    signal,
    now: new Date(),
    progress: ({ done, total }) => progress.push(`${done}/${total}`),
  })
  return { outcome, progress, ...factsOf(outcome) }
}

const resolved = (addresses: readonly string[]): Resolution => ({
  addresses,
  answers: { A: 'NOERROR', AAAA: 'NODATA' },
})

function factsOf(outcome: Outcome) {
  const stored = 'result' in outcome ? (outcome.result as TlsResult) : null
  const judgements = stored === null ? [] : judge(scanner, stored, new Date())
  const present = judgements.filter(({ verdict }) => verdict === 'present')
  return { result: stored, judgements, present: present.map(label) }
}

/** `rule`, and the version where there is one. */
const label = ({ rule, subject }: Observation & { rule: string }) => [rule, ...subject.split(' ').slice(1)].join(' ')

const server = (key: string): LabServer => {
  const found = lab.servers[key]
  if (found === undefined) throw new Error(`the lab has no ${key}`)
  return found
}
const optionsFor = ({ port, starttls }: LabServer) => ({ port, starttls })

const extraServer = async (...args: Parameters<typeof listen>) => {
  const listener = await listen(...args)
  extra.push(listener)
  return listener
}

for (const [key, planted] of Object.entries(lab.servers).filter(([, { findings }]) => findings !== null)) {
  test(`${key}: exactly what was planted is found, and nothing is left unknown`, async () => {
    const { outcome, present, judgements } = await run({ options: optionsFor(planted) })
    expect(outcome.status).toBe('completed')
    expect(present).toEqual(planted.findings)
    expect(judgements.filter(({ verdict }) => verdict === 'unknown')).toEqual([])
  })
}

test.for(['http', 'ssh', 'garbage', 'closing', 'resetting', 'smtpWithoutTls'])(
  '%s is no TLS server, and no clean bill',
  async (key) => {
    const { outcome } = await run({ options: optionsFor(server(key)) })
    expect(outcome).toMatchObject({ status: 'failed', reason: 'protocol-error' })
  },
)

test('TLS records without a handshake leave everything unknown', async () => {
  const { outcome, judgements } = await run({ options: optionsFor(server('records')) })
  expect(outcome).toMatchObject({ status: 'inconclusive', reason: 'no-handshake' })
  expect(new Set(judgements.map(({ verdict }) => verdict))).toEqual(new Set(['unknown']))
})

test('a closed port ends the run as unreachable', async () => {
  const gone = await listen(oddServers.tarpit())
  await gone.close()
  expect((await run({ options: { port: gone.port } })).outcome).toMatchObject({
    status: 'failed',
    reason: 'unreachable',
  })
})

test('our own socket is never dialled', async () => {
  const { port, connections } = server('good')
  const before = connections()
  const { outcome } = await run({ options: { port }, own: [{ address: '127.0.0.1', port }] })
  expect(outcome).toMatchObject({ status: 'refused', reason: 'own-socket' })
  expect(connections()).toBe(before)
})

test('a run that is ended while a server stays silent answers at once, and says what was not asked', async () => {
  const ended = new AbortController()
  const tarpit = await extraServer(oddServers.tarpit().on('connection', () => ended.abort()))
  const began = performance.now()
  const { result, judgements, outcome } = await run({ options: { port: tarpit.port }, signal: ended.signal })
  expect(performance.now() - began).toBeLessThan(3000)
  expect(result?.addresses).toMatchObject([{ outcome: 'not-asked', detail: 'ECANCELED' }])
  expect(judgements).toEqual([])
  expect(outcome).toMatchObject({
    coverage: {
      asked: 0,
      leftOut: expect.arrayContaining([{ what: `TLS at 127.0.0.1:${tarpit.port}`, reason: 'deadline' }]),
    },
  })
})

test('a name is asked for by its name, at every address it has', async () => {
  const asked: unknown[] = []
  const context = createSecureContext(serverOptions({ chain: planted().chain }))
  const tlsServer = () =>
    createServer({
      ...serverOptions({ chain: planted().chain }),
      SNICallback: (name, done) => {
        asked.push(name)
        done(null, context)
      },
    })
  const first = await extraServer(tlsServer(), '127.0.0.2')
  await extraServer(tlsServer(), '127.0.0.3', first.port)
  const { result, outcome, progress } = await run({
    target: named,
    options: { port: first.port },
    addresses: ['127.0.0.4', '127.0.0.3', '127.0.0.2'],
  })
  expect(outcome.status).toBe('completed')
  expect(result?.addresses.map(({ address, outcome }) => [address, outcome])).toEqual([
    ['127.0.0.2', 'handshake'],
    ['127.0.0.3', 'handshake'],
    ['127.0.0.4', 'refused'],
  ])
  expect(new Set(asked)).toEqual(new Set([name]))
  expect(progress.at(-1)).toBe('12/12')
})

test('what one address shows is found at that address alone, and a closed one is not judged', async () => {
  const good = await extraServer(createServer(serverOptions({ chain: planted().chain })), '127.0.0.2')
  await extraServer(
    createServer(serverOptions({ chain: planted({ notAfter: daysFromNow(-1) }).chain })),
    '127.0.0.3',
    good.port,
  )
  const { judgements, outcome } = await run({
    target: named,
    rootPem: planted().rootPem,
    options: { port: good.port },
    addresses: ['127.0.0.2', '127.0.0.3', '127.0.0.4'],
  })
  const expired = judgements.filter(({ rule }) => rule === 'tls/certificate-expired')
  expect(expired.map(({ address, verdict }) => [address, verdict])).toEqual([
    ['127.0.0.2', 'absent'],
    ['127.0.0.3', 'present'],
  ])
  expect(outcome).toMatchObject({
    coverage: {
      asked: 8,
      answered: 8,
      silent: 0,
      leftOut: expect.arrayContaining([{ what: `TLS at 127.0.0.4:${good.port}`, reason: 'refused' }]),
    },
  })
})

test('an address beside a good one that speaks no TLS leaves its own questions open', async () => {
  const good = await extraServer(createServer(serverOptions({ chain: planted().chain })), '127.0.0.2')
  await extraServer(oddServers.ssh(), '127.0.0.3', good.port)
  const { judgements } = await run({
    target: named,
    rootPem: planted().rootPem,
    options: { port: good.port },
    addresses: ['127.0.0.2', '127.0.0.3'],
  })
  const open = judgements.filter(({ address }) => address === '127.0.0.3')
  expect(open.length).toBeGreaterThan(10)
  expect(open.every(({ verdict, reason }) => verdict === 'unknown' && reason === 'not-tls')).toBe(true)
})

test('another name that is asked for has findings of its own', async () => {
  const { port } = server('good')
  const { result, present, judgements } = await run({ options: { port, serverName: 'Other.Example' } })
  expect(result).toMatchObject({ serverName: 'other.example', referenceIdentity: 'other.example' })
  expect(present).toEqual(['tls/certificate-wrong-name other.example'])
  expect(judgements.every(({ subject }) => subject.startsWith(`${port}/tcp other.example`))).toBe(true)
})

test('a server that drops every other connection is known for what it speaks', async () => {
  let connections = 0
  const flaky = createServer(serverOptions({ chain: planted().chain }))
  flaky.prependListener('connection', (socket) => {
    if (connections++ % 2 === 0) socket.destroy()
  })
  const { port } = await extraServer(flaky)
  const { result, present } = await run({ rootPem: planted().rootPem, options: { port } })
  expect(result?.addresses[0]?.protocols.map(({ state }) => state)).toEqual([
    'accepted',
    'accepted',
    'rejected',
    'rejected',
  ])
  expect(present).toEqual([])
})

test("the door's own roots serve as they are", async () => {
  const { port } = server('good')
  const openDoor = (signal: AbortSignal) => labDoor({ extraRoots: lab.rootPem, signal })
  const { signal } = new AbortController()
  const outcome = await runScanner(
    scanner,
    loopback,
    { port },
    { openDoor, pace: provedPace, signal, now: new Date(), progress: () => {} },
  )
  expect(factsOf(outcome)).toMatchObject({ present: [], result: { addresses: [{ chains: [{ trustProblem: null }] }] } })
})

test('what is not tested is said with every result', async () => {
  const { outcome } = await run({ options: optionsFor(server('good')) })
  expect(outcome).toHaveProperty(
    'coverage.leftOut',
    notTested.map((what) => ({ what, reason: 'not-supported' })),
  )
  expect(outcome).toMatchObject({ coverage: { unit: 'handshakes', asked: 4, answered: 4, silent: 0, unanswered: [] } })
})

test('no certificate that a server can be made to send breaks a scan', async () => {
  const { root, chains } = mintHostile()
  const served = Object.entries(chains).flatMap(([key, { chain }]) => {
    try {
      return [{ key, server: createServer(serverOptions({ chain })) }]
    } catch {
      return [] // OpenSSL itself does not take it, as a server.
    }
  })
  expect(served.length).toBeGreaterThan(30)
  const ends = await Promise.all(
    served.map(async ({ key, server }) => {
      const { port } = await extraServer(server)
      const { outcome } = await run({
        target: named,
        addresses: ['127.0.0.1'],
        rootPem: root.pem,
        options: { port, serverName: 'good.example' },
      })
      return [key, outcome.status]
    }),
  )
  expect(ends.filter(([, status]) => status !== 'completed' && status !== 'inconclusive')).toEqual([])
})

/** A chain of two below a root of its own. */
function planted(spec: Partial<Parameters<typeof mint>[0]> = {}) {
  return {
    chain: [mint({ subject: name, issuer: intermediate, names: [name, '127.0.0.1'], ...spec }), intermediate],
    rootPem: root.pem,
  }
}
