import { expect, test } from 'vitest'
import type { Progress } from '#db/model/scan.ts'
import { parseTarget } from '#db/model/target.ts'
import { NotAllowed, type ConnectOutcome, type NetworkDoor } from '#workers/network/door.ts'
import { ports } from '#workers/scanners/ports/index.ts'
import { longestMillis } from '#workers/scanners/ports/scan.ts'
import { options, type PortsResult } from '#workers/scanners/ports/schema.ts'
import { runScanner } from '#workers/scanners/run.ts'
import { scriptedAddress, scriptedConnection, scriptedNetwork } from '#test/support/scripted-network.ts'
import { provedPace } from '#workers/network/turns.ts'

const open = (banner = ''): ConnectOutcome => ({
  status: 'connected',
  connection: scriptedConnection(banner === '' ? [] : [banner]),
  roundTripMillis: 1,
})
const closed: ConnectOutcome = { status: 'refused', roundTripMillis: 1 }
const silent: ConnectOutcome = { status: 'silent' }

interface Setup extends Partial<NetworkDoor> {
  readonly answer?: (port: number, address: string) => ConnectOutcome
  readonly signal?: AbortSignal
}

async function run(asked: unknown, { answer = () => closed, signal, ...script }: Setup) {
  const network = scriptedNetwork({ connect: async (address, port) => answer(port, address), ...script })
  const progress: Progress[] = []
  const outcome = await runScanner(ports, parseTarget('example.org'), asked, {
    openDoor: () => network,
    pace: provedPace,
    signal: signal ?? new AbortController().signal,
    now: new Date(0),
    progress: (made) => void progress.push(made),
  })
  return { outcome, progress }
}

const resultOf = ({ outcome }: Awaited<ReturnType<typeof run>>) => (outcome as { result: PortsResult }).result

test('states stand as ranges, and what was heard at the open ports beside them', async () => {
  const seen = await run(
    { ports: '20-25,80' },
    { answer: (port) => ({ 22: open('SSH-2.0-x\r\n'), 80: open(), 23: silent })[port] ?? closed },
  )
  expect(seen.outcome).toMatchObject({
    status: 'completed',
    coverage: { unit: 'ports', asked: 7, answered: 6, silent: 1 },
  })
  expect(resultOf(seen)).toEqual({
    addresses: [
      {
        address: scriptedAddress,
        open: '22,80',
        closed: '20-21,24-25',
        filtered: '23',
        services: [
          { port: 22, service: 'ssh', guessedFrom: 'banner', banner: 'SSH-2.0-x\r\n' },
          { port: 80, service: 'http', guessedFrom: 'port', banner: null },
        ],
      },
    ],
  })
})

test('every address of a name is asked, and they come in one order however the name server turns them', async () => {
  const resolve = async () => ({
    addresses: ['192.0.2.20', '2001:db8::1', '192.0.2.10'],
    answers: { A: 'NOERROR', AAAA: 'NOERROR' } as const,
  })
  const seen = await run(
    { ports: [80] },
    { resolve, answer: (_port, address) => (address === '2001:db8::1' ? open() : closed) },
  )
  expect(resultOf(seen).addresses.map(({ address, open }) => [address, open])).toEqual([
    ['192.0.2.10', ''],
    ['192.0.2.20', ''],
    ['2001:db8::1', '80'],
  ])
})

test('progress counts ports at every address, up to the last one', async () => {
  const { progress } = await run({ ports: '1-50' }, {})
  expect(progress.map(({ done }) => done)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1))
  expect(new Set(progress.map(({ total }) => total))).toEqual(new Set([50]))
})

test('a host where nothing answered gets no clean bill, but its silent ports', async () => {
  const seen = await run({ ports: [80, 443] }, { answer: () => silent })
  expect(seen.outcome).toMatchObject({ status: 'inconclusive', reason: 'no-answer' })
  expect(resultOf(seen).addresses[0]).toMatchObject({ open: '', closed: '', filtered: '80,443' })
})

test('where our own machine kept us from asking, nothing is said of the host', async () => {
  const seen = await run({ ports: [80, 443] }, { answer: () => ({ status: 'not-asked', errno: 'ENETUNREACH' }) })
  expect(seen.outcome).toMatchObject({
    status: 'inconclusive',
    reason: 'ENETUNREACH',
    coverage: { asked: 0, leftOut: [{ what: `80,443/tcp at ${scriptedAddress}`, reason: 'ENETUNREACH' }] },
  })
})

test('our own sockets are not dialled and stand in the coverage', async () => {
  const seen = await run(
    { ports: [80, 5432] },
    { answer: (port) => (port === 5432 ? { status: 'not-allowed', rule: 'own-socket' } : closed) },
  )
  expect(seen.outcome).toMatchObject({
    status: 'completed',
    coverage: { asked: 1, leftOut: [{ what: `5432/tcp at ${scriptedAddress}`, reason: 'own-socket' }] },
  })
})

test('what was known when somebody ended it is kept, and the rest is named', async () => {
  const aborter = new AbortController()
  let asked = 0
  const seen = await run(
    {},
    {
      signal: aborter.signal,
      answer: () => {
        asked += 1
        if (asked === 100) aborter.abort()
        return closed
      },
    },
  )
  expect(resultOf(seen).addresses[0]!.closed).not.toBe('')
  const { coverage } = seen.outcome as { coverage: { asked: number; leftOut: { reason: string }[] } }
  expect(coverage.asked).toBeGreaterThan(90)
  expect(coverage.asked).toBeLessThan(1000)
  expect(new Set(coverage.leftOut.map(({ reason }) => reason))).toEqual(new Set(['deadline']))
})

test('every connection that was opened is closed again', async () => {
  let opened = 0
  let ended = 0
  const connection = () => ({ ...scriptedConnection(), close: () => void (ended += 1) })
  await run(
    { ports: '1-300' },
    {
      answer: () => {
        opened += 1
        return { status: 'connected', connection: connection(), roundTripMillis: 1 }
      },
    },
  )
  expect(opened).toBeGreaterThanOrEqual(300)
  expect(ended).toBe(opened)
})

test('a host that opens everything is listed up to 512 greetings, with every state, and the rest is said', async () => {
  const seen = await run({ ports: '1-2000' }, { answer: () => open('x'.repeat(5000)) })
  const [address] = resultOf(seen).addresses
  expect(address!.open).toBe('1-2000')
  expect(address!.services).toHaveLength(512)
  expect(address!.services.every(({ banner }) => banner?.length === 512)).toBe(true)
  const { coverage } = seen.outcome as { coverage: { leftOut: { reason: string }[] } }
  expect(coverage.leftOut[0]).toMatchObject({ reason: 'too-many-open-ports' })
})

test('a refused name is refused, and nobody is asked', async () => {
  const resolve = () => Promise.reject(new NotAllowed('private-address', 'no'))
  const seen = await run({ ports: [80] }, { resolve, connect: () => Promise.reject(new Error('asked')) })
  expect(seen.outcome).toMatchObject({ status: 'refused', reason: 'private-address' })
})

test('a name without an address fails with the reason', async () => {
  const resolve = async () => ({ addresses: [], answers: { A: 'NXDOMAIN', AAAA: 'NXDOMAIN' } as const })
  expect((await run({}, { resolve })).outcome).toMatchObject({ status: 'failed', reason: 'name-not-found' })
})

test('the promised time has room for every question at the polite pace', () => {
  const timeFor = (ports: string) => longestMillis(options.parse({ ports }), provedPace)
  expect(timeFor('80')).toBeGreaterThan(20_000)
  // 65,535 ports, each silent 4 times for a second, 256 at a time.
  expect(timeFor('1-65535')).toBeGreaterThan((65_535 * 4 * 1000) / 256)
  expect(timeFor('top-1000')).toBeLessThan(120_000)
})
