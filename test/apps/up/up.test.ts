import { once } from 'node:events'
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { findInstance } from '#apps/up/instance.ts'
import { keyIn, makeFolder, type RunningPortlight, startPortlight } from '../../support/portlight.ts'

// Whole starts and stops of real processes: on a machine that does much else they take their time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const isReady = /Ctrl-C stops all of it/
const settings = { SCAN_ALLOW: '127.0.0.0/8', DNS_SERVERS: '127.0.0.1:9' }
const folders = new Set<string>()
const running = new Set<RunningPortlight>()

async function start(more: Record<string, string> = {}): Promise<RunningPortlight> {
  const portlight = await startPortlight({ ...settings, ...more })
  folders.add(dirname(portlight.dataDir))
  running.add(portlight)
  return portlight
}

afterAll(async () => {
  await Promise.all([...running].map((portlight) => portlight.stop()))
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

const pidsOf = (portlight: RunningPortlight, command: RegExp) =>
  portlight.processes().flatMap((found) => (command.test(found.command) ? [found.pid] : []))

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((settle) => setTimeout(settle, 25))
}

const answers = async (portlight: RunningPortlight) =>
  (await portlight.get('/readyz').catch(() => undefined))?.status === 200

describe('an instance that runs', () => {
  let portlight: RunningPortlight
  beforeAll(async () => {
    portlight = await start()
    await portlight.untilSays(isReady)
  })

  test('is ready, and its first start says all that a person needs', async () => {
    const { dataDir, url } = portlight
    expect((await portlight.get('/readyz')).status).toBe(200)
    expect(statSync(join(dataDir, 'api-key')).mode & 0o777).toBe(0o600)
    const output = portlight.output()
    expect(output).toContain(`ready at ${url.replace('127.0.0.1', 'localhost')}\n`)
    expect(output.split(keyIn(dataDir))).toHaveLength(2)
    expect(output).toContain(dataDir)
    expect(output).toMatch(/curl http:.*\/v1\/scans/)
    expect(output).toContain('127.0.0.0/8')
  })

  test('is found by its data directory, with the key that opens it', async () => {
    const found = await findInstance(portlight.dataDir)
    expect(found).toMatchObject({ url: portlight.url, apiKey: keyIn(portlight.dataDir) })
    expect((await portlight.get('/v1/scans')).status).toBe(200)
  })

  test('keeps a second one from starting, which says so in one sentence', async () => {
    const second = await start({ DATA_DIR: portlight.dataDir })
    expect(await second.exited).not.toBe(0)
    expect(second.output()).toMatch(/^Portlight already runs at http:\/\/localhost:\d+, .*\.\n$/)
    expect(second.output()).toContain(portlight.url.replace('127.0.0.1', 'localhost'))
    expect(await answers(portlight)).toBe(true)
  })

  test.for([
    ['Worker 1', /workers\/main\.ts/],
    ['API', /apps\/api\/main\.ts/],
    ['Postgres', /bin\/postgres -D/],
  ] as const)('starts a killed %s again, and says so in one line', async ([name, command]) => {
    const [killed] = pidsOf(portlight, command)
    process.kill(killed ?? 0, 'SIGKILL')
    await portlight.untilSays(new RegExp(`^${name} ended .* started again in 0\\.5 s\\.$`, 'm'))
    await until(() => pidsOf(portlight, command).some((pid) => pid !== killed))
    await until(() => answers(portlight))
    await until(async () => (await portlight.get('/v1/scans')).status === 200)
  })

  test('writes logs into its data directory, without the key', async () => {
    for (const name of ['api', 'worker-1', 'up', 'postgres'])
      expect(statSync(join(portlight.dataDir, `logs/${name}.log`)).size).toBeGreaterThan(0)
    const lines = readFileSync(join(portlight.dataDir, 'logs/up.log'), 'utf8')
    expect(() =>
      lines
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).not.toThrow()
    expect(lines).not.toContain(keyIn(portlight.dataDir))
  })
})

test('SIGTERM to npm leaves no process behind, the next start has the same data, and neither Ctrl-C nor a bad setting leaves one', async () => {
  const first = await start()
  await first.untilSays(isReady)
  const submitted = await fetch(`${first.url}/v1/scans`, {
    method: 'POST',
    headers: { authorization: `Bearer ${keyIn(first.dataDir)}`, 'content-type': 'application/json' },
    body: JSON.stringify({ target: '127.0.0.1', scanners: { ports: { ports: [1] } } }),
  })
  expect(submitted.status).toBe(202)
  expect(first.processes().length).toBeGreaterThan(4)
  process.kill(first.npmPid, 'SIGTERM')
  await first.exited
  expect(first.processes()).toEqual([])

  const second = await start({ DATA_DIR: first.dataDir })
  await second.untilSays(isReady)
  const location = submitted.headers.get('location') ?? ''
  expect((await second.get(new URL(location, second.url).pathname)).status).toBe(200)
  expect(second.output()).not.toContain(keyIn(first.dataDir))
  expect(second.output()).toContain(join(first.dataDir, 'api-key'))
  process.kill(-second.npmPid, 'SIGINT')
  await second.exited
  expect(second.processes()).toEqual([])

  const third = await start({ DATA_DIR: first.dataDir, LEASE: 'long' })
  expect(await third.exited).not.toBe(0)
  await until(() => third.processes().length === 0)
})

test('who asks a second time is not kept waiting by a process that does not drain', async () => {
  const portlight = await start({ DRAIN_SECONDS: '600' })
  await portlight.untilSays(isReady)
  await until(() => pidsOf(portlight, /workers\/main\.ts/).length === 1)
  for (const pid of pidsOf(portlight, /workers\/main\.ts/)) process.kill(pid, 'SIGSTOP')
  process.kill(-portlight.npmPid, 'SIGINT')
  await portlight.untilSays(/^Stopping/m)
  const asked = performance.now()
  // Within a second it would count as the same one: npm passes on what the terminal sent already.
  await until(() => performance.now() - asked > 1100)
  process.kill(-portlight.npmPid, 'SIGINT')
  await portlight.exited
  expect(portlight.processes()).toEqual([])
})

test('when the supervisor is killed its processes leave by themselves, and the next start goes on with its Postgres', async () => {
  const first = await start()
  await first.untilSays(isReady)
  const instance = await findInstance(first.dataDir)
  const [postgres] = pidsOf(first, /bin\/postgres -D/)
  process.kill(instance?.pid ?? 0, 'SIGKILL')
  await until(() => pidsOf(first, /(api|workers)\/main\.ts/).length === 0)
  expect(await findInstance(first.dataDir)).toBeNull()

  const second = await start({ DATA_DIR: first.dataDir })
  await second.untilSays(isReady)
  expect(pidsOf(second, /bin\/postgres -D/)).toEqual([postgres])
  await second.stop()
  expect(second.processes()).toEqual([])
})

test('a taken port is one sentence that names PORT', async () => {
  const stranger = createServer().listen(0, '127.0.0.1')
  await once(stranger, 'listening')
  try {
    const { port } = stranger.address() as AddressInfo
    const portlight = await start({ PORT: String(port) })
    expect(await portlight.exited).not.toBe(0)
    expect(portlight.output()).toMatch(new RegExp(`^PORT: ${port} is taken .*\\.\n$`))
    expect(portlight.processes()).toEqual([])
  } finally {
    stranger.close()
  }
})

test('bad settings are all named at once, and nothing is touched', async () => {
  const portlight = await start({ PORT: 'eighty', LEASE: '-1', SCAN_ALLOW: 'everything' })
  expect(await portlight.exited).not.toBe(0)
  expect(portlight.output()).toMatch(/^[^\n]*PORT[^\n]*\n$/)
  for (const name of ['PORT', 'LEASE', 'SCAN_ALLOW']) expect(portlight.output()).toContain(name)
  expect(existsSync(portlight.dataDir)).toBe(false)
})

test('a data directory that cannot be written to is one sentence that names DATA_DIR', async () => {
  const folder = makeFolder()
  folders.add(folder)
  const portlight = await startPortlight({ DATA_DIR: '/dev/null/data' })
  expect(await portlight.exited).not.toBe(0)
  expect(portlight.output()).toMatch(/^DATA_DIR: cannot write to \/dev\/null\/data \(\w+\)\.\n$/)
})
