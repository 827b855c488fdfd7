import { once } from 'node:events'
import { mkdtempSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts'
import { freePort } from '#apps/up/free-port.ts'
import { type OwnProcess, startProcess, untilReady } from '#test/support/processes.ts'

let database: TestDatabase
let env: Record<string, string>
let api: OwnProcess
let base: string
beforeAll(async () => {
  database = await createTestDatabase()
  const port = String(await freePort())
  env = { DATABASE_URL: database.url, DATA_DIR: mkdtempSync(join(tmpdir(), 'portlight-api-')), PORT: port }
  base = `http://127.0.0.1:${port}`
  expect(await startProcess('apps/migrate/main.ts', env).ended).toBe(0)
  api = startProcess('apps/api/main.ts', env)
  await untilReady(`${base}/readyz`, api)
})
afterAll(async () => {
  await api.stop()
  await database.drop()
})

/** Sends raw bytes, and hands back all that comes. */
async function raw(request: string): Promise<string> {
  const socket = connect(Number(env['PORT']), '127.0.0.1')
  let answer = ''
  socket.setEncoding('latin1').on('data', (text: string) => (answer += text))
  socket.write(request.replaceAll('\n', '\r\n'))
  await once(socket, 'close')
  return answer
}

test('a request that can be read in two ways is refused', async () => {
  expect(await raw('GET /healthz HTTP/1.1\nHost: a\nConnection: close\n\n')).toMatch(/^HTTP\/1.1 200 /)
  expect(await raw('GET /healthz HTTP/1.1\nHost: a\nHost: b\nConnection: close\n\n')).toMatch(
    /^HTTP\/1.1 400 [\s\S]*malformed-request/,
  )
  expect(
    await raw(
      'POST /v1/scans HTTP/1.1\nHost: a\nContent-Length: 5\nTransfer-Encoding: chunked\nConnection: close\n\n0\n\n',
    ),
  ).toMatch(/^HTTP\/1.1 400 /)
})

test('a taken port is one sentence that names PORT, and no stack', async () => {
  const second = startProcess('apps/api/main.ts', env)
  expect(await second.ended).toBe(2)
  expect(second.output().trim().split('\n').at(-1)).toBe(
    `PORT: ${env['PORT']} on 127.0.0.1 is taken by another program.`,
  )
})

test('without a database to ask for it says which setting is missing', async () => {
  for (const entry of ['apps/api/main.ts', 'workers/main.ts', 'apps/migrate/main.ts']) {
    const process = startProcess(entry, {})
    expect(await process.ended).toBe(2)
    expect(process.output()).toMatch(/^DATABASE_URL is not set: .*\n$/)
  }
})

test('the log is lines of JSON, and holds no key', async () => {
  const key = readFileSync(join(env['DATA_DIR']!, 'api-key'), 'utf8').trim()
  await fetch(`${base}/v1/scans`, { headers: { authorization: `Bearer ${key}`, 'x-request-id': 'seen-in-the-log' } })
  await api.saying('seen-in-the-log')
  const lines = api
    .output()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { requestId?: string })
  expect(lines).toContainEqual(
    expect.objectContaining({ requestId: 'seen-in-the-log', method: 'GET', path: '/v1/scans', status: 200 }),
  )
  expect(api.output()).not.toContain(key)
})

test('asked to stop, it is no longer ready, serves on for a moment, and ends with 0', async () => {
  const port = String(await freePort())
  const other = startProcess('apps/api/main.ts', { ...env, PORT: port })
  await untilReady(`http://127.0.0.1:${port}/readyz`, other)
  other.child.kill('SIGTERM')
  let status = 200
  while (status === 200) status = (await fetch(`http://127.0.0.1:${port}/readyz`)).status
  expect(status).toBe(503)
  const served = await fetch(`http://127.0.0.1:${port}/healthz`)
  expect([served.status, served.headers.get('connection')]).toEqual([200, 'close'])
  expect(await other.ended).toBe(0)
})
