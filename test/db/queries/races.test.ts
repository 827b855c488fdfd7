import { randomBytes } from 'node:crypto'
import { generateSync } from 'otplib'
import { sql } from 'kysely'
import { expect, test, vi } from 'vitest'
import { newId } from '#db/model/id.ts'
import { Secret } from '#db/model/secret.ts'
import { createKey, keysAtMost, revokeKey } from '#db/queries/api-keys.ts'
import { createInvitation, winInvitation } from '#db/queries/organisations.ts'
import { makeRecoveryCodes, tryRecoveryCode } from '#db/queries/recovery-codes.ts'
import { beginTotp, confirmTotp, tryTotp } from '#db/queries/totp.ts'
import { createUser, joinOrganisation } from '#db/queries/users.ts'
import { useDatabase } from '#test/support/use-database.ts'

// What may happen once happens once, however many ask at the same moment. Codes and refresh tokens race in the tests of their own files.
vi.setConfig({ testTimeout: 120_000 })

const { db, actor } = await useDatabase()
const { organisationId } = actor
const masterKey = new Secret(randomBytes(32))
const key = new Secret(randomBytes(32))
const rounds = 20
const atOnce = 100

async function person(): Promise<string> {
  const email = `${newId()}@example.org`
  const { id } = (await createUser(db, {
    email: { canonical: email, display: email },
    name: '',
    passwordHash: null,
    instanceRole: null,
  }))!
  await joinOrganisation(db, { organisationId, userId: id, role: 'operator' })
  return id
}

/** How many of a hundred at once get through. */
async function winnersOf(attempt: () => Promise<boolean>): Promise<number> {
  const answers = await Promise.all(Array.from({ length: atOnce }, attempt))
  return answers.filter(Boolean).length
}

async function eachRound(makeAttempt: () => Promise<() => Promise<boolean>>): Promise<number[]> {
  const winners: number[] = []
  for (let round = 0; round < rounds; round++) winners.push(await winnersOf(await makeAttempt()))
  return winners
}

const oneEach = Array.from({ length: rounds }, () => 1)

test('a step of an authenticator app', async () => {
  expect(
    await eachRound(async () => {
      const userId = await person()
      const seed = (await beginTotp(db, masterKey, userId))!
      const nowSeconds = Math.floor(Date.now() / 1000)
      expect(await confirmTotp(db, masterKey, userId, generateSync({ secret: seed.reveal(), epoch: nowSeconds }))).toBe(
        true,
      )
      await sql`update totp_factors set last_step = 0 where user_id = ${userId}::uuid`.execute(db)
      const code = generateSync({ secret: seed.reveal(), epoch: nowSeconds })
      return () => tryTotp(db, masterKey, userId, code)
    }),
  ).toEqual(oneEach)
})

test('a recovery code', async () => {
  expect(
    await eachRound(async () => {
      const userId = await person()
      const [code] = await makeRecoveryCodes(db, key, userId)
      return () => tryRecoveryCode(db, [key], userId, code!)
    }),
  ).toEqual(oneEach)
})

test('an invitation', async () => {
  const invitedBy = await person()
  expect(
    await eachRound(async () => {
      const id = await createInvitation(db, { organisationId, email: 'a@example.org', role: 'viewer', invitedBy })
      return async () => (await winInvitation(db, id)) !== undefined
    }),
  ).toEqual(oneEach)
})

test('the last key that an organisation may have', async () => {
  const userId = await person()
  const noLimits = { scopes: null, targetTags: null, sourceRanges: null, expiresAt: null }
  const make = () =>
    db.transaction().execute((db) => createKey(db, { ...noLimits, organisationId, owner: { userId }, name: newId() }))
  const { count } = await db
    .selectFrom('api_keys')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .where('revoked_at', 'is', null)
    .executeTakeFirstOrThrow()
  for (let made = Number(count); made < keysAtMost - 1; made++) await make()
  const made: string[] = []
  expect(
    await eachRound(async () => {
      for (const id of made.splice(0)) await revokeKey(db, { organisationId, id, userId: null })
      return async () => {
        const key = await make()
        if (key) made.push(key.id)
        return key !== undefined
      }
    }),
  ).toEqual(oneEach)
})
