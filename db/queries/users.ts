import { sql } from 'kysely'
import type { Db } from '../connect.ts'
import { publish } from '../bus.ts'
import type { Email } from '../model/email.ts'
import { newId } from '../model/id.ts'
import type { InstanceRole, OrganisationRole } from '../model/role.ts'
import type { Language } from '../model/words/language.ts'
import { now } from './clock.ts'

const columns = [
  'id',
  'email',
  'email_display as emailDisplay',
  'name',
  'language',
  'password_hash',
  'instance_role as instanceRole',
  'state',
  'created_at as createdAt',
] as const

/** How a joined user is called by others, as a part of a statement; null for somebody who is gone. */
export const personName = sql<string | null>`coalesce(nullif(users.name, ''), users.email_display)`

export type UserRow = NonNullable<Awaited<ReturnType<typeof findUser>>>

export const findUser = (db: Db, id: string) =>
  db.selectFrom('users').select(columns).where('id', '=', id).executeTakeFirst()

export const findUserByEmail = (db: Db, email: string) =>
  db.selectFrom('users').select(columns).where('email', '=', email).executeTakeFirst()

/** The language of whoever gets a mail, by the address, the account it is moving to, or the challenge that asked for it; English until they say another. */
export async function languageOf(
  db: Db,
  { recipient, challengeId, facts }: { recipient: string; challengeId: string | null; facts: object },
): Promise<Language> {
  const newEmail = 'newEmail' in facts ? String(facts.newEmail) : recipient
  const { rows } = await sql<{ language: Language | null }>`
    select language from users
    where email in (${recipient}, ${newEmail}) or id = (select user_id from challenges where id = ${challengeId})
    order by email = ${recipient} desc limit 1`.execute(db)
  return rows[0]?.language ?? 'en'
}

export interface NewUser {
  readonly email: Email
  readonly name: string
  /** Null for who signs in by passkey or provider alone. */
  readonly passwordHash: string | null
  readonly instanceRole: InstanceRole | null
}

/** Undefined when the address has an account already. */
export async function createUser(db: Db, user: NewUser): Promise<{ id: string } | undefined> {
  return db
    .insertInto('users')
    .values({
      id: newId(),
      email: user.email.canonical,
      email_display: user.email.display,
      name: user.name,
      password_hash: user.passwordHash,
      instance_role: user.instanceRole,
    })
    .onConflict((on) => on.column('email').doNothing())
    .returning('id')
    .executeTakeFirst()
}

export const setPasswordHash = (db: Db, id: string, hash: string) =>
  db.updateTable('users').set({ password_hash: hash }).where('id', '=', id).execute()

/** Nobody signs in by password until a new one is chosen. */
export const clearPassword = (db: Db, id: string) =>
  db.updateTable('users').set({ password_hash: null }).where('id', '=', id).execute()

/** False when another account has the address by now. */
export async function setEmail(db: Db, id: string, email: Email): Promise<boolean> {
  const taken = await findUserByEmail(db, email.canonical)
  if (taken && taken.id !== id) return false
  await db
    .updateTable('users')
    .set({ email: email.canonical, email_display: email.display })
    .where('id', '=', id)
    .execute()
  return true
}

/** What a person says of themselves; what is left out stays. At least one is there. */
export const changeUserFacts = (
  db: Db,
  id: string,
  facts: { readonly name?: string | undefined; readonly language?: Language | null | undefined },
) =>
  db
    .updateTable('users')
    .set({
      ...(facts.name === undefined ? {} : { name: facts.name }),
      ...(facts.language === undefined ? {} : { language: facts.language }),
    })
    .where('id', '=', id)
    .execute()

export async function setUserState(db: Db, id: string, state: UserRow['state']): Promise<void> {
  await db.updateTable('users').set({ state, state_since: now }).where('id', '=', id).execute()
  await publish(db, 'credential', id)
}

export const isAnyUser = async (db: Db): Promise<boolean> =>
  (await db.selectFrom('users').select('id').limit(1).executeTakeFirst()) !== undefined

/** A person's organisations, the one joined first in front. */
export const membershipsOf = (db: Db, userId: string) =>
  db
    .selectFrom('memberships as membership')
    .innerJoin('organisations as organisation', 'organisation.id', 'membership.organisation_id')
    .select(['organisation.id', 'organisation.name', 'membership.role'])
    .where('membership.user_id', '=', userId)
    .orderBy('membership.created_at')
    .orderBy('organisation.id')
    .execute()

/** False when the person is in it already. */
export async function joinOrganisation(
  db: Db,
  membership: { readonly organisationId: string; readonly userId: string; readonly role: OrganisationRole },
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('memberships')
    .values({
      organisation_id: membership.organisationId,
      user_id: membership.userId,
      role: membership.role,
    })
    .onConflict((on) => on.columns(['organisation_id', 'user_id']).doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

/** An organisation of one's own, which a sign-up makes. */
export async function makeOrganisation(db: Db, ownerId: string, name: string): Promise<string> {
  const id = newId()
  await db.insertInto('organisations').values({ id, name }).execute()
  await joinOrganisation(db, { organisationId: id, userId: ownerId, role: 'owner' })
  return id
}

/** The organisation that the first start made; it belongs to the first account. */
export async function firstOrganisation(db: Db): Promise<string> {
  const known = await db.selectFrom('organisations').select('id').orderBy('created_at').limit(1).executeTakeFirst()
  if (known) return known.id
  const id = newId()
  await db.insertInto('organisations').values({ id, name: 'local' }).execute()
  return id
}
