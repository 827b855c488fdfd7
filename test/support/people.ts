import { sql } from 'kysely'
import { expect } from 'vitest'
import { publish } from '#db/bus.ts'
import type { Db } from '#db/connect.ts'
import { mailedCode } from '#db/model/mailed-code.ts'
import type { InstanceRole, OrganisationRole } from '#db/model/role.ts'
import { beginSession } from '#db/queries/sessions.ts'
import { createUser, joinOrganisation, makeOrganisation } from '#db/queries/users.ts'
import type { TestApi } from './api.ts'

export interface Person {
  readonly email: string
  readonly password: string
  readonly accessToken: string
  readonly refreshToken: string
  readonly deviceToken: string
  /** Sends a request as this person. */
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>
}

let people = 0
export const goodPassword = 'correct horse battery staple'

/** The code that was mailed for this challenge. */
export const codeOf = ({ deps }: TestApi, challenge: string): string =>
  mailedCode(deps.credentials.keys('mailed-code')[0].secret, challenge.split('.')[0]!)

/** What the answers of the accounts' routes may hold. */
export interface AccountAnswer extends Tokens {
  challenge: string
  factors: string[]
}

/** As if everybody's second factor had been shown long ago. An API that has a session in mind hears of it in a moment. */
export const forgetSteps = (db: Db) =>
  db.transaction().execute(async (db) => {
    await db.updateTable('sessions').set({ stepped_up_at: sql<Date>`now() - interval '11 minutes'` }).execute()
    await publish(db, 'credential', 'all')
  })

/** Asks without any credential. */
export async function ask(
  api: TestApi,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: AccountAnswer; response: Response }> {
  const response = await api.send('POST', path, body, { authorization: '', ...headers })
  const text = await response.clone().text()
  return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as AccountAnswer, response }
}

export interface Tokens {
  accessToken: string
  refreshToken: string
  deviceToken: string
}

/** Somebody who has signed up by the API, with a code. */
export async function signUp(api: TestApi, email = `person-${++people}@example.org`): Promise<Person> {
  const begun = await ask(api, '/v1/sign-up', { email })
  expect(begun.status).toBe(202)
  const { challenge } = begun.body
  const made = await ask(api, '/v1/sign-up/verify', {
    challenge,
    code: codeOf(api, challenge),
    password: goodPassword,
    name: 'Ada',
  })
  expect(made.status).toBe(201)
  return personOf(api, email, made.body)
}

export const personOf = (api: TestApi, email: string, tokens: Tokens): Person => ({
  email,
  password: goodPassword,
  ...tokens,
  send: (method, path, body, headers = {}) =>
    api.send(method, path, body, { authorization: `Bearer ${tokens.accessToken}`, ...headers }),
})

/** Gives an address all its tries and sends back: tests ask for more codes than a person does in an hour. */
export async function forgiveBudgets({ deps }: TestApi): Promise<void> {
  await deps.db.deleteFrom('code_budgets').execute()
  await deps.db.deleteFrom('rate_limits').execute()
}

export interface PersonFacts {
  readonly role?: OrganisationRole
  readonly instanceRole?: InstanceRole | null
  /** The test's own organisation where nothing is said; null for one of the person's own. */
  readonly organisationId?: string | null
  /** Whether a second factor was shown just now. */
  readonly isFresh?: boolean
}

export interface MadePerson extends Person {
  readonly id: string
  readonly sessionId: string
  readonly organisationId: string
}

/** Somebody with these roles who is signed in, made in the database. */
export async function makePerson(api: TestApi, facts: PersonFacts = {}): Promise<MadePerson> {
  const { db, credentials } = api.deps
  const { role = 'owner', instanceRole = null, isFresh = true } = facts
  const email = `person-${++people}@example.org`
  const { id } = (await createUser(db, {
    email: { canonical: email, display: email },
    name: 'Ada',
    passwordHash: null,
    instanceRole,
  }))!
  const given = facts.organisationId === undefined ? api.organisationId : facts.organisationId
  const organisationId = given ?? (await makeOrganisation(db, id, email))
  await joinOrganisation(db, { organisationId, userId: id, role })
  const session = await beginSession(db, {
    userId: id,
    organisationId,
    deviceId: null,
    name: 'a test',
    address: null,
    isRemembered: false,
  })
  if (!isFresh) await db.updateTable('sessions').set({ stepped_up_at: null }).where('id', '=', session.id).execute()
  const accessToken = await credentials.accessTokens.sign({ userId: id, sessionId: session.id, organisationId })
  const refreshToken = credentials.refreshTokens.sign({ sessionId: session.id, generation: session.generation })
  return {
    ...personOf(api, email, { accessToken, refreshToken, deviceToken: '' }),
    id,
    sessionId: session.id,
    organisationId,
  }
}
