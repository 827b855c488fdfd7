import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { hashApiKey, hintOf, makeApiKey } from '#db/model/api-key.ts'
import { newId } from '#db/model/id.ts'
import type { OrganisationRole } from '#db/model/role.ts'
import { findKeyActor, saveLocalKey } from '#db/queries/api-keys.ts'
import { useDatabase } from '#test/support/use-database.ts'

const { db, actor } = await useDatabase()

async function makePerson(role: OrganisationRole) {
  const id = newId()
  const email = `${id}@example.org`
  await db.insertInto('users').values({ id, email, email_display: email }).execute()
  await db.insertInto('memberships').values({ organisation_id: actor.organisationId, user_id: id, role }).execute()
  return id
}

async function makeKey(userId: string, about: object = {}) {
  const hash = hashApiKey(makeApiKey())
  const id = newId()
  const owner = { organisation_id: actor.organisationId, user_id: userId }
  await db
    .insertInto('api_keys')
    .values({ id, ...owner, name: id, hash, ...about })
    .execute()
  return hash
}

test('the key of this machine stands for the service account local, an operator', async () => {
  const { key, ...found } = actor
  expect(found).toMatchObject({
    role: 'operator',
    instanceRole: 'instance-admin',
    principal: { kind: 'service-account' },
  })
  expect(await findKeyActor(db, hashApiKey(key))).toEqual({ actor: found, sourceRanges: null })
  expect(await findKeyActor(db, hashApiKey(makeApiKey()))).toBeUndefined()
})

test('a new key of this machine replaces the old one, and a revoked one is not brought back by a start', async () => {
  const [first, second] = [makeApiKey(), makeApiKey()]
  for (const key of [first, second]) await saveLocalKey(db, hashApiKey(key), hintOf(key))
  expect(await findKeyActor(db, hashApiKey(first))).toBeUndefined()
  expect(await findKeyActor(db, hashApiKey(second))).toBeDefined()
  await sql`update api_keys set revoked_at = now() where hash = ${hashApiKey(second)}`.execute(db)
  await saveLocalKey(db, hashApiKey(second), hintOf(second))
  expect(await findKeyActor(db, hashApiKey(second))).toBeUndefined()
})

test('a person’s key has the role that the person has now, and dies with the membership', async () => {
  const userId = await makePerson('admin')
  const hash = await makeKey(userId, { scopes: ['scans:read'] })
  expect((await findKeyActor(db, hash))?.actor).toMatchObject({
    role: 'admin',
    credential: { kind: 'api-key', scopes: ['scans:read'], targetTags: null },
    principal: { kind: 'user', id: userId },
  })
  await db.updateTable('memberships').set({ role: 'viewer' }).where('user_id', '=', userId).execute()
  expect((await findKeyActor(db, hash))?.actor.role).toBe('viewer')
  await db.deleteFrom('memberships').where('user_id', '=', userId).execute()
  expect(await findKeyActor(db, hash)).toBeUndefined()
})

test('no key of an organisation’s stranger can exist', async () => {
  await expect(makeKey(newId())).rejects.toThrow(/foreign key/)
})

test('an expired key, and the key of a disabled person, stand for nobody', async () => {
  const userId = await makePerson('operator')
  const expired = await makeKey(userId, { expires_at: new Date(Date.now() - 1000) })
  const living = await makeKey(userId, { expires_at: new Date(Date.now() + 60_000) })
  expect(await findKeyActor(db, expired)).toBeUndefined()
  expect(await findKeyActor(db, living)).toBeDefined()
  await db.updateTable('users').set({ state: 'disabled' }).where('id', '=', userId).execute()
  expect(await findKeyActor(db, living)).toBeUndefined()
})

test('a disabled service account’s keys stand for nobody', async () => {
  const key = makeApiKey()
  await saveLocalKey(db, hashApiKey(key), hintOf(key))
  expect(await findKeyActor(db, hashApiKey(key))).toBeDefined()
  await db.updateTable('service_accounts').set({ disabled_at: new Date() }).execute()
  expect(await findKeyActor(db, hashApiKey(key))).toBeUndefined()
})
