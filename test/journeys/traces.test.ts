import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { freePort } from '#apps/up/free-port.ts'
import { type CollectedSpan, startCollector } from '#test/support/collector.ts'
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts'
import { startMailServer } from '#test/support/mail-server.ts'
import { type OwnProcess, startProcess, untilReady } from '#test/support/processes.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const collector = await startCollector()
const mail = await startMailServer()
const dataDir = mkdtempSync(join(tmpdir(), 'portlight-traces-'))
let database: TestDatabase
let processes: OwnProcess[]
let base: string

beforeAll(async () => {
  database = await createTestDatabase()
  const port = await freePort()
  base = `http://127.0.0.1:${port}`
  const settings = {
    DATABASE_URL: database.url,
    DATA_DIR: dataDir,
    PORT: String(port),
    SCAN_ALLOW: '127.0.0.0/8',
    DNS_SERVERS: '127.0.0.1:9',
    SMTP_URL: mail.url,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20for-the-collector',
  }
  expect(await startProcess('apps/migrate/main.ts', settings).ended).toBe(0)
  processes = ['apps/api/main.ts', 'workers/main.ts'].map((entry) => startProcess(entry, settings))
  await untilReady(`${base}/readyz`, processes[0]!)
})
afterAll(async () => {
  await Promise.all(processes.map((process) => process.stop()))
  await database.drop()
  await mail.close()
  collector.close()
  rmSync(dataDir, { recursive: true, force: true })
})

const trace = { id: '0af7651916cd43dd8448eb211c80319c', parent: 'b7ad6b7169203331' }

function post(path: string, body: object, headers: Record<string, string>) {
  const all = { 'content-type': 'application/json', ...headers }
  return fetch(base + path, { method: 'POST', headers: all, body: JSON.stringify(body) })
}
const inTrace = (id = trace.id) => collector.spans.filter(({ traceId }) => traceId === id)
const named = (name: string, id = trace.id) => inTrace(id).find((span) => span.name === name)
/** Names from a span up to the one that began it here. */
function lineOf(span: CollectedSpan | undefined): string[] {
  if (span === undefined) return []
  const parent = collector.spans.find(({ spanId }) => spanId === span.parentSpanId)
  return [`${span.service} ${span.name}`, ...lineOf(parent)]
}

test('a trace leads from the caller through API, queue and worker to database and target', async () => {
  const authorization = `Bearer ${readFileSync(join(dataDir, 'api-key'), 'utf8').trim()}`
  const traceparent = `00-${trace.id}-${trace.parent}-01`
  const ports = [Number(new URL(mail.url).port)]
  const body = { target: '127.0.0.1', scanners: { ports: { ports } } }
  const made = await post('/v1/scans', body, { authorization, traceparent, 'x-request-id': 'traced-1' })
  const { id } = (await made.json()) as { id: string }
  // Each process hands over what it has when it likes.
  const begun = () => [named('run-scan'), named('POST /v1/scans')]
  await expect.poll(begun, { timeout: 30_000 }).not.toContain(undefined)

  const request = 'portlight-api POST /v1/scans'
  expect(named('POST /v1/scans')?.parentSpanId).toBe(trace.parent)
  const scan = ['portlight-worker run-scan', request]
  expect(lineOf(named('queued'))).toEqual(['portlight-worker queued', request])
  expect(lineOf(named('connect'))).toEqual(['portlight-worker connect', 'portlight-worker scan ports', ...scan])
  const statements = inTrace().filter(({ attributes }) => attributes.some(({ key }) => key === 'db.query.text'))
  const lines = new Set(statements.map((span) => lineOf(span).slice(1).join(' < ')))
  expect([...lines].sort()).toEqual(expect.arrayContaining([request, scan.join(' < ')].sort()))
  for (const span of inTrace()) expect(BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano)).toBe(true)
  // Values are not in the statements, nor ids in names.
  expect(inTrace().some(({ name }) => name.includes(id))).toBe(false)
  expect(collector.heads.every((head) => head.authorization === 'Bearer for-the-collector')).toBe(true)
})

test('a mail goes on with the trace of its request, which begins anew where the caller sends nonsense', async () => {
  const asked = await post('/v1/sign-up', { email: 'ada@example.org' }, { traceparent: '00-0-0-01' })
  expect(asked.status).toBe(202)
  await expect
    .poll(() => lineOf(collector.spans.find(({ name }) => name === 'send-mail')), { timeout: 30_000 })
    .toEqual(['portlight-worker send-mail', 'portlight-api POST /v1/sign-up'])
  expect(JSON.stringify(collector.spans)).not.toContain('ada@example.org')
})

test('what its beginner does not keep we do not either', async () => {
  const other = '1af7651916cd43dd8448eb211c80319c'
  const sent = collector.spans.length
  await fetch(`${base}/healthz`, { headers: { traceparent: `00-${other}-${trace.parent}-00` } })
  await fetch(`${base}/healthz`)
  await expect
    .poll(() => collector.spans.slice(sent).some(({ name }) => name === 'GET /healthz'), { timeout: 10_000 })
    .toBe(true)
  expect(inTrace(other)).toEqual([])
})
