import { readFileSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { createTestDatabase } from '#test/support/database.ts'
import { everythingIn } from '#test/support/everything-in.ts'
import { filesUnder } from '#test/support/files-under.ts'
import { codeIn, startMailServer } from '#test/support/mail-server.ts'
import { startPortlight } from '#test/support/portlight.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

const mail = await startMailServer()
const database = await createTestDatabase()
const portlight = await startPortlight({
  DATABASE_URL: database.url,
  SCAN_ALLOW: '127.0.0.0/8',
  DNS_SERVERS: '127.0.0.1:9',
  SMTP_URL: mail.url,
  LOG_LEVEL: 'trace',
})
afterAll(async () => {
  await portlight.stop()
  await database.drop()
  await mail.close()
  rmSync(dirname(portlight.dataDir), { recursive: true, force: true })
})

/** As curl would, without cookies. */
async function post(path: string, body: object, token?: string) {
  const answer = await fetch(portlight.url + path, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  })
  const text = await answer.text()
  return { status: answer.status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, string> }
}

test('somebody signs up, verifies, signs in, scans and logs out; the code was nowhere but in the mail', async () => {
  await portlight.untilSays(/Ctrl-C stops all of it/)
  const [email, password] = ['ada@example.org', 'correct horse battery staple']
  const begun = await post('/v1/sign-up', { email })
  expect(begun.status).toBe(202)
  const code = codeIn(await mail.letterTo(email))
  const { challenge } = begun.body
  const made = await post('/v1/sign-up/verify', { challenge, code, password })
  expect(made.status).toBe(201)

  const login = await post('/v1/login', { email, password })
  expect(login.status).toBe(202)
  const second = codeIn(await mail.letterTo(email))
  const proof = { kind: 'mailed-code', code: second }
  const signedIn = await post('/v1/login/factor', { challenge: login.body['challenge'], proof })
  expect(signedIn.status).toBe(200)
  const token = signedIn.body['accessToken']!

  const port = Number(new URL(mail.url).port)
  const scan = await post('/v1/scans', { target: '127.0.0.1', scanners: { ports: { ports: [port] } } }, token)
  expect(scan.status).toBe(202)
  const read = async () => {
    const answer = await fetch(`${portlight.url}/v1/scans/${scan.body['id']}`, {
      headers: { authorization: `Bearer ${token}` },
    })
    return (await answer.json()) as { status: string }
  }
  await expect.poll(async () => (await read()).status, { timeout: 30_000 }).toBe('completed')
  expect((await post('/v1/logout', {}, token)).status).toBe(204)
  await expect.poll(async () => (await post('/v1/logout', {}, token)).status, { timeout: 1000 }).toBe(401)

  const dump = await everythingIn(database.db)
  expect(dump).toContain(email)
  const files = filesUnder(portlight.dataDir)
  expect(files.some((path) => path.includes('/logs/'))).toBe(true)
  const texts = [dump, portlight.output(), ...files.map((path) => readFileSync(path, 'latin1'))]
  const secrets = [code, second].map((digits) => new RegExp(`(?<![\\d.])${digits}(?!\\d)`))
  const tokens = [token, signedIn.body['refreshToken']!, challenge!.split('.')[1]!, password]
  for (const text of texts) {
    for (const secret of secrets) expect(text).not.toMatch(secret)
    for (const secret of tokens) expect(text.includes(secret)).toBe(false)
  }
})
