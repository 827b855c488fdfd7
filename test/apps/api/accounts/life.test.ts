import { decodeProtectedHeader } from 'jose'
import { sql } from 'kysely'
import { beforeEach, expect, test } from 'vitest'
import { createApp } from '#apps/api/app.ts'
import { parseRange } from '#db/model/address.ts'
import { linkToken } from '#db/model/link-token.ts'
import { verifyAudit, sealAudit } from '#db/queries/audit.ts'
import { purgeNextUser } from '#db/queries/leaving.ts'
import { expectProblem, useApi } from '#test/support/api.ts'
import { ask, codeOf, forgiveBudgets, goodPassword, makePerson, personOf, signUp } from '#test/support/people.ts'

const { db, api } = await useApi()
beforeEach(() => forgiveBudgets(api))
const json = async <Body>(answer: Response) => (await answer.json()) as Body
const linkKey = () => api.deps.credentials.keys('mailed-link')[0].secret

test('a new password by a mailed code ends every session, tells the owner which, and lets this browser in', async () => {
  const ada = await signUp(api)
  const { challenge } = (await ask(api, '/v1/reset', { email: ada.email })).body
  const password = 'another staple for a horse'
  const done = await ask(api, '/v1/reset/verify', { challenge, code: codeOf(api, challenge), password })
  expect(done.status).toBe(200)
  await expect.poll(async () => (await ada.send('GET', '/v1/me')).status, { timeout: 1000 }).toBe(401)
  expect((await personOf(api, ada.email, done.body).send('GET', '/v1/me')).status).toBe(200)
  await expectProblem(
    (await ask(api, '/v1/login', { email: ada.email, password: goodPassword })).response,
    401,
    'wrong-credentials',
  )
  const [mail] = await db.selectFrom('mails').select('facts').where('kind', '=', 'password-changed').execute()
  expect(mail!.facts).toMatchObject({ endedCount: 1 })
})

test('an address is changed by both codes, and by neither alone', async () => {
  const ada = await signUp(api)
  const begun = await json<{ oldChallenge: string; newChallenge: string }>(
    await ada.send('POST', '/v1/me/email', { email: 'ada-new@example.org' }),
  )
  const oldCode = codeOf(api, begun.oldChallenge)
  const verify = (codes: object) => ada.send('POST', '/v1/me/email/verify', { ...begun, ...codes })
  await expectProblem(verify({ oldCode, newCode: '000000' }), 401, 'wrong-credentials')
  const again = await json<typeof begun>(await ada.send('POST', '/v1/me/email', { email: 'ada-new@example.org' }))
  await expectProblem(
    ada.send('POST', '/v1/me/email/verify', { ...again, oldCode: '000000', newCode: codeOf(api, again.newChallenge) }),
    401,
    'wrong-credentials',
  )
  const third = await json<typeof begun>(await ada.send('POST', '/v1/me/email', { email: 'ada-new@example.org' }))
  const right = { ...third, oldCode: codeOf(api, third.oldChallenge), newCode: codeOf(api, third.newChallenge) }
  expect((await ada.send('POST', '/v1/me/email/verify', right)).status).toBe(204)
  const me = await json<{ principal: { email: string } }>(await ada.send('GET', '/v1/me'))
  expect(me.principal.email).toBe('ada-new@example.org')
})

test('a key works only from where it was made for, for what, and until when', async () => {
  const ada = await makePerson(api)
  const make = async (limits: object) =>
    (await json<{ key: string }>(await ada.send('POST', '/v1/keys', { name: `k${Math.random()}`, ...limits }))).key
  const app = createApp({ ...api.deps, site: { ...api.deps.site, trustedProxies: [parseRange('127.0.0.1/32')] } })
  const from = (key: string, address: string, method = 'GET', path = '/v1/scans') =>
    app.request(path, {
      method,
      headers: { authorization: `Bearer ${key}`, 'x-forwarded-for': address, 'content-type': 'application/json' },
      ...(method === 'GET' ? {} : { body: '{"target":"127.0.0.1"}' }),
    })
  const near = await make({ sourceRanges: ['192.0.2.0/24'] })
  expect((await from(near, '192.0.2.7')).status).toBe(200)
  await expectProblem(from(near, '198.51.100.7'), 403, 'source-not-allowed')
  await expectProblem(from(near, '192.0.2.7, 198.51.100.7'), 403, 'source-not-allowed')
  const reading = await make({ scopes: ['scans:read'] })
  expect((await from(reading, '192.0.2.7')).status).toBe(200)
  expect((await from(reading, '192.0.2.7', 'GET', '/v1/me')).status).toBe(200)
  await expectProblem(from(reading, '192.0.2.7', 'POST'), 403, 'scope-missing')
  const old = await make({ expiresAt: '2020-01-01T00:00:00Z' })
  await expectProblem(from(old, '192.0.2.7'), 401, 'unauthenticated')
})

test('a key with tags sees and scans the targets that have one of them, and no other', async () => {
  const ada = await makePerson(api, { organisationId: null })
  const add = async (target: string, tags: string[]) =>
    (await json<{ id: string }>(await ada.send('POST', '/v1/targets', { target, tags }))).id
  const [lab, web] = [await add('127.0.0.1', ['lab']), await add('127.0.0.2', ['web'])]
  const { key } = await json<{ key: string }>(await ada.send('POST', '/v1/keys', { name: 'lab', targetTags: ['lab'] }))
  const asKey = (method: string, path: string, body?: object) =>
    api.send(method, path, body, { authorization: `Bearer ${key}` })
  const { targets } = await json<{ targets: { id: string }[] }>(await asKey('GET', '/v1/targets'))
  expect(targets.map(({ id }) => id)).toEqual([lab])
  await expectProblem(asKey('GET', `/v1/targets/${web}`), 404, 'not-found')
  expect((await asKey('POST', '/v1/scans', { target: '127.0.0.1' })).status).toBe(202)
  await expectProblem(asKey('POST', '/v1/scans', { target: '127.0.0.2' }), 403, 'target-out-of-reach')
  await expectProblem(asKey('POST', '/v1/scans', { target: '127.0.0.3' }), 403, 'target-out-of-reach')
  const { id } = await json<{ id: string }>(await ada.send('POST', '/v1/scans', { target: '127.0.0.2' }))
  await expectProblem(asKey('GET', `/v1/scans/${id}`), 404, 'not-found')
  expect((await json<{ scans: object[] }>(await asKey('GET', '/v1/scans'))).scans).toHaveLength(1)
})

test('the last owner stays, nobody gives more than he has, and a member who goes takes the keys along', async () => {
  const owner = await makePerson(api, { organisationId: null })
  const join = (role: 'admin' | 'operator') => makePerson(api, { organisationId: owner.organisationId, role })
  const [admin, operator] = [await join('admin'), await join('operator')]
  await expectProblem(owner.send('POST', '/v1/me/leave'), 409, 'conflict')
  await expectProblem(owner.send('PATCH', `/v1/members/${owner.id}`, { role: 'viewer' }), 409, 'conflict')
  await expectProblem(admin.send('PATCH', `/v1/members/${operator.id}`, { role: 'owner' }), 409, 'conflict')
  await expectProblem(admin.send('DELETE', `/v1/members/${owner.id}`), 409, 'conflict')
  const { key } = await json<{ key: string }>(await operator.send('POST', '/v1/keys', { name: 'mine' }))
  const asKey = () => api.send('GET', '/v1/scans', undefined, { authorization: `Bearer ${key}` })
  expect((await asKey()).status).toBe(200)
  expect((await admin.send('DELETE', `/v1/members/${operator.id}`)).status).toBe(204)
  await expect.poll(async () => (await asKey()).status, { timeout: 1000 }).toBe(401)
  await expect.poll(async () => (await operator.send('GET', '/v1/me')).status, { timeout: 1000 }).toBe(401)
})

test('an invitation is good for its own address, once', async () => {
  const owner = await makePerson(api, { organisationId: null })
  const [guest, other] = [await signUp(api), await signUp(api)]
  const { id } = await json<{ id: string }>(
    await owner.send('POST', '/v1/invitations', { email: guest.email, role: 'viewer' }),
  )
  const link = { id, token: linkToken(linkKey(), 'invitation', id) }
  await expectProblem(other.send('POST', '/v1/invitations/accept', link), 409, 'conflict')
  await expectProblem(guest.send('POST', '/v1/invitations/accept', { ...link, token: 'x' }), 401, 'wrong-credentials')
  expect((await guest.send('POST', '/v1/invitations/accept', link)).status).toBe(200)
  await expectProblem(guest.send('POST', '/v1/invitations/accept', link), 401, 'wrong-credentials')
  const switched = await guest.send('POST', '/v1/me/organisation', { organisationId: owner.organisationId })
  const there = personOf(api, guest.email, await json(switched))
  expect(await json(await there.send('GET', '/v1/me'))).toMatchObject({
    organisation: { id: owner.organisationId, role: 'viewer' },
  })
})

test('a deleted account comes back by its link within thirty days; then it is erased, and the audit stays whole', async () => {
  const ada = await signUp(api)
  const { principal } = await json<{ principal: { id: string } }>(await ada.send('GET', '/v1/me'))
  const exported = await json<{ account: { email: string }; audit: object[] }>(await ada.send('GET', '/v1/me/export'))
  expect(exported.account.email).toBe(ada.email)
  expect(exported.audit.length).toBeGreaterThan(0)
  expect(JSON.stringify(exported)).not.toMatch(/argon2|\[secret\]/)
  const remove = async (person: typeof ada) => (await person.send('DELETE', '/v1/me')).status
  expect(await remove(ada)).toBe(204)
  await expectProblem(
    (await ask(api, '/v1/login', { email: ada.email, password: goodPassword, device: ada.deviceToken })).response,
    403,
    'account-disabled',
  )
  const link = { id: principal.id, token: linkToken(linkKey(), 'restore', principal.id) }
  expect((await ask(api, '/v1/restore', link)).status).toBe(204)
  const back = await ask(api, '/v1/login', { email: ada.email, password: goodPassword, device: ada.deviceToken })
  expect(back.status).toBe(200)
  expect(await remove(personOf(api, ada.email, back.body))).toBe(204)
  expect(await db.transaction().execute(purgeNextUser)).toBeUndefined()
  await sql`update users set state_since = now() - interval '31 days' where id = ${principal.id}::uuid`.execute(db)
  expect(await db.transaction().execute(purgeNextUser)).toBe(principal.id)
  const { everythingIn } = await import('#test/support/everything-in.ts')
  expect(await everythingIn(db)).not.toContain(ada.email)
  while ((await sealAudit(db)) > 0);
  expect(await verifyAudit(db)).toMatchObject({ brokenAt: null, notSealedYet: 0 })
})

test('an instance keeps an admin, and a user that one disables is out at once', async () => {
  const admin = await makePerson(api, { instanceRole: 'instance-admin' })
  const user = await makePerson(api, { organisationId: null })
  await expectProblem(admin.send('PATCH', `/v1/instance/users/${admin.id}`, { isDisabled: true }), 409, 'conflict')
  await expectProblem(admin.send('PATCH', `/v1/instance/users/${admin.id}`, { instanceRole: null }), 409, 'conflict')
  expect((await admin.send('PATCH', `/v1/instance/users/${user.id}`, { isDisabled: true })).status).toBe(204)
  await expect.poll(async () => (await user.send('GET', '/v1/me')).status, { timeout: 1000 }).toBe(401)
  const list = await json<{ users: { id: string; state: string }[] }>(
    await admin.send('GET', '/v1/instance/users?limit=100'),
  )
  expect(list.users.find(({ id }) => id === user.id)).toMatchObject({ state: 'disabled' })
})

test('a new signing key signs from now on, and tokens of the old one hold', async () => {
  const admin = await makePerson(api, { instanceRole: 'instance-admin' })
  const user = await makePerson(api)
  expect((await user.send('POST', '/v1/instance/signing-key')).status).toBe(403)
  expect((await admin.send('POST', '/v1/instance/signing-key')).status).toBe(204)
  const later = await makePerson(api)
  expect(decodeProtectedHeader(later.accessToken).kid).not.toBe(decodeProtectedHeader(user.accessToken).kid)
  for (const one of [user, later]) expect((await one.send('GET', '/v1/me')).status).toBe(200)
})

test('what was done is exported line by line, with who, from where and in which request', async () => {
  const owner = await makePerson(api, { organisationId: null })
  const made = await owner.send('POST', '/v1/service-accounts', { name: 'ci' })
  const refused = await owner.send('GET', '/v1/instance/users')
  expect(refused.status).toBe(403)
  const answer = await owner.send('GET', '/v1/audit')
  expect(answer.headers.get('content-type')).toContain('application/jsonl')
  const lines = (await answer.text())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(lines).toContainEqual(
    expect.objectContaining({
      action: 'service-account.create',
      outcome: 'done',
      actor: { kind: 'user', id: owner.id, credentialId: owner.sessionId },
      personal: { address: '127.0.0.1' },
      request_id: made.headers.get('x-request-id'),
    }),
  )
  expect(lines).toContainEqual(
    expect.objectContaining({
      action: 'permission.use',
      outcome: 'refused',
      subject: { kind: 'permission', id: 'instance:read' },
      request_id: refused.headers.get('x-request-id'),
    }),
  )
})

test('a limit that is used up says which and until when, and is no 503', async () => {
  const app = createApp({ ...api.deps, site: { ...api.deps.site, writesPerMinute: 3 } })
  const ada = await makePerson(api, { organisationId: null })
  const write = () =>
    app.request('/v1/me', {
      method: 'PATCH',
      headers: { authorization: `Bearer ${ada.accessToken}`, 'content-type': 'application/json' },
      body: '{"name":"Ada"}',
    })
  const first = await write()
  expect(first.headers.get('ratelimit')).toMatch(/^"writes";r=2;t=\d+, "organisation-writes";r=11;t=\d+$/)
  expect(first.headers.get('ratelimit-policy')).toContain('"writes";q=3;w=60')
  const statuses = [(await write()).status, (await write()).status]
  expect(statuses).toEqual([204, 204])
  const over = await write()
  expect(Number(over.headers.get('retry-after'))).toBeGreaterThan(0)
  await expectProblem(over, 429, 'too-many-requests')
})

test('pages of allowed origins may ask with a key, others and cookies not', async () => {
  const app = createApp({ ...api.deps, site: { ...api.deps.site, corsOrigins: ['https://app.example.org'] } })
  const preflight = (origin: string) =>
    app.request('/v1/scans', { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } })
  const allowed = await preflight('https://app.example.org')
  expect(allowed.headers.get('access-control-allow-origin')).toBe('https://app.example.org')
  expect(allowed.headers.get('access-control-allow-credentials')).toBeNull()
  expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull()
  expect(
    (
      await api.app.request('/v1/scans', { method: 'OPTIONS', headers: { origin: 'https://app.example.org' } })
    ).headers.get('access-control-allow-origin'),
  ).toBeNull()
})
