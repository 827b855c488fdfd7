import { once } from 'node:events'
import { mkdtempSync, readFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { freePort } from '#apps/up/free-port.ts'
import { startDnsLab } from '#test/lab/dns.ts'
import { goodServers, resolverAddress } from '#test/lab/dns-world.ts'
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts'
import { type OwnProcess, startProcess, untilReady } from '#test/support/processes.ts'

vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 })

/** Takes every connection and says nothing, until it is told to greet. */
async function startTarpit() {
  const open = new Set<Socket>()
  let isGreeting = false
  const server = createServer((socket) => {
    open.add(socket)
    socket.on('error', () => {}).on('close', () => open.delete(socket))
    if (isGreeting) socket.end('220 lab FTP server ready\r\n')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    open: () => open.size,
    greet: () => {
      isGreeting = true
      for (const socket of open) socket.end('220 lab FTP server ready\r\n')
    },
    hush: () => void (isGreeting = false),
    close: () => server.close(),
  }
}

const tarpit = await startTarpit()
// The owner's zone, to which the proof is added when its token is known.
const zone = [
  'shop.test SOA ns1.shop.test hostmaster.shop.test 1',
  'shop.test NS ns1.shop.test',
  `ns1.shop.test A ${goodServers[0]}`,
  'shop.test A 127.0.0.1',
]
const dns = await startDnsLab({
  zones: { 'shop.test': zone },
  servers: { [resolverAddress]: { zones: 'resolver' }, [goodServers[0]]: { zones: ['shop.test'] } },
})
let database: TestDatabase
let nodes: { url: string; process: OwnProcess }[]
let worker: OwnProcess
let key: string

beforeAll(async () => {
  database = await createTestDatabase()
  const dataDir = mkdtempSync(join(tmpdir(), 'portlight-journey-4-'))
  const settings = {
    DATABASE_URL: database.url,
    DATA_DIR: dataDir,
    SCAN_ALLOW: '127.0.0.0/8',
    DNS_SERVERS: `${dns.resolver.address}:${dns.resolver.port}`,
  }
  expect(await startProcess('apps/migrate/main.ts', settings).ended).toBe(0)
  const start = async () => {
    const port = String(await freePort())
    return { url: `http://127.0.0.1:${port}`, process: startProcess('apps/api/main.ts', { ...settings, PORT: port }) }
  }
  nodes = [await start(), await start()]
  worker = startProcess('workers/main.ts', settings)
  for (const { url, process } of nodes) await untilReady(`${url}/readyz`, process)
  key = readFileSync(join(dataDir, 'api-key'), 'utf8').trim()
})
afterAll(async () => {
  await Promise.all([...nodes.map(({ process }) => process), worker].map((one) => one.stop()))
  await database.drop()
  tarpit.close()
  await dns.close()
})

const send = (node: 0 | 1, method: string, path: string, body?: object) =>
  fetch(nodes[node]!.url + path, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
const json = async <Body>(answer: Promise<Response>) => (await (await answer).json()) as Body
interface Scan {
  readonly id: string
  readonly status: string
  readonly runs: readonly {
    readonly scanner: string
    readonly status: string
    readonly reason: string | null
    readonly detail: string | null
  }[]
}
const submit = async (target: string): Promise<string> =>
  (await json<Scan>(send(0, 'POST', '/v1/scans', { target, scanners: { ports: { ports: [tarpit.port] } } }))).id
const read = (id: string) => json<Scan>(send(0, 'GET', `/v1/scans/${id}`))

test('a scan that hangs is cancelled at another node, and is cancelled only once its last socket is closed', async () => {
  const id = await submit('127.0.0.1')
  await expect.poll(() => tarpit.open(), { timeout: 20_000 }).toBe(1)
  const asked = performance.now()
  expect((await send(1, 'DELETE', `/v1/scans/${id}`)).status).toBeLessThan(300)
  let openWhenCancelled = Infinity
  await expect
    .poll(
      async () => {
        const { status } = await read(id)
        if (status === 'cancelled') openWhenCancelled = Math.min(openWhenCancelled, tarpit.open())
        return status
      },
      { timeout: 20_000, interval: 10 },
    )
    .toBe('cancelled')
  expect(openWhenCancelled).toBe(0)
  expect(performance.now() - asked).toBeLessThan(20_000)
  expect(await read(id)).toMatchObject({ runs: [{ status: 'cancelled' }] })
})

test('a window that opens in the middle lets a scan rest, and it goes on when the window is over', async () => {
  const made = await json<{ id: string }>(send(0, 'POST', '/v1/targets', { target: '127.0.0.1' }))
  const id = await submit('127.0.0.1')
  await expect.poll(() => tarpit.open(), { timeout: 20_000 }).toBe(1)
  const now = Date.now()
  const window = {
    name: 'freeze',
    startsAt: new Date(now).toISOString(),
    endsAt: new Date(now + 600_000).toISOString(),
    running: 'pause',
    targetId: made.id,
  }
  const blackout = await json<{ id: string }>(send(1, 'POST', '/v1/blackouts', window))
  await expect.poll(() => tarpit.open(), { timeout: 20_000 }).toBe(0)
  expect(await read(id)).toMatchObject({ status: 'queued' })
  tarpit.greet()
  expect((await send(1, 'DELETE', `/v1/blackouts/${blackout.id}`)).status).toBe(204)
  await expect.poll(async () => (await read(id)).status, { timeout: 40_000 }).toBe('completed')
  expect(await read(id)).toMatchObject({ runs: [{ status: 'completed' }] })
})

test('an owner who shows that the name is his is left alone: later scans are refused, schedules pass it over, and who watches it is told', async () => {
  const made = await json<{ id: string }>(send(0, 'POST', '/v1/targets', { target: 'shop.test' }))
  const before = await submit('shop.test')
  await expect.poll(async () => (await read(before)).status, { timeout: 40_000 }).toBe('completed')
  const form = (path: string, fields: Record<string, string>) =>
    fetch(nodes[1]!.url + path, {
      method: 'POST',
      body: new URLSearchParams(fields),
      redirect: 'manual',
      headers: { 'sec-fetch-site': 'same-origin' },
    })
  const asked = await form('/opt-out', { host: 'shop.test' })
  expect(asked.status).toBe(303)
  const place = asked.headers.get('location')!
  const [, token] = /token=([0-9a-f]+)/.exec(await (await fetch(nodes[1]!.url + place)).text())!
  zone.push(`_portlight-optout.shop.test TXT token=${token}`)
  await form(place, {})
  await expect
    .poll(async () => (await fetch(nodes[1]!.url + place)).text(), { timeout: 20_000 })
    .toContain('Nothing here touches shop.test any more')

  const refusedBy = async () => {
    const answer = await send(0, 'POST', '/v1/scans', { target: 'shop.test' })
    return ((await answer.json()) as { code?: string }).code
  }
  await expect.poll(refusedBy, { timeout: 20_000 }).toBe('opted-out')
  const { alerts } = await json<{
    alerts: { target: { canonical: string }; changes: { news: string; title: string }[] }[]
  }>(send(0, 'GET', '/v1/alerts'))
  expect(alerts.find(({ target }) => target.canonical === 'shop.test')?.changes).toMatchObject([
    { news: 'No longer scanned', title: 'Its owner asked not to be scanned' },
  ])
  const schedule = await json<{ id: string }>(
    send(0, 'POST', '/v1/schedules', { everySeconds: 3600, targets: { ids: [made.id] } }),
  )
  await database.db.updateTable('schedules').set({ next_at: new Date() }).where('id', '=', schedule.id).execute()
  const runs = () =>
    json<{ runs: { status: string; scans: { reason: string | null }[] }[] }>(
      send(0, 'GET', `/v1/schedules/${schedule.id}/runs`),
    )
  await expect.poll(async () => (await runs()).runs[0]?.scans[0]?.reason, { timeout: 20_000 }).toBe('opted-out')
})
