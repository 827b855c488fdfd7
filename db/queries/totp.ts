import { sql } from 'kysely'
import type { Db } from '../connect.ts'
import { Secret } from '../model/secret.ts'
import { newTotpSeed, totpStepOf } from '../model/totp.ts'
import { reseal, type SealingKey, seal, unseal } from '../seal.ts'
import { now } from './clock.ts'

/** Makes a seed that waits to be confirmed, in place of one that does. Undefined where a confirmed one stands already. */
export async function beginTotp(db: Db, masterKey: SealingKey, userId: string): Promise<Secret<string> | undefined> {
  const seed = newTotpSeed()
  const made = await db
    .insertInto('totp_factors')
    .values({ user_id: userId, seed_sealed: seal(masterKey, userId, Buffer.from(seed)) })
    .onConflict((on) =>
      on
        .column('user_id')
        .doUpdateSet((its) => ({ seed_sealed: its.ref('excluded.seed_sealed') }))
        .where('totp_factors.confirmed_at', 'is', null),
    )
    .returning('user_id')
    .executeTakeFirst()
  return made && new Secret(seed)
}

const nowSeconds = () => Math.floor(Date.now() / 1000)

/** Begins to ask for it, once the app has shown that it has the seed. */
export async function confirmTotp(db: Db, masterKey: SealingKey, userId: string, code: string): Promise<boolean> {
  const step = await stepOf(db, masterKey, userId, code, false)
  if (step === null) return false
  const won = await db
    .updateTable('totp_factors')
    .set({ confirmed_at: now, last_step: String(step) })
    .where('user_id', '=', userId)
    .where('confirmed_at', 'is', null)
    .returning('user_id')
    .executeTakeFirst()
  return won !== undefined
}

/** A step is good once (RFC 6238 §5.2): of a hundred who send its code at once one wins. */
export async function tryTotp(db: Db, masterKey: SealingKey, userId: string, code: string): Promise<boolean> {
  const step = await stepOf(db, masterKey, userId, code, true)
  if (step === null) return false
  const won = await db
    .updateTable('totp_factors')
    .set({ last_step: String(step) })
    .where('user_id', '=', userId)
    .where('last_step', '<', String(step))
    .returning('user_id')
    .executeTakeFirst()
  return won !== undefined
}

async function stepOf(db: Db, masterKey: SealingKey, userId: string, code: string, isConfirmed: boolean) {
  const factor = await db
    .selectFrom('totp_factors')
    .select('seed_sealed')
    .where('user_id', '=', userId)
    .where('confirmed_at', isConfirmed ? 'is not' : 'is', null)
    .executeTakeFirst()
  if (!factor) return null
  const seed = new Secret(unseal(masterKey, userId, factor.seed_sealed.reveal()).reveal().toString())
  return totpStepOf(seed, code, nowSeconds())
}

export async function removeTotp(db: Db, userId: string): Promise<boolean> {
  const { numDeletedRows } = await db.deleteFrom('totp_factors').where('user_id', '=', userId).executeTakeFirst()
  return numDeletedRows === 1n
}

/** The seeds too are sealed by the master key: seals them anew, in the caller's transaction. */
export async function rewrapTotp(db: Db, masterKey: SealingKey, next: SealingKey): Promise<number> {
  const rows = await db.selectFrom('totp_factors').select(['user_id', 'seed_sealed']).forUpdate().execute()
  for (const { user_id, seed_sealed } of rows) {
    await db
      .updateTable('totp_factors')
      .set({ seed_sealed: reseal(masterKey, next, user_id, seed_sealed) })
      .where('user_id', '=', user_id)
      .execute()
  }
  return rows.length
}

/** Which factors a person has set up. One question, whatever they are. */
export async function readFactors(db: Db, userId: string) {
  const { rows } = await sql<{ has_totp: boolean; passkeys: number; recovery_codes: number }>`
    select exists (select from totp_factors where user_id = ${userId}::uuid and confirmed_at is not null) as has_totp,
      (select count(*)::int from passkeys where user_id = ${userId}::uuid) as passkeys,
      (select count(*)::int from recovery_codes where user_id = ${userId}::uuid and used_at is null) as recovery_codes
  `.execute(db)
  const [{ has_totp, passkeys, recovery_codes }] = rows as [(typeof rows)[number]]
  return { hasTotp: has_totp, passkeys, recoveryCodes: recovery_codes }
}
