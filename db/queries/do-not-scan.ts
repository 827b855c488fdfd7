import { randomBytes } from 'node:crypto'
import { publish } from '../bus.ts'
import { sql } from 'kysely'
import type { Db } from '../connect.ts'
import { newId } from '../model/id.ts'
import type { ProofCheck } from './proofs.ts'
import { now } from './clock.ts'
import { storable } from './json.ts'

/** A name with all below it, or a range of addresses (CIDR). */
export interface Spared {
  readonly kind: 'name' | 'range'
  readonly value: string
}

const columns = [
  'id',
  'kind',
  'value',
  'reason',
  'source',
  'token',
  'status',
  'detail',
  'created_at as createdAt',
  'checked_at as checkedAt',
] as const

export const listSpared = (db: Db) =>
  db.selectFrom('do_not_scan').select(columns).orderBy('created_at', 'desc').limit(10_000).execute()

/** Those that hold: whom nothing of ours may touch. */
export const sparedInForce = (db: Db): Promise<Spared[]> =>
  db.selectFrom('do_not_scan').select(['kind', 'value']).where('status', '=', 'holds').execute()

export const findSpared = (db: Db, id: string) =>
  db.selectFrom('do_not_scan').select(columns).where('id', '=', id).executeTakeFirst()

/** Holds at once, in every process within two seconds. Belongs into a transaction. */
export async function spare(db: Db, { kind, value }: Spared, reason: string, createdBy: object): Promise<string> {
  const id = newId()
  await db
    .insertInto('do_not_scan')
    .values({ id, kind, value, reason, source: 'admin', created_by: storable(createdBy) })
    .execute()
  await publish(db, 'do-not-scan', id)
  return id
}

/** An owner asks to be left alone; it holds once the token was found where only an owner can put it. */
export async function askToSpare(db: Db, { kind, value }: Spared): Promise<string> {
  const id = newId()
  await db
    .insertInto('do_not_scan')
    .values({ id, kind, value, source: 'opt-out', status: 'waiting', token: randomBytes(16).toString('hex') })
    .execute()
  return id
}

/** What held once goes on holding: whoever opted out need not keep the token published. @returns whether it holds from now on */
export async function saveSpareCheck(db: Db, id: string, { status, reason }: ProofCheck): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('do_not_scan')
    .set({ status, detail: reason, checked_at: now })
    .where('id', '=', id)
    .where('status', '!=', 'holds')
    .executeTakeFirst()
  await publish(db, 'do-not-scan', id)
  return numUpdatedRows === 1n && status === 'holds'
}

export async function unspare(db: Db, id: string): Promise<boolean> {
  const { numDeletedRows } = await db.deleteFrom('do_not_scan').where('id', '=', id).executeTakeFirst()
  await publish(db, 'do-not-scan', id)
  return numDeletedRows === 1n
}

/** Targets that somebody watches and that are spared by this. */
export async function watchedUnder(db: Db, { kind, value }: Spared): Promise<{ id: string; organisationId: string }[]> {
  const watched = db
    .selectFrom('targets')
    .select(['id', 'organisation_id as organisationId'])
    .where('watched_since', 'is not', null)
    .where('archived_at', 'is', null)
  return kind === 'range'
    ? watched
        // A name cannot be cast, whichever condition Postgres looks at first.
        .where(sql<boolean>`case when kind = 'address' then canonical::inet <<= ${value}::cidr else false end`)
        .execute()
    : watched
        .where('kind', '<>', 'address')
        .where(sql<boolean>`(canonical = ${value} or right(canonical, ${value.length + 1}) = ${`.${value}`})`)
        .execute()
}
