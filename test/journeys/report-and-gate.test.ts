import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { freePort } from '#apps/up/free-port.ts'
import { startPortlight, type RunningPortlight } from '#test/support/portlight.ts'
import { cut, startReceiver, status, type WebhookReceiver } from '#test/support/webhook-receiver.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 90_000 })

const folder = mkdtempSync(join(tmpdir(), 'portlight-journey-10-'))
const open: Server[] = []
/** A service without encryption, which is a finding of medium severity. */
async function startFtp(port = 0): Promise<number> {
  const server = createServer((socket) => socket.on('error', () => {}).end('220 lab FTP server ready\r\n'))
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  open.push(server)
  return (server.address() as AddressInfo).port
}

let portlight: RunningPortlight
let receiver: WebhookReceiver
let key: string
const ports: number[] = []

beforeAll(async () => {
  receiver = await startReceiver()
  // Nobody listens at the second yet.
  ports.push(await startFtp(), await freePort())
  portlight = await startPortlight({
    SCAN_ALLOW: '127.0.0.0/8',
    OUTBOUND_ALLOW: '127.0.0.0/8',
    DNS_SERVERS: '127.0.0.1:9',
  })
  await portlight.untilSays(/Ctrl-C stops all of it/)
  const setUp = await cli('setup', '--email', 'ada@example.org', '--json')
  key = (JSON.parse(setUp.out) as { apiKey: string }).apiKey
})
afterAll(async () => {
  await portlight.stop()
  await receiver.close()
  for (const server of open) server.close()
  for (const path of [folder, dirname(portlight.dataDir)]) rmSync(path, { recursive: true, force: true })
})

/** The command line as a user has it, beside the running Portlight. */
const cli = (...words: string[]): Promise<{ code: number; out: string; err: string }> =>
  new Promise((resolve) => {
    execFile(
      process.execPath,
      ['apps/cli/main.ts', ...words],
      { env: { PATH: process.env['PATH']!, DATA_DIR: portlight.dataDir }, maxBuffer: 64 * 1024 * 1024 },
      (error, out, err) => resolve({ code: error === null ? 0 : (error.code as unknown as number), out, err }),
    )
  })
const send = async (method: string, path: string, body?: object) => {
  const answer = await fetch(portlight.url + path, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return { status: answer.status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> }
}
/** By the API, which no process has to be started for. */
const scanned = async () => {
  const body = { target: '127.0.0.1', scanners: { ports: { ports: [ports[0]] } } }
  const { id } = (await send('POST', '/v1/scans', body)).body as { id: string }
  await expect
    .poll(async () => (await send('GET', `/v1/scans/${id}`)).body['status'], { timeout: 30_000 })
    .toBe('completed')
}
const scan = (...more: string[]) =>
  cli('scan', '127.0.0.1', '--scanner', 'ports', '--ports', ports.join(','), '--fail-on', 'medium', ...more)

test('a pipeline fails for what is new, at the severity it was told, and for nothing else', async () => {
  await send('POST', '/v1/targets', { target: '127.0.0.1' })
  const first = await scan('--gate', 'new')
  expect(first.code).toBe(0)
  expect(first.err).toContain('There is no earlier scan of this host to compare with: nothing counts as new.')
  expect((await scan('--gate', 'new')).code).toBe(0)
  expect((await scan()).code).toBe(1)
  await startFtp(ports[1])
  const worse = await scan('--gate', 'new')
  expect(worse.code).toBe(1)
  expect(worse.err).toMatch(
    new RegExp(
      `New since scan .*\\nmedium: A protocol without encryption is offered \\(${ports[1]}/tcp at 127\\.0\\.0\\.1\\)`,
    ),
  )
  const untold = await cli('scan', 'nowhere.test', '--scanner', 'dns', '--gate', 'new')
  expect(untold.code).toBe(0)
  expect(untold.err).toContain('Some of it could not be told, which counts as nothing new.')
})

test('what stands open is a file in each format, and a signed record holds offline until a byte of it is changed', async () => {
  const formats = { html: '<!doctype html>', json: '{"version":1', csv: '"severity"', markdown: '# ', sarif: '{' }
  await Promise.all(
    Object.entries(formats).map(async ([format, begins]) => {
      const { code, out } = await cli('report', '127.0.0.1', '--format', format)
      expect([format, code]).toEqual([format, 0])
      expect(`${format} ${out.toLowerCase().slice(0, begins.length)}`).toBe(`${format} ${begins}`)
      expect(`${format} ${out}`).toContain(`${ports[0]}`)
    }),
  )
  const pdf = join(folder, 'report.pdf')
  expect((await cli('report', '127.0.0.1', '--format', 'pdf', '--output', pdf)).code).toBe(0)
  expect(readFileSync(pdf).subarray(0, 5).toString()).toBe('%PDF-')

  const [{ id }] = (await send('GET', '/v1/scans?limit=1')).body['scans'] as [{ id: string }]
  const record = await portlight.get(`/v1/scans/${id}/record`).then((answer) => answer.text())
  const file = join(folder, 'record.json')
  writeFileSync(file, record)
  expect((await cli('verify', file)).code).toBe(0)
  const { payload, ...rest } = JSON.parse(record) as { payload: string }
  const forged = Buffer.from(payload, 'base64').toString().replace('"status":"', '"status":"not ')
  writeFileSync(file, JSON.stringify({ ...rest, payload: Buffer.from(forged).toString('base64') }))
  expect((await cli('verify', file)).code).toBe(1)
})

test('an outsider sees a report by its link and password alone, until the link is taken back', async () => {
  const [{ id }] = (await send('GET', '/v1/targets?text=127.0.0.1')).body['targets'] as [{ id: string }]
  const made = await send('POST', '/v1/shares', { targetId: id, days: 7, password: 'only for you', hasBadge: true })
  expect(made.status).toBe(201)
  const { url, share } = made.body as { url?: string; share?: { id: string }; id?: string }
  const link = new URL(url!).pathname
  const outsider = (password?: string) =>
    fetch(portlight.url + link, {
      redirect: 'manual',
      ...(password === undefined
        ? {}
        : { method: 'POST', body: new URLSearchParams({ password }), headers: { 'sec-fetch-site': 'same-origin' } }),
    })
  const asked = await outsider()
  expect(await asked.text()).not.toContain('A protocol without encryption')
  expect((await outsider('guessed')).status).toBe(401)
  const shown = await (await outsider('only for you')).text()
  expect(shown).toContain('A protocol without encryption is offered')
  expect(shown).not.toContain('lab FTP server')
  const badge = await fetch(`${portlight.url}${link}/badge.svg`)
  expect(badge.headers.get('content-type')).toBe('image/svg+xml')
  expect(await badge.text()).toMatch(/exposure: 2 medium · 0 h ago/)
  const shareId = share?.id ?? (made.body['id'] as string)
  const views = (await send('GET', `/v1/shares/${shareId}/views`)).body['views'] as { outcome: string }[]
  expect(views.map(({ outcome }) => outcome)).toEqual(['shown', 'wrong-password'])
  expect((await send('DELETE', `/v1/shares/${shareId}`)).status).toBe(204)
  expect((await outsider('only for you')).status).toBe(404)
})

test('a webhook is told through errors, silence and a change of its secret, and again when somebody asks', async () => {
  const made = await send('POST', '/v1/webhooks', { url: receiver.url, events: ['scan.completed'] })
  expect(made.status).toBe(201)
  const { webhook, keys } = made.body as { webhook: { id: string }; keys: { secret: string } }
  receiver.answers.push(status(500), cut)
  await scanned()
  const deliveries = async () =>
    (await send('GET', `/v1/webhooks/${webhook.id}/deliveries`)).body['deliveries'] as {
      id: string
      status: string
      tries: number
    }[]
  // The pauses between tries are minutes: somebody who sits there asks again.
  await expect.poll(async () => (await deliveries())[0]?.tries, { timeout: 30_000 }).toBeGreaterThan(0)
  await expect
    .poll(
      async () => {
        const [one] = await deliveries()
        if (one!.status === 'waiting') await send('POST', `/v1/webhooks/${webhook.id}/deliveries/${one!.id}/replay`)
        return (await deliveries())[0]!.status
      },
      { timeout: 60_000, interval: 500 },
    )
    .toBe('delivered')
  const rotated = await send('POST', `/v1/webhooks/${webhook.id}/rotate`, { overlapHours: 1 })
  const next = (rotated.body as { keys?: { secret: string }; secret?: string }).keys!.secret
  const before = receiver.received.length
  await scanned()
  await expect.poll(() => receiver.received.length, { timeout: 30_000 }).toBeGreaterThan(before)
  const { headers, body } = receiver.received.at(-1)!
  // Both hold while they overlap.
  for (const secret of [keys.secret, next])
    expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toBeTruthy()
  const [latest] = await deliveries()
  const count = receiver.received.length
  await send('POST', `/v1/webhooks/${webhook.id}/deliveries/${latest!.id}/replay`)
  await expect.poll(() => receiver.received.length, { timeout: 30_000 }).toBeGreaterThan(count)
  expect(receiver.received.at(-1)!.headers['webhook-id']).toBe(headers['webhook-id'])
})
