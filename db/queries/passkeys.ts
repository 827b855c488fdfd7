import type { Db } from '../connect.ts'
import { newId } from '../model/id.ts'
import { now } from './clock.ts'

const columns = [
  'id',
  'user_id as userId',
  'credential',
  'public_key as publicKey',
  'sign_count as signCount',
  'transports',
  'name',
] as const

export type PasskeyRow = NonNullable<Awaited<ReturnType<typeof findPasskey>>>

export const findPasskey = (db: Db, credential: Buffer) =>
  db.selectFrom('passkeys').select(columns).where('credential', '=', credential).executeTakeFirst()

export const passkeysOf = (db: Db, userId: string) =>
  db
    .selectFrom('passkeys')
    .select(columns)
    .select(['created_at as createdAt', 'last_used_at as lastUsedAt'])
    .where('user_id', '=', userId)
    .orderBy('created_at')
    .limit(50)
    .execute()

export interface NewPasskey {
  readonly userId: string
  readonly credential: Buffer
  readonly publicKey: Buffer
  readonly signCount: number
  readonly transports: readonly string[]
  readonly name: string
}

/** Undefined for a credential that somebody has registered already. */
export const createPasskey = (db: Db, passkey: NewPasskey) =>
  db
    .insertInto('passkeys')
    .values({
      id: newId(),
      user_id: passkey.userId,
      credential: passkey.credential,
      public_key: passkey.publicKey,
      sign_count: String(passkey.signCount),
      transports: [...passkey.transports],
      name: passkey.name,
    })
    .onConflict((on) => on.column('credential').doNothing())
    .returning('id')
    .executeTakeFirst()

/** Notes that it was used. False where its counter does not rise: a copy of it is about (WebAuthn Level 3 §6.1.1). Authenticators without a counter always say 0. */
export async function usePasskey(db: Db, id: string, signCount: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('passkeys')
    .set({ sign_count: String(signCount), last_used_at: now })
    .where('id', '=', id)
    .where((is) =>
      is.or([is('sign_count', '<', String(signCount)), is.and([is('sign_count', '=', '0'), is.lit(signCount === 0)])]),
    )
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

export async function renamePasskey(db: Db, userId: string, id: string, name: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('passkeys')
    .set({ name })
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

export async function removePasskey(db: Db, userId: string, id: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('passkeys')
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return numDeletedRows === 1n
}

export const removePasskeys = (db: Db, userId: string) =>
  db.deleteFrom('passkeys').where('user_id', '=', userId).execute()
