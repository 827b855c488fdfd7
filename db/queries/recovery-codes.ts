import type { Db } from '../connect.ts'
import { hashRecoveryCode, newRecoveryCode } from '../model/recovery-code.ts'
import type { Secret } from '../model/secret.ts'
import { now } from './clock.ts'
import { sameHash } from './hash.ts'

const codesAtOnce = 10

/** Ten new codes, which nothing shows again; the old ones stop working. Belongs into a transaction. */
export async function makeRecoveryCodes(db: Db, key: Secret<Buffer>, userId: string): Promise<string[]> {
  const codes = Array.from({ length: codesAtOnce }, newRecoveryCode)
  await removeRecoveryCodes(db, userId)
  await db
    .insertInto('recovery_codes')
    .values(codes.map((code) => ({ user_id: userId, code_hash: hashRecoveryCode(key, userId, code) })))
    .execute()
  return codes
}

/** Each is good once: of a hundred who send it at once one wins. */
export async function tryRecoveryCode(
  db: Db,
  keys: readonly Secret<Buffer>[],
  userId: string,
  code: string,
): Promise<boolean> {
  const hashes = keys.map((key) => hashRecoveryCode(key, userId, code))
  const won = await db
    .updateTable('recovery_codes')
    .set({ used_at: now })
    .where('user_id', '=', userId)
    .where('used_at', 'is', null)
    .where((its) => its.or(hashes.map((hash) => its('code_hash', '=', sameHash(hash)))))
    .returning('user_id')
    .executeTakeFirst()
  return won !== undefined
}

export const removeRecoveryCodes = (db: Db, userId: string) =>
  db.deleteFrom('recovery_codes').where('user_id', '=', userId).execute()
