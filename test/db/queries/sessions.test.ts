import { sql } from 'kysely'
import { afterEach, expect, test } from 'vitest'
import { newId } from '#db/model/id.ts'
import {
  beginSession,
  endSessions,
  findSessionActor,
  listSessions,
  renameSession,
  rotateSession,
  stepUp,
} from '#db/queries/sessions.ts'
import { useDatabase } from '#test/support/use-database.ts'

const { db, actor } = await useDatabase()

afterEach(() => travel('0 seconds'))

/** Moves calendar time. */
const travel = (interval: string) =>
  sql
    .raw(
      `create or replace function calendar_now() returns timestamptz language sql stable as $$select now() + interval '${interval}'$$`,
    )
    .execute(db)

async function makePerson() {
  const id = newId()
  const email = `${id}@example.org`
  await db.insertInto('users').values({ id, email, email_display: email }).execute()
  await db
    .insertInto('memberships')
    .values({ organisation_id: actor.organisationId, user_id: id, role: 'admin' })
    .execute()
  return id
}

async function begin(about: { isRemembered?: boolean; userId?: string } = {}) {
  const userId = about.userId ?? (await makePerson())
  const { id } = await beginSession(db, {
    userId,
    organisationId: actor.organisationId,
    deviceId: null,
    name: 'Chromium on Linux',
    address: '192.0.2.1',
    isRemembered: about.isRemembered ?? false,
  })
  return { id, userId }
}
const rotate = (id: string, generation: number) => db.transaction().execute((db) => rotateSession(db, id, generation))
const isAlive = async ({ id, userId }: { id: string; userId: string }) =>
  (await findSessionActor(db, id, userId)) !== undefined

test('a session acts as its person, in its organisation, with the role of now', async () => {
  const { id, userId } = await begin()
  expect((await findSessionActor(db, id, userId))?.actor).toEqual({
    organisationId: actor.organisationId,
    credential: { kind: 'session', id, isFresh: true },
    principal: { kind: 'user', id: userId },
    role: 'admin',
    instanceRole: null,
  })
  expect(await findSessionActor(db, id, newId())).toBeUndefined()
  await db.updateTable('memberships').set({ role: 'viewer' }).where('user_id', '=', userId).execute()
  expect((await findSessionActor(db, id, userId))?.actor.role).toBe('viewer')
})

test('whoever is disabled, or no longer a member, has no session that acts', async () => {
  const disabled = await begin()
  await db.updateTable('users').set({ state: 'disabled' }).where('id', '=', disabled.userId).execute()
  expect(await isAlive(disabled)).toBe(false)
  const removed = await begin()
  await db.deleteFrom('memberships').where('user_id', '=', removed.userId).execute()
  expect(await isAlive(removed)).toBe(false)
})

test('a token that is exchanged gives the next one; a used one ends the session for everybody', async () => {
  const session = await begin()
  expect(await rotate(session.id, 1)).toMatchObject({ status: 'rotated', generation: 2 })
  expect(await rotate(session.id, 2)).toMatchObject({ status: 'rotated', generation: 3 })
  expect(await rotate(session.id, 1)).toEqual({ status: 'reused', userId: session.userId })
  expect(await isAlive(session)).toBe(false)
  expect(await rotate(session.id, 3)).toEqual({ status: 'ended' })
})

test('two tabs at once, and a lost answer, get the same successor and end nothing', async () => {
  const session = await begin()
  const answers = await Promise.all([rotate(session.id, 1), rotate(session.id, 1)])
  expect(answers.map(({ status }) => status).toSorted()).toEqual(['repeated', 'rotated'])
  expect(await rotate(session.id, 1)).toMatchObject({ status: 'repeated', generation: 2 })
  expect(await isAlive(session)).toBe(true)
})

test('the grace is the last token’s alone, and short', async () => {
  const session = await begin()
  await rotate(session.id, 1)
  await travel('31 seconds')
  expect(await rotate(session.id, 1)).toMatchObject({ status: 'reused' })
})

test('of a hundred exchanges at once one wins, in every round', async () => {
  for (let round = 0; round < 20; round++) {
    const { id } = await begin()
    const answers = await Promise.all(Array.from({ length: 100 }, () => rotate(id, 1)))
    expect(answers.filter(({ status }) => status === 'rotated')).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 'repeated')).toHaveLength(99)
  }
})

test('a token from the future, and one of no session, end nothing', async () => {
  const session = await begin()
  expect(await rotate(session.id, 2)).toEqual({ status: 'ended' })
  expect(await rotate(newId(), 1)).toEqual({ status: 'ended' })
  expect(await isAlive(session)).toBe(true)
})

test('a session ends after 7 days, a remembered one after 30, and after 7 in which nobody used it', async () => {
  const [usual, remembered] = [await begin(), await begin({ isRemembered: true })]
  let generation = 1
  for (const [days, usualLives, rememberedLives] of [
    [6, true, true],
    [8, false, true],
    [14, false, true],
    [20, false, true],
    [26, false, true],
    [29, false, true],
    [31, false, false],
  ] as const) {
    await travel(`${days} days`)
    expect([days, await isAlive(usual), await isAlive(remembered)]).toEqual([days, usualLives, rememberedLives])
    const { status } = await rotate(remembered.id, generation++)
    expect(status).toBe(rememberedLives ? 'rotated' : 'ended')
  }
  const idle = await begin({ isRemembered: true })
  await travel(`${31 + 8} days`)
  expect(await isAlive(idle)).toBe(false)
})

test('a second factor is fresh for ten minutes', async () => {
  const { id, userId } = await begin()
  const isFresh = async () => (await findSessionActor(db, id, userId))?.actor.credential
  await travel('11 minutes')
  expect(await isFresh()).toMatchObject({ isFresh: false })
  await stepUp(db, id)
  expect(await isFresh()).toMatchObject({ isFresh: true })
})

test('one’s sessions are listed, named and ended; another’s are not there', async () => {
  const [one, other] = [await begin(), await begin()]
  const second = await begin({ userId: one.userId })
  const third = await begin({ userId: one.userId })
  expect((await listSessions(db, one.userId)).map(({ id }) => id)).toEqual([third.id, second.id, one.id])
  expect(await renameSession(db, one.userId, one.id, 'my laptop')).toBe(true)
  expect(await renameSession(db, other.userId, one.id, 'mine')).toBe(false)
  expect((await listSessions(db, one.userId)).at(-1)?.name).toBe('my laptop')

  expect(await endSessions(db, other.userId, { only: one.id }, 'revoked')).toEqual([])
  expect(await endSessions(db, one.userId, { only: one.id }, 'revoked')).toEqual([one.id])
  expect(await endSessions(db, one.userId, { allBut: third.id }, 'password-changed')).toEqual([second.id])
  expect(await isAlive(third)).toBe(true)
  expect(await endSessions(db, one.userId, { allBut: null }, 'log-out')).toEqual([third.id])
  expect(await listSessions(db, one.userId)).toEqual([])
  expect(await isAlive(other)).toBe(true)
})
