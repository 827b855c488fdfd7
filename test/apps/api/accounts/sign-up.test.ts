import { expect, test } from 'vitest'
import { expectProblem, useApi } from '#test/support/api.ts'
import { ask, codeOf, goodPassword, signUp } from '#test/support/people.ts'

const { db, api } = await useApi()
const mailsTo = (email: string) =>
  db.selectFrom('mails').select(['kind', 'status', 'challenge_id']).where('recipient', '=', email).execute()

test('who signs up, verifies the address and comes in owns an organisation of his own', async () => {
  const ada = await signUp(api, 'Ada@Example.org')
  const me = await ada.send('GET', '/v1/me')
  expect(await me.json()).toMatchObject({
    principal: { kind: 'user', email: 'Ada@example.org', name: 'Ada' },
    organisation: { name: 'Ada', role: 'owner' },
    instanceRole: null,
    credential: { kind: 'session', isFresh: true },
  })
  expect((await ada.send('GET', '/v1/scans')).status).toBe(200)
  expect(await mailsTo('ada@example.org')).toHaveLength(1)
})

test('a known address gets the same answer, and a mail without a code that opens anything', async () => {
  const { email } = await signUp(api)
  const unknown = await ask(api, '/v1/sign-up', { email: 'nobody-yet@example.org' })
  const known = await ask(api, '/v1/sign-up', { email })
  expect([known.status, Object.keys(known.body)]).toEqual([unknown.status, Object.keys(unknown.body)])
  const guess = { challenge: known.body.challenge, code: codeOf(api, known.body.challenge), password: goodPassword }
  await expectProblem((await ask(api, '/v1/sign-up/verify', guess)).response, 401, 'wrong-credentials')
})

test('a code is good once, in the window that asked for it, and for what it was asked', async () => {
  const asked = async () => (await ask(api, '/v1/sign-up', { email: 'bob@example.org' })).body
  const [one, other] = [await asked(), await asked()]
  const secret = other.challenge.split('.')[1]!
  const password = goodPassword
  const foreign = { challenge: `${one.challenge.split('.')[0]}.${secret}`, code: codeOf(api, one.challenge), password }
  await expectProblem((await ask(api, '/v1/sign-up/verify', foreign)).response, 401, 'wrong-credentials')
  const wrong = { challenge: one.challenge, code: codeOf(api, other.challenge), password }
  await expectProblem((await ask(api, '/v1/sign-up/verify', wrong)).response, 401, 'wrong-credentials')
  await expectProblem(
    (await ask(api, '/v1/reset/verify', { ...wrong, code: codeOf(api, one.challenge) })).response,
    401,
    'wrong-credentials',
  )
  const right = { ...wrong, code: codeOf(api, one.challenge) }
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask(api, '/v1/sign-up/verify', right)))
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
})

test('a refused password says why and costs neither the code nor a try', async () => {
  const { challenge } = (await ask(api, '/v1/sign-up', { email: 'carol@example.org' })).body
  for (const [password, reason] of [
    ['password1', /common/],
    ['short', /at least 8/],
    ['carol@example.org', /your own address/],
    ['aaaaaaaaaaaa', /repeats/],
  ] as const) {
    const answer = await ask(api, '/v1/sign-up/verify', { challenge, code: codeOf(api, challenge), password })
    expect((await expectProblem(answer.response, 422, 'password-refused')).detail).toMatch(reason)
  }
  const right = { challenge, code: codeOf(api, challenge), password: goodPassword }
  expect((await ask(api, '/v1/sign-up/verify', right)).status).toBe(201)
})

test('ten wrong codes in an hour are all that an address has, however many codes it was sent', async () => {
  const email = 'dave@example.org'
  const { challenge } = (await ask(api, '/v1/sign-up', { email })).body
  const tryWrong = () =>
    ask(api, '/v1/sign-up/verify', { challenge, code: '000000x', password: goodPassword }).then(({ status }) => status)
  const statuses = await Promise.all(Array.from({ length: 30 }, tryWrong))
  expect(statuses.filter((status) => status === 401)).toHaveLength(10)
  const again = (await ask(api, '/v1/sign-up', { email })).body
  const right = { challenge: again.challenge, code: codeOf(api, again.challenge), password: goodPassword }
  await expectProblem((await ask(api, '/v1/sign-up/verify', right)).response, 429, 'too-many-tries')
})

test('five codes in an hour are all that an address is sent', async () => {
  const send = () => ask(api, '/v1/sign-up', { email: 'erin+tag@example.org' }).then(({ status }) => status)
  const statuses = [await send(), await send(), await send(), await send(), await send(), await send()]
  expect(statuses).toEqual([202, 202, 202, 202, 202, 429])
  expect(await mailsTo('erin+tag@example.org')).toHaveLength(5)
})

test('where sign-up is closed nobody signs up, and without mail nobody is promised any', async () => {
  const { createApp } = await import('#apps/api/app.ts')
  const asked = (site: Partial<typeof api.deps.site>) =>
    createApp({ ...api.deps, site: { ...api.deps.site, ...site } }).request('/v1/sign-up', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'frank@example.org' }),
    })
  await expectProblem(asked({ signUp: 'closed' }), 403, 'sign-up-closed')
  await expectProblem(asked({ mail: 'none' }), 503, 'no-mail')
})
