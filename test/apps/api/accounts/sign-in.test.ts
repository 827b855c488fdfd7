import { beforeEach, expect, test } from 'vitest'
import { expectProblem, useApi } from '#test/support/api.ts'
import { ask, codeOf, forgiveBudgets, goodPassword, personOf, signUp } from '#test/support/people.ts'

const { db, api } = await useApi()
beforeEach(() => forgiveBudgets(api))

const login = (email: string, more: object = {}) => ask(api, '/v1/login', { email, password: goodPassword, ...more })

test('a known device is in by the password, any other shows a mailed code first and is known then', async () => {
  const { email, deviceToken } = await signUp(api)
  expect((await login(email, { device: deviceToken })).status).toBe(200)
  const asked = await login(email)
  expect([asked.status, asked.body.factors]).toEqual([202, ['mailed-code']])
  const { challenge } = asked.body
  const proof = { kind: 'mailed-code', code: codeOf(api, challenge) }
  const second = await ask(api, '/v1/login/factor', { challenge, proof })
  expect(second.status).toBe(200)
  expect((await login(email, { device: second.body.deviceToken })).status).toBe(200)
  const kinds = await db.selectFrom('mails').select('kind').where('recipient', '=', email).execute()
  expect(kinds.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['sign-in-code', 'new-sign-in']))
})

test('an unknown address, a wrong password and an account without one are answered alike', async () => {
  const { email } = await signUp(api)
  for (const body of [
    { email: 'nobody@example.org', password: goodPassword },
    { email, password: 'wrong horse battery staple' },
  ]) {
    const answer = await ask(api, '/v1/login', body)
    expect((await expectProblem(answer.response, 401, 'wrong-credentials')).detail).toBe(
      'That is wrong, was used already, or is too old.',
    )
  }
})

test('who guesses from elsewhere locks strangers out, and not the owner’s own browser', async () => {
  const { email, deviceToken } = await signUp(api)
  const guess = () => ask(api, '/v1/login', { email, password: 'guess guess guess' }).then(({ status }) => status)
  const statuses = await Promise.all(Array.from({ length: 30 }, guess))
  expect(statuses.filter((status) => status === 401)).toHaveLength(10)
  await expectProblem((await login(email)).response, 429, 'too-many-tries')
  expect((await login(email, { device: deviceToken })).status).toBe(200)
})

test('another account’s device is an unknown one', async () => {
  const [one, other] = [await signUp(api), await signUp(api)]
  expect((await login(one.email, { device: other.deviceToken })).status).toBe(202)
})

test('a disabled account says so after the right password only', async () => {
  const { email, deviceToken } = await signUp(api)
  await db.updateTable('users').set({ state: 'disabled' }).where('email', '=', email).execute()
  await expectProblem((await login(email, { device: deviceToken })).response, 403, 'account-disabled')
  const wrong = await ask(api, '/v1/login', { email, password: 'wrong horse battery' })
  await expectProblem(wrong.response, 401, 'wrong-credentials')
})

test('a password that was hashed by other parameters is hashed anew when it is next right', async () => {
  const { email, deviceToken } = await signUp(api)
  const { default: argon2 } = await import('argon2')
  const weak = await argon2.hash(goodPassword, { type: argon2.argon2id, memoryCost: 8192, timeCost: 1, parallelism: 1 })
  await db.updateTable('users').set({ password_hash: weak }).where('email', '=', email).execute()
  expect((await login(email, { device: deviceToken })).status).toBe(200)
  const { password_hash } = await db
    .selectFrom('users')
    .select('password_hash')
    .where('email', '=', email)
    .executeTakeFirstOrThrow()
  expect(password_hash?.reveal()).toMatch(/^\$argon2id\$v=19\$m=19456,p=1,t=2\$/)
})

test('a refresh token is good once, and a stolen one ends the session for both', async () => {
  const { email, refreshToken } = await signUp(api)
  const refresh = (token: string) => ask(api, '/v1/refresh', { refreshToken: token })
  const second = await refresh(refreshToken)
  expect(second.status).toBe(200)
  const third = await refresh(second.body.refreshToken)
  await expectProblem((await refresh(refreshToken)).response, 401, 'wrong-credentials')
  await expectProblem((await refresh(third.body.refreshToken)).response, 401, 'wrong-credentials')
  const thief = personOf(api, email, third.body)
  await expectProblem(thief.send('GET', '/v1/me'), 401, 'unauthenticated')
  const told = await db.selectFrom('mails').select('id').where('kind', '=', 'session-reused').execute()
  expect(told).toHaveLength(1)
})

test('a browser’s tokens are cookies that no script sees, and come anew by themselves', async () => {
  const { email, deviceToken } = await signUp(api)
  const { response, body } = await login(email, { device: deviceToken, as: 'cookie', isRemembered: true })
  expect(body).not.toHaveProperty('accessToken')
  const set = response.headers.getSetCookie()
  expect(set.map((cookie) => cookie.split('=')[0])).toEqual([
    '__Host-portlight-access',
    '__Host-portlight-refresh',
    '__Host-portlight-device',
  ])
  for (const cookie of set) expect(cookie).toMatch(/; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
  const cookies = set.map((cookie) => cookie.split(';')[0]!)
  const get = (cookie: string, headers: Record<string, string> = {}) =>
    api.send('GET', '/v1/me', undefined, { authorization: '', cookie, ...headers })
  // An empty Authorization is one that says nothing good.
  const withCookie = (cookie: string, method = 'GET', headers: Record<string, string> = {}) =>
    api.app.request('/v1/me', { method, headers: { cookie, ...headers } })
  expect((await get(cookies.join('; '))).status).toBe(401)
  expect((await withCookie(cookies.join('; '))).status).toBe(200)
  const renewed = await withCookie(cookies[1]!)
  expect(renewed.status).toBe(200)
  expect(renewed.headers.getSetCookie().map((cookie) => cookie.split('=')[0])).toEqual([
    '__Host-portlight-access',
    '__Host-portlight-refresh',
  ])
})

test('with cookies only our own pages may change anything', async () => {
  const { email, deviceToken } = await signUp(api)
  const { response } = await login(email, { device: deviceToken, as: 'cookie' })
  const cookie = response.headers
    .getSetCookie()
    .map((text) => text.split(';')[0])
    .join('; ')
  const rename = (headers: Record<string, string>) =>
    api.app.request('/v1/me', {
      method: 'PATCH',
      headers: { cookie, 'content-type': 'application/json', ...headers },
      body: '{"name":"Eve"}',
    })
  await expectProblem(rename({}), 403, 'cross-origin')
  await expectProblem(rename({ origin: 'https://evil.example' }), 403, 'cross-origin')
  await expectProblem(rename({ 'sec-fetch-site': 'cross-site', origin: 'http://localhost:3000' }), 403, 'cross-origin')
  await expectProblem(rename({ 'sec-fetch-site': 'same-site' }), 403, 'cross-origin')
  await expectProblem(
    api.send('POST', '/nowhere', {}, { 'sec-fetch-site': 'cross-site', authorization: '' }),
    403,
    'cross-origin',
  )
  expect((await rename({ origin: 'http://localhost:3000' })).status).toBe(204)
  expect((await rename({ 'sec-fetch-site': 'same-origin' })).status).toBe(204)
})

test('a revoked session, and one that was logged out, is dead at once', async () => {
  const ada = await signUp(api)
  const { body } = await login(ada.email, { device: ada.deviceToken })
  const second = personOf(api, ada.email, body)
  const { sessions } = (await (await ada.send('GET', '/v1/sessions')).json()) as {
    sessions: { id: string; isCurrent: boolean }[]
  }
  expect(sessions.map(({ isCurrent }) => isCurrent)).toEqual([false, true])
  expect((await second.send('GET', '/v1/me')).status).toBe(200)
  expect((await ada.send('DELETE', `/v1/sessions/${sessions[0]!.id}`)).status).toBe(204)
  await expect.poll(async () => (await second.send('GET', '/v1/me')).status, { timeout: 1000 }).toBe(401)
  await expectProblem(
    (await ask(api, '/v1/refresh', { refreshToken: body.refreshToken })).response,
    401,
    'wrong-credentials',
  )
  const out = await ada.send('POST', '/v1/logout')
  expect([out.status, out.headers.get('clear-site-data')]).toEqual([204, '"cache", "storage"'])
  await expect.poll(async () => (await ada.send('GET', '/v1/me')).status, { timeout: 1000 }).toBe(401)
})
