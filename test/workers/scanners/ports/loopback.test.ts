import { existsSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseTarget } from '#db/model/target.ts'
import { ports } from '#workers/scanners/ports/index.ts'
import type { PortsResult } from '#workers/scanners/ports/schema.ts'
import { runScanner } from '#workers/scanners/run.ts'
import { type PortsLab, startPortsLab } from '#test/lab/ports.ts'
import { labDoor, type LabDoorOptions } from '#test/support/lab-door.ts'
import { provedPace } from '#workers/network/turns.ts'

let lab: PortsLab
beforeAll(async () => {
  lab = await startPortsLab()
})
afterAll(() => lab.stop())

async function scan(asked: readonly number[], options: LabDoorOptions = {}) {
  const outcome = await runScanner(
    ports,
    parseTarget(lab.address),
    { ports: asked },
    {
      openDoor: (signal) => labDoor({ ...options, signal }),
      pace: provedPace,
      signal: new AbortController().signal,
      now: new Date(),
      progress: () => {},
    },
  )
  if (!('result' in outcome)) throw new Error(`the scan ended ${outcome.status}: ${outcome.reason}`)
  const [seen] = (outcome.result as PortsResult).addresses
  return { outcome, seen: seen! }
}

test('open, closed and silent ports of a real host are told apart, and greetings are heard', async () => {
  const ssh = await lab.greeting('SSH-2.0-Lab\r\n')
  const { outcome, seen } = await scan([lab.quiet, lab.closed, lab.silent, ssh.port])
  expect(outcome).toMatchObject({ status: 'completed', coverage: { asked: 4, answered: 3, silent: 1, leftOut: [] } })
  expect(seen.open.split(',').map(Number)).toEqual([lab.quiet, ssh.port].sort((one, other) => one - other))
  expect(seen.closed).toBe(`${lab.closed}`)
  expect(seen.filtered).toBe(`${lab.silent}`)
  expect(seen.services.find(({ port }) => port === ssh.port)).toMatchObject({
    service: 'ssh',
    banner: 'SSH-2.0-Lab\r\n',
  })
  expect(seen.services.find(({ port }) => port === lab.quiet)).toMatchObject({ banner: null })
})

test('our own server is not dialled, and no state is made up for it', async () => {
  const own = await lab.greeting('SSH-2.0-Own\r\n')
  const { outcome, seen } = await scan([own.port, lab.closed], { own: [{ address: lab.address, port: own.port }] })
  expect(own.connections()).toBe(0)
  expect([seen.open, seen.closed, seen.filtered]).toEqual(['', `${lab.closed}`, ''])
  expect(outcome).toMatchObject({
    coverage: { asked: 1, leftOut: [{ what: `${own.port}/tcp at ${lab.address}`, reason: 'own-socket' }] },
  })
})

test('endless, binary and empty greetings are bounded and end', async () => {
  const flood = await lab.greeting(Buffer.alloc(4 * 1024 * 1024, 'A'))
  const binary = await lab.greeting(Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)))
  const { seen } = await scan([flood.port, binary.port])
  expect(new Set(seen.services.map(({ banner }) => banner?.length))).toEqual(new Set([256, 512]))
  expect(seen.services.every(({ banner }) => banner!.isWellFormed() && !banner!.includes('\0'))).toBe(true)
})

const corpus = new URL('../../../../../shared/corpus/hostile/banners.jsonl', import.meta.url)
const hasCorpus = existsSync(corpus)
if (!hasCorpus) console.log('skipped: no hostile corpus')

test.skipIf(!hasCorpus)(
  'hostile greetings are kept bounded and well-formed, and judged by nobody but the rules',
  async () => {
    const lines = readFileSync(corpus, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as HostileBanner)
    const open = await Promise.all(lines.map((line) => lab.greeting(bytesOf(line))))
    const { outcome, seen } = await scan(open.map(({ port }) => port))
    expect(outcome.status).toBe('completed')
    expect(seen.services).toHaveLength(lines.length)
    for (const { banner } of seen.services) {
      expect(banner!.length).toBeLessThanOrEqual(512)
      expect(banner!.isWellFormed()).toBe(true)
      expect(banner).not.toContain('\0')
    }
    expect(JSON.parse(JSON.stringify(outcome))).toEqual(outcome)
    for (const rule of ports.rules) rule.check({ addresses: [seen] }, new Date(0))
  },
)

interface HostileBanner {
  readonly bytes_b64: string | null
  readonly repeat?: { readonly unit_b64: string; readonly count: number }
}

function bytesOf({ bytes_b64, repeat }: HostileBanner): Buffer {
  if (!repeat) return Buffer.from(bytes_b64!, 'base64')
  const unit = Buffer.from(repeat.unit_b64, 'base64')
  return Buffer.alloc(unit.length * repeat.count, unit)
}
