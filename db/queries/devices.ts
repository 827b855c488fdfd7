import type { Db } from '../connect.ts'
import { newId } from '../model/id.ts'
import { now } from './clock.ts'

/** Notes a browser that has proved a second factor. */
export async function createDevice(db: Db, userId: string, label: string): Promise<string> {
  const { id } = await db
    .insertInto('devices')
    .values({ id: newId(), user_id: userId, label })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** The first of these devices that this person has. */
export const findDevice = (db: Db, userId: string, ids: readonly string[]) =>
  ids.length === 0
    ? Promise.resolve(undefined)
    : db
        .selectFrom('devices')
        .select(['id', 'label'])
        .where('user_id', '=', userId)
        .where('id', 'in', ids)
        .limit(1)
        .executeTakeFirst()

export const touchDevice = (db: Db, id: string) =>
  db.updateTable('devices').set({ last_seen_at: now }).where('id', '=', id).execute()

/** A person's known devices, the last seen first. */
export const listDevices = (db: Db, userId: string) =>
  db
    .selectFrom('devices')
    .select(['id', 'label', 'created_at as createdAt', 'last_seen_at as lastSeenAt'])
    .where('user_id', '=', userId)
    .orderBy('last_seen_at', 'desc')
    .limit(100)
    .execute()

/** Its next sign-in needs a second factor again; all of them where no id is given. */
export async function forgetDevices(db: Db, userId: string, id: string | null): Promise<number> {
  let forgetting = db.deleteFrom('devices').where('user_id', '=', userId)
  if (id !== null) forgetting = forgetting.where('id', '=', id)
  return Number((await forgetting.executeTakeFirst()).numDeletedRows)
}
