import { sql } from 'kysely'
import { publish } from '../bus.ts'
import type { Db } from '../connect.ts'
import { newId } from '../model/id.ts'
import type { InstanceRole } from '../model/role.ts'
import { inSeconds, now } from './clock.ts'

/** The users of this instance, the newest first, from after the cursor. */
export function listUsers(
  db: Db,
  {
    limit,
    after,
    email,
    text,
  }: {
    readonly limit: number
    readonly after: string | null
    readonly email: string | null
    /** In the address or the name, in any case of letters. */
    readonly text: string | null
  },
) {
  let users = db
    .selectFrom('users')
    .select([
      'id',
      'email_display as email',
      'name',
      'instance_role as instanceRole',
      'state',
      'created_at as createdAt',
    ])
    .select((its) =>
      its
        .selectFrom('sessions')
        .whereRef('sessions.user_id', '=', 'users.id')
        .where('ended_at', 'is', null)
        .select(({ fn }) => fn.countAll<string>().as('n'))
        .as('openSessions'),
    )
    .orderBy('id', 'desc')
    .limit(limit)
  if (after !== null) users = users.where('id', '<', after)
  if (email !== null) users = users.where('email', '=', email)
  if (text !== null)
    users = users.where(sql<boolean>`position(lower(${text}) in lower(email_display || ' ' || name)) > 0`)
  return users.execute()
}

/** False where nobody would be left to run the instance. Belongs into a transaction. */
export async function setInstanceRole(db: Db, userId: string, role: InstanceRole | null): Promise<boolean> {
  if (role !== 'instance-admin' && !(await isAnotherAdmin(db, userId))) return false
  await db.updateTable('users').set({ instance_role: role }).where('id', '=', userId).execute()
  await publish(db, 'credential', userId)
  return true
}

/** Whether the instance has an active admin besides this person; holds the admins still until the transaction ends. */
export async function isAnotherAdmin(db: Db, userId: string): Promise<boolean> {
  const admins = await db
    .selectFrom('users')
    .select('id')
    .where('instance_role', '=', 'instance-admin')
    .where('state', '=', 'active')
    .orderBy('id')
    .forUpdate()
    .execute()
  return admins.some(({ id }) => id !== userId)
}

const resetSeconds = 24 * 3600

/** The second of two different askers within a day completes it; the first is noted. Belongs into a transaction. */
export async function agreeOnFactorReset(
  db: Db,
  { userId, email, askedBy }: { readonly userId: string; readonly email: string; readonly askedBy: string },
): Promise<'asked' | 'agreed'> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`factor-reset:${userId}`}, 0))`.execute(db)
  const agreed = await db
    .updateTable('challenges')
    .set({ used_at: now })
    .where('purpose', '=', 'factor-reset')
    .where('user_id', '=', userId)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .where(sql<boolean>`facts ->> 'askedBy' <> ${askedBy}`)
    .returning('id')
    .execute()
  if (agreed.length > 0) return 'agreed'
  await db
    .insertInto('challenges')
    .values({
      id: newId(),
      purpose: 'factor-reset',
      user_id: userId,
      email,
      facts: JSON.stringify({ askedBy }),
      expires_at: inSeconds(resetSeconds),
    })
    .execute()
  return 'asked'
}
