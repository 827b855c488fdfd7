import { beforeEach, expect, test } from 'vitest'
import { generateSync } from 'otplib'
import { sql } from 'kysely'
import { expectProblem, useApi } from '#test/support/api.ts'
import {
  ask,
  codeOf,
  forgetSteps,
  forgiveBudgets,
  goodPassword,
  makePerson,
  type Person,
  personOf,
  signUp,
} from '#test/support/people.ts'

const { db, api } = await useApi()
beforeEach(() => forgiveBudgets(api))

const json = async <Body>(answer: Response) => (await answer.json()) as Body
const totpNow = (secret: string) => generateSync({ secret, epoch: Math.floor(Date.now() / 1000) })
/** Lets the same step be shown again: a test does not wait half a minute. */
const forgetStep = () => sql`update totp_factors set last_step = 0`.execute(db)

async function setUpTotp(person: Person) {
  const { uri, qrSvg } = await json<{ uri: string; qrSvg: string }>(await person.send('POST', '/v1/me/totp'))
  expect(qrSvg).toMatch(/^<svg/)
  const secret = new URL(uri).searchParams.get('secret')!
  const confirmed = await person.send('POST', '/v1/me/totp/confirm', { code: totpNow(secret) })
  expect(confirmed.status).toBe(200)
  const { recoveryCodes } = await json<{ recoveryCodes: string[] }>(confirmed)
  await forgetStep()
  return { secret, recoveryCodes }
}

test('an authenticator app is asked from an unknown device, and a mailed code passes no more', async () => {
  const ada = await signUp(api)
  const { secret, recoveryCodes } = await setUpTotp(ada)
  expect(recoveryCodes).toHaveLength(10)
  expect(recoveryCodes[0]).toMatch(/^([0-9A-Z]{4}-){5}[0-9A-Z]{4}$/)
  const asked = await ask(api, '/v1/login', { email: ada.email, password: goodPassword })
  expect(asked.body.factors).toEqual(['totp', 'recovery-code'])
  const { challenge } = asked.body
  const show = (proof: object) => ask(api, '/v1/login/factor', { challenge, proof })
  await expectProblem(
    (await show({ kind: 'mailed-code', code: codeOf(api, challenge) })).response,
    401,
    'wrong-credentials',
  )
  expect((await show({ kind: 'totp', code: totpNow(secret) })).status).toBe(200)
  await expectProblem((await show({ kind: 'totp', code: totpNow(secret) })).response, 401, 'wrong-credentials')
})

test('a recovery code stands for a lost factor, each once', async () => {
  const ada = await signUp(api)
  const { recoveryCodes } = await setUpTotp(ada)
  const login = async () => (await ask(api, '/v1/login', { email: ada.email, password: goodPassword })).body.challenge
  const code = recoveryCodes[3]!.toLowerCase().replaceAll('-', ' ')
  const show = async () =>
    ask(api, '/v1/login/factor', { challenge: await login(), proof: { kind: 'recovery-code', code } })
  expect((await show()).status).toBe(200)
  await expectProblem((await show()).response, 401, 'wrong-credentials')
  const left = await json<{ recoveryCodesLeft: number }>(await ada.send('GET', '/v1/me/factors'))
  expect(left.recoveryCodesLeft).toBe(9)
})

test('ten wrong ones are all that an account has in an hour, whatever is shown', async () => {
  const ada = await signUp(api)
  const { secret } = await setUpTotp(ada)
  const { challenge } = (await ask(api, '/v1/login', { email: ada.email, password: goodPassword })).body
  const show = (code: string) => ask(api, '/v1/login/factor', { challenge, proof: { kind: 'totp', code } })
  const wrong = await Promise.all(Array.from({ length: 30 }, () => show('000000').then(({ status }) => status)))
  expect(wrong.filter((status) => status === 401)).toHaveLength(10)
  await expectProblem((await show(totpNow(secret))).response, 429, 'too-many-tries')
})

test('what needs a step-up opens by a fresh factor, for ten minutes', async () => {
  const ada = await signUp(api)
  const { secret } = await setUpTotp(ada)
  await forgetSteps(db)
  await expect.poll(async () => (await ada.send('POST', '/v1/keys', { name: 'early' })).status).toBe(403)
  await expectProblem(ada.send('POST', '/v1/keys', { name: 'a' }), 403, 'step-up-required')
  const question = await json<{ challenge: string; factors: string[]; needsPassword: boolean }>(
    await ada.send('POST', '/v1/step-up'),
  )
  expect(question).toMatchObject({ factors: ['totp', 'recovery-code'], needsPassword: false })
  const proof = { kind: 'totp', code: totpNow(secret) }
  expect((await ada.send('POST', '/v1/step-up/verify', { challenge: question.challenge, proof })).status).toBe(204)
  await expect.poll(async () => (await ada.send('POST', '/v1/keys', { name: 'b' })).status, { timeout: 1000 }).toBe(201)
})

test('without a factor of one’s own a step-up is the password and a mailed code, both', async () => {
  const ada = await signUp(api)
  const question = await json<{ challenge: string; factors: string[]; needsPassword: boolean }>(
    await ada.send('POST', '/v1/step-up'),
  )
  expect(question).toMatchObject({ factors: ['mailed-code'], needsPassword: true })
  const { challenge } = question
  const proof = { kind: 'mailed-code', code: codeOf(api, challenge) }
  const verify = (password?: string) => ada.send('POST', '/v1/step-up/verify', { challenge, proof, password })
  await expectProblem(verify(), 401, 'wrong-credentials')
  await expectProblem(verify('wrong horse battery'), 401, 'wrong-credentials')
  expect((await verify(goodPassword)).status).toBe(204)
})

test('lost factors are taken away by two different admins, and by no one alone', async () => {
  const ada = await signUp(api)
  await setUpTotp(ada)
  const { principal } = await json<{ principal: { id: string } }>(await ada.send('GET', '/v1/me'))
  const path = `/v1/instance/users/${principal.id}/factor-reset`
  const [one, two] = [
    await makePerson(api, { instanceRole: 'instance-admin' }),
    await makePerson(api, { instanceRole: 'instance-admin' }),
  ]
  const stateOf = async (answer: Response) => (await json<{ state: string }>(answer)).state
  expect(await stateOf(await one.send('POST', path))).toBe('asked')
  expect(await stateOf(await one.send('POST', path))).toBe('asked')
  expect(await stateOf(await two.send('POST', path))).toBe('done')
  const asked = await ask(api, '/v1/login', { email: ada.email, password: goodPassword })
  expect(asked.body.factors).toEqual(['mailed-code'])
  const told = await db
    .selectFrom('mails')
    .select('facts')
    .where('kind', '=', 'factor-changed')
    .where('recipient', '=', ada.email)
    .execute()
  expect(told.map(({ facts }) => facts)).toContainEqual({ factor: 'all-factors', change: 'removed' })
})

test('a passkey’s answer to another challenge, or none, is none', async () => {
  const ada = await signUp(api)
  const begun = await json<{ challenge: string }>(await ada.send('POST', '/v1/me/passkeys/options'))
  const response = { id: 'AAAA', rawId: 'AAAA', type: 'public-key', response: {} }
  const add = (challenge: string) => ada.send('POST', '/v1/me/passkeys', { challenge, response, name: 'x' })
  await expectProblem(add(begun.challenge), 401, 'wrong-credentials')
  await expectProblem(add(begun.challenge), 401, 'wrong-credentials')
  const alone = (await ask(api, '/v1/login/passkey/options', {})).body
  await expectProblem(
    (await ask(api, '/v1/login/passkey', { challenge: alone.challenge, response })).response,
    401,
    'wrong-credentials',
  )
})

test('a removed factor is asked no more, and its owner is told', async () => {
  const ada = await signUp(api)
  await setUpTotp(ada)
  expect((await ada.send('DELETE', '/v1/me/totp')).status).toBe(204)
  await expectProblem(ada.send('DELETE', '/v1/me/totp'), 404, 'not-found')
  expect(await json(await ada.send('GET', '/v1/me/factors'))).toEqual({
    hasTotp: false,
    recoveryCodesLeft: 0,
    passkeys: [],
  })
  const again = await ask(api, '/v1/login', { email: ada.email, password: goodPassword })
  expect(again.body.factors).toEqual(['mailed-code'])
  expect(personOf(api, ada.email, again.body)).toBeDefined()
})
