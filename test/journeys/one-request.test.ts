import { rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Client } from 'pg'
import { afterAll, expect, test, vi } from 'vitest'
import type { Settings } from '#apps/cli/context.ts'
import { runProgram } from '#apps/cli/program.ts'
import { readAccess, urlOf } from '#db/embedded-access.ts'
import { execute } from '#db/execute.ts'
import { bareContext, fakeTerminal } from '#test/apps/cli/support/fake-terminal.ts'
import { startMailServer } from '#test/support/mail-server.ts'
import { keyIn, startPortlight } from '#test/support/portlight.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

const mail = await startMailServer()
const portlight = await startPortlight({
  SCAN_ALLOW: '127.0.0.0/8',
  DNS_SERVERS: '127.0.0.1:9',
  SMTP_URL: mail.url,
})
afterAll(async () => {
  await portlight.stop()
  await mail.close()
  rmSync(dirname(portlight.dataDir), { recursive: true, force: true })
})

const id = 'one-request.1'

function post(path: string, body: object, headers: Record<string, string> = {}) {
  const all = { 'content-type': 'application/json', 'x-request-id': id, ...headers }
  return fetch(portlight.url + path, { method: 'POST', headers: all, body: JSON.stringify(body) })
}

async function trace(): Promise<string> {
  const terminal = fakeTerminal()
  const settings = async () => ({ dataDir: portlight.dataDir }) as Settings
  await runProgram(['trace', id], { ...bareContext(terminal), settings })
  return terminal.said.out
}

test('one id leads from the request to the worker, to a statement that hangs, to the mail, and to what the logs say of all', async () => {
  await portlight.untilSays(/Ctrl-C stops all of it/)
  const url = urlOf(await readAccess(join(portlight.dataDir, 'postgres')))
  const database = new Client({ connectionString: url })
  await database.connect()
  // What the worker wants to write has to wait.
  await database.query('begin; lock table results in share mode')
  const authorization = `Bearer ${keyIn(portlight.dataDir)}`
  const ports = [Number(new URL(mail.url).port)]
  const made = await post('/v1/scans', { target: '127.0.0.1', scanners: { ports: { ports } } }, { authorization })
  expect([made.status, made.headers.get('x-request-id')]).toEqual([202, id])
  const hanging = () =>
    execute(
      url,
      `select application_name, query from pg_stat_activity where wait_event_type = 'Lock' and now() - query_start > interval '1.2 seconds'`,
    )
  await expect
    .poll(hanging, { timeout: 30_000 })
    .toEqual([{ application_name: `portlight-worker ${id}`, query: expect.stringContaining('insert into results') }])
  await database.query('rollback')
  await database.end()

  expect((await post('/v1/sign-up', { email: 'ada@example.org' })).status).toBe(202)
  expect((await mail.letterTo('ada@example.org')).raw).toMatch(new RegExp(`^X-Request-Id: ${id}\r$`, 'im'))

  for (const line of [
    /api +request {2}\(method POST, path \/v1\/scans, status 202/,
    /worker +scan begins/,
    /postgres +LOG: duration: \d+\.\d+ ms \w+ p\d+_\d+: with /,
    /worker +scan ends/,
    /api +request {2}\(method POST, path \/v1\/sign-up, status 202/,
    /worker +mail {2}\(mailId .*, kind sign-up-code, status sent/,
  ])
    await expect.poll(trace, { timeout: 30_000 }).toMatch(line)
})
