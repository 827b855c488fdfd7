import { sql } from 'kysely'
import { publish } from '../bus.ts'
import type { Db } from '../connect.ts'
import type { Actor } from '../model/actor.ts'
import { newId } from '../model/id.ts'
import { now } from './clock.ts'

/** Days after which a session ends, whatever is done in it. */
const longestDays = { usual: 7, remembered: 30 } as const
/** Days after which one that nobody used ends. */
const idleDays = 7
/** How long an exchanged refresh token still gives its successor: two tabs ask at once, and an answer can be lost. */
const graceSeconds = 30
/** How long after a second factor was shown nobody asks for it again. */
const freshMinutes = 10

export interface NewSession {
  readonly userId: string
  readonly organisationId: string
  readonly deviceId: string | null
  /** What a list shows: the browser and its system, or the program. */
  readonly name: string
  readonly address: string | null
  readonly isRemembered: boolean
}

/** A second factor was shown at this moment, or there is none to show: a sign-in is a step-up too. */
export async function beginSession(
  db: Db,
  session: NewSession,
): Promise<{ id: string; generation: number; expiresAt: Date }> {
  const { userId, organisationId, deviceId, name, address, isRemembered } = session
  const days = isRemembered ? longestDays.remembered : longestDays.usual
  return db
    .insertInto('sessions')
    .values({
      id: newId(),
      user_id: userId,
      organisation_id: organisationId,
      device_id: deviceId,
      name,
      address,
      is_remembered: isRemembered,
      rotated_at: calendar,
      stepped_up_at: calendar,
      expires_at: sql<Date>`calendar_now() + make_interval(days => ${days})`,
    })
    .returning(['id', 'generation', 'expires_at as expiresAt'])
    .executeTakeFirstOrThrow()
}

const calendar = sql<Date>`calendar_now()`

const isOpen = sql<boolean>`ended_at is null and expires_at > calendar_now() and rotated_at > calendar_now() - make_interval(days => ${idleDays})`

/** What the successor of a refresh token is made of. */
export interface Successor {
  readonly generation: number
  readonly userId: string
  readonly organisationId: string
  readonly isRemembered: boolean
  readonly expiresAt: Date
}

export type Rotation =
  /** The token was good: its successor is of this generation. */
  | ({ readonly status: 'rotated' } & Successor)
  /** It had been exchanged a moment ago, and nobody used its successor yet: here is the same successor again. */
  | ({ readonly status: 'repeated' } & Successor)
  /** It was exchanged before: one of the two who have it stole it, so the session has ended for both (RFC 9700 §4.14.2). */
  | { readonly status: 'reused'; readonly userId: string }
  | { readonly status: 'ended' }

/** Exchanges the refresh token of this generation; of a hundred at once one wins. Needs a transaction. */
export async function rotateSession(db: Db, id: string, generation: number): Promise<Rotation> {
  const won = await db
    .updateTable('sessions')
    .set({ generation: generation + 1, rotated_at: calendar })
    .where('id', '=', id)
    .where('generation', '=', generation)
    .where(isOpen)
    .returning(successor)
    .executeTakeFirst()
  if (won) return { status: 'rotated', ...won }
  const session = await db
    .selectFrom('sessions')
    .select(successor)
    .select(isOpen.as('is_open'))
    .select(sql<boolean>`rotated_at > calendar_now() - make_interval(secs => ${graceSeconds})`.as('is_recent'))
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!session?.is_open || generation >= session.generation) return { status: 'ended' }
  const { userId, organisationId, isRemembered, expiresAt } = session
  if (generation === session.generation - 1 && session.is_recent)
    return { status: 'repeated', generation: session.generation, userId, organisationId, isRemembered, expiresAt }
  await endSessions(db, userId, { only: id }, 'refresh-token-reused')
  return { status: 'reused', userId }
}

const successor = [
  'generation',
  'user_id as userId',
  'organisation_id as organisationId',
  'is_remembered as isRemembered',
  'expires_at as expiresAt',
] as const

/** Lets a session act in another of its person's organisations, with a new refresh token; undefined where it is not one of them. */
export async function switchOrganisation(
  db: Db,
  { id, userId, organisationId }: { readonly id: string; readonly userId: string; readonly organisationId: string },
): Promise<Successor | undefined> {
  const switched = await db
    .updateTable('sessions')
    .set({ organisation_id: organisationId, generation: sql<number>`generation + 1`, rotated_at: calendar })
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .where(isOpen)
    .where((its) =>
      its.exists(
        its
          .selectFrom('memberships')
          .select('user_id')
          .where('user_id', '=', userId)
          .where('organisation_id', '=', organisationId),
      ),
    )
    .returning(successor)
    .executeTakeFirst()
  await publish(db, 'credential', id)
  return switched
}

export interface SessionActor {
  readonly actor: Actor
  readonly expiresAt: Date
}

/** Who a session stands for now; undefined when it has ended, or its person is disabled or no longer in the organisation. */
export async function findSessionActor(db: Db, id: string, userId: string): Promise<SessionActor | undefined> {
  const row = await db
    .selectFrom('sessions')
    .innerJoin('users as person', 'person.id', 'sessions.user_id')
    .innerJoin('memberships as membership', (on) =>
      on
        .onRef('membership.user_id', '=', 'sessions.user_id')
        .onRef('membership.organisation_id', '=', 'sessions.organisation_id'),
    )
    .select(['sessions.organisation_id', 'sessions.expires_at', 'membership.role', 'person.instance_role'])
    .select(
      sql<boolean>`coalesce(stepped_up_at > calendar_now() - make_interval(mins => ${freshMinutes}), false)`.as(
        'is_fresh',
      ),
    )
    .where('sessions.id', '=', id)
    .where('sessions.user_id', '=', userId)
    .where('person.state', '=', 'active')
    .where(isOpen)
    .executeTakeFirst()
  if (!row) return undefined
  return {
    expiresAt: row.expires_at,
    actor: {
      organisationId: row.organisation_id,
      credential: { kind: 'session', id, isFresh: row.is_fresh },
      principal: { kind: 'user', id: userId },
      role: row.role,
      instanceRole: row.instance_role,
    },
  }
}

/** A second factor was shown again. */
export async function stepUp(db: Db, id: string): Promise<void> {
  await db.updateTable('sessions').set({ stepped_up_at: calendar }).where('id', '=', id).where(isOpen).execute()
  await publish(db, 'credential', id)
}

/** A person's open sessions, the newest first. */
export const listSessions = (db: Db, userId: string) =>
  db
    .selectFrom('sessions')
    .select(['id', 'name', 'address', 'is_remembered', 'created_at', 'rotated_at', 'expires_at', 'organisation_id'])
    .where('user_id', '=', userId)
    .where(isOpen)
    .orderBy('created_at', 'desc')
    .limit(100)
    .execute()

/** The session that a mail told of, open or not; marked, so that the mail's link works once. */
export const findReportedSession = (db: Db, id: string) =>
  db
    .updateTable('sessions')
    .set({ end_reason: 'not-me', ended_at: sql<Date>`coalesce(ended_at, now())` })
    .where('id', '=', id)
    .where((is) => is.or([is('end_reason', 'is', null), is('end_reason', '!=', 'not-me')]))
    .returning('user_id as userId')
    .executeTakeFirst()

export async function renameSession(db: Db, userId: string, id: string, name: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('sessions')
    .set({ name })
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .where(isOpen)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

export type WhichSessions = { readonly only: string } | { readonly allBut: string | null }

/** Ends a person's sessions: one, all, or all but the present one. The ids of those that were open. */
export async function endSessions(db: Db, userId: string, which: WhichSessions, reason: string): Promise<string[]> {
  let ending = db
    .updateTable('sessions')
    .set({ ended_at: now, end_reason: reason })
    .where('user_id', '=', userId)
    .where('ended_at', 'is', null)
  if ('only' in which) ending = ending.where('id', '=', which.only)
  else if (which.allBut !== null) ending = ending.where('id', '!=', which.allBut)
  const ended = await ending.returning('id').execute()
  await publish(db, 'credential', userId)
  return ended.map(({ id }) => id)
}
