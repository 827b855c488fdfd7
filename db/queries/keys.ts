import { generateKeyPairSync, randomBytes } from 'node:crypto'
import type { Db } from '../connect.ts'
import { newId } from '../model/id.ts'
import type { Secret } from '../model/secret.ts'
import { reseal, type SealingKey, seal, unseal } from '../seal.ts'
import { now } from './clock.ts'

/** An Ed25519 key, PKCS #8 in DER. */
export function makeEd25519(): Buffer {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'der' })
}

/** What each key of ours is for; none serves two purposes (NIST SP 800-57 §5.2). */
const makers = {
  /** Signs access tokens: an Ed25519 key, PKCS #8 in DER. */
  'access-token': makeEd25519,
  /** Makes refresh tokens out of a session and its generation. */
  'refresh-token': () => randomBytes(32),
  /** Makes mailed codes out of their challenge. */
  'mailed-code': () => randomBytes(32),
  /** Makes the secret halves of mailed links. */
  'mailed-link': () => randomBytes(32),
  /** Hashes recovery codes. */
  'recovery-code': () => randomBytes(32),
  /** Seals the answers that are kept for requests with an Idempotency-Key. */
  answer: () => randomBytes(32),
  /** Signs the records of scans: an Ed25519 key, PKCS #8 in DER. */
  record: makeEd25519,
  /** Signs the cookies of known devices and of browsers that wait for a code. */
  cookie: () => randomBytes(32),
  /** Makes the code that a new instance's first admin shows. */
  'set-up': () => randomBytes(32),
  /** Blinds addresses and account names in the keys of limits. */
  limit: () => randomBytes(32),
} as const satisfies Record<string, () => Buffer>

export type KeyPurpose = keyof typeof makers

export interface Key {
  /** A UUIDv7: the `kid` where the key signs tokens. */
  readonly id: string
  readonly secret: Secret<Buffer>
}

/** The purpose's keys, the one in use first; the others still check what they made. The first is made when there is none. @throws UnsealError for a wrong master key */
export async function keysFor(db: Db, masterKey: SealingKey, purpose: KeyPurpose): Promise<readonly [Key, ...Key[]]> {
  const known = await readKeys(db, masterKey, purpose)
  if (isSome(known)) return known
  await insertKey(db, masterKey, purpose)
  // Of two that made one at once the database kept the first, and both read that.
  const made = await readKeys(db, masterKey, purpose)
  if (isSome(made)) return made
  throw new Error(`the key for ${purpose} was made and is not there`)
}

/** Puts a new key into use, in the caller's transaction. The old ones go on checking what they made, until they are dropped. */
export async function rotateKey(db: Db, masterKey: SealingKey, purpose: KeyPurpose): Promise<void> {
  await db
    .updateTable('keys')
    .set({ retired_at: now })
    .where('purpose', '=', purpose)
    .where('retired_at', 'is', null)
    .execute()
  await insertKey(db, masterKey, purpose)
}

/** Seals every key anew, in one transaction: afterwards only `next` opens them. @throws UnsealError */
export async function rewrapKeys(db: Db, masterKey: SealingKey, next: SealingKey): Promise<number> {
  return db.transaction().execute(async (db) => {
    const rows = await db.selectFrom('keys').select(['id', 'sealed']).forUpdate().execute()
    for (const { id, sealed } of rows) {
      await db
        .updateTable('keys')
        .set({ sealed: reseal(masterKey, next, id, sealed) })
        .where('id', '=', id)
        .execute()
    }
    return rows.length
  })
}

/** False where this database keeps no secret yet. */
export const isAnyKey = async (db: Db): Promise<boolean> =>
  (await db.selectFrom('keys').select('id').limit(1).executeTakeFirst()) !== undefined

const isSome = (keys: readonly Key[]): keys is readonly [Key, ...Key[]] => keys.length > 0

async function readKeys(db: Db, masterKey: SealingKey, purpose: KeyPurpose): Promise<Key[]> {
  const rows = await db
    .selectFrom('keys')
    .select(['id', 'sealed'])
    .where('purpose', '=', purpose)
    .orderBy('retired_at', (order) => order.desc().nullsFirst())
    .execute()
  return rows.map(({ id, sealed }) => ({ id, secret: unseal(masterKey, id, sealed.reveal()) }))
}

async function insertKey(db: Db, masterKey: SealingKey, purpose: KeyPurpose): Promise<void> {
  const id = newId()
  await db
    .insertInto('keys')
    .values({ id, purpose, sealed: seal(masterKey, id, makers[purpose]()) })
    .onConflict((on) => on.column('purpose').where('retired_at', 'is', null).doNothing())
    .execute()
}
