import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely'
import { publish } from '../bus.ts'
import type { Db } from '../connect.ts'
import type { Actor } from '../model/actor.ts'
import { hashApiKey, hintOf, makeApiKey } from '../model/api-key.ts'
import { newId } from '../model/id.ts'
import type { Tables } from '../tables.ts'
import { now } from './clock.ts'
import { sameHash } from './hash.ts'
import { firstOrganisation } from './users.ts'

export interface KeyActor {
  readonly actor: Actor
  /** Where the key may be used from, as CIDR ranges; null for anywhere. */
  readonly sourceRanges: readonly string[] | null
}

/** Who a key stands for; undefined for one that is unknown, revoked, expired, or whose person or service account may not act any more. */
export const findKeyActor = (db: Db, keyHash: Buffer): Promise<KeyActor | undefined> =>
  findActor(db, (key) => key('key.hash', '=', sameHash(keyHash)))

/** The same for a key that was shown before. */
export const findActorOfKey = (db: Db, id: string): Promise<KeyActor | undefined> =>
  findActor(db, (key) => key('key.id', '=', id))

async function findActor(
  db: Db,
  which: (key: ExpressionBuilder<Tables & { key: Tables['api_keys'] }, 'key'>) => Expression<SqlBool>,
): Promise<KeyActor | undefined> {
  const row = await db
    .selectFrom('api_keys as key')
    .leftJoin('service_accounts as account', 'account.id', 'key.service_account_id')
    .leftJoin('users as person', 'person.id', 'key.user_id')
    .leftJoin('memberships as membership', (on) =>
      on
        .onRef('membership.user_id', '=', 'key.user_id')
        .onRef('membership.organisation_id', '=', 'key.organisation_id'),
    )
    .select([
      'key.id',
      'key.organisation_id',
      'key.scopes',
      'key.target_tags',
      'key.source_ranges',
      'key.user_id',
      'key.service_account_id',
    ])
    .select(sql<boolean>`account.name = ${localName} and key.name = ${localName}`.as('is_local'))
    .select(({ fn }) => fn.coalesce('account.role', 'membership.role').as('role'))
    .where((its) => which(its))
    .where('key.revoked_at', 'is', null)
    .where((its) => its.or([its('key.expires_at', 'is', null), its('key.expires_at', '>', sql<Date>`calendar_now()`)]))
    .where((its) =>
      its.or([
        its.and([its('account.id', 'is not', null), its('account.disabled_at', 'is', null)]),
        its('person.state', '=', 'active'),
      ]),
    )
    .executeTakeFirst()
  if (!row || row.role === null) return undefined
  const { id, organisation_id, scopes, target_tags, source_ranges, user_id, service_account_id, role } = row
  return {
    sourceRanges: source_ranges,
    actor: {
      organisationId: organisation_id,
      credential: { kind: 'api-key', id, scopes, targetTags: target_tags },
      principal:
        user_id === null ? { kind: 'service-account', id: service_account_id! } : { kind: 'user', id: user_id },
      role,
      // Whoever can read this machine's key file runs the instance.
      instanceRole: row.is_local ? 'instance-admin' : null,
    },
  }
}

/** Of the service account, and of the key, that this machine has; nobody else's may be called so. */
export const localName = 'local'

/** Makes `keyHash` the key of the service account `local`, operator of the first organisation; both are made when there are none. An older key of its stops working. */
export async function saveLocalKey(db: Db, keyHash: Buffer, hint: string): Promise<void> {
  await db.transaction().execute(async (db) => {
    const organisationId = await firstOrganisation(db)
    const accountId = await localAccount(db, organisationId)
    const known = await db
      .selectFrom('api_keys')
      .select('id')
      .where('service_account_id', '=', accountId)
      .where('hash', '=', sameHash(keyHash))
      .executeTakeFirst()
    if (known) return
    await db
      .updateTable('api_keys')
      .set({ revoked_at: now })
      .where('service_account_id', '=', accountId)
      .where('name', '=', localName)
      .where('revoked_at', 'is', null)
      .execute()
    await db
      .insertInto('api_keys')
      .values({
        id: newId(),
        organisation_id: organisationId,
        service_account_id: accountId,
        name: localName,
        hash: keyHash,
        hint,
      })
      .execute()
  })
}

export interface NewKey {
  readonly organisationId: string
  readonly owner: { readonly userId: string } | { readonly serviceAccountId: string }
  readonly name: string
  readonly scopes: readonly string[] | null
  readonly targetTags: readonly string[] | null
  readonly sourceRanges: readonly string[] | null
  readonly expiresAt: Date | null
}

/** An organisation may have so many keys that work. */
export const keysAtMost = 200

/** Makes a key, which is shown this once; undefined where the organisation has too many, or one of this name. Belongs into a transaction. */
export async function createKey(db: Db, made: NewKey): Promise<{ id: string; key: string } | undefined> {
  // One at a time in an organisation, so that the count below holds.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`keys:${made.organisationId}`}, 0))`.execute(db)
  const { count } = await db
    .selectFrom('api_keys')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .where('organisation_id', '=', made.organisationId)
    .where('revoked_at', 'is', null)
    .executeTakeFirstOrThrow()
  if (Number(count) >= keysAtMost) return undefined
  const key = makeApiKey()
  const row = await db
    .insertInto('api_keys')
    .values({
      id: newId(),
      organisation_id: made.organisationId,
      user_id: 'userId' in made.owner ? made.owner.userId : null,
      service_account_id: 'userId' in made.owner ? null : made.owner.serviceAccountId,
      name: made.name,
      hash: hashApiKey(key),
      hint: hintOf(key),
      scopes: made.scopes === null ? null : [...made.scopes],
      target_tags: made.targetTags === null ? null : [...made.targetTags],
      source_ranges: made.sourceRanges === null ? null : [...made.sourceRanges],
      expires_at: made.expiresAt,
    })
    .onConflict((on) => on.columns(['organisation_id', 'name']).where('revoked_at', 'is', null).doNothing())
    .returning('id')
    .executeTakeFirst()
  return row && { id: row.id, key }
}

/** Keys that work, whoever's they are; of one person where `userId` says so. */
export const listKeys = (db: Db, organisationId: string, userId: string | null) => {
  const keys = db
    .selectFrom('api_keys as key')
    .leftJoin('users as person', 'person.id', 'key.user_id')
    .leftJoin('service_accounts as account', 'account.id', 'key.service_account_id')
    .select([
      'key.id',
      'key.name',
      'key.hint',
      'key.scopes',
      'key.target_tags as targetTags',
      'key.source_ranges as sourceRanges',
      'key.expires_at as expiresAt',
      'key.last_used_at as lastUsedAt',
      'key.created_at as createdAt',
      'key.user_id as userId',
      'key.service_account_id as serviceAccountId',
      'person.email_display as email',
      'account.name as serviceAccount',
    ])
    .where('key.organisation_id', '=', organisationId)
    .where('key.revoked_at', 'is', null)
    .orderBy('key.created_at', 'desc')
    .limit(keysAtMost)
  return (userId === null ? keys : keys.where('key.user_id', '=', userId)).execute()
}

/** Dead within a second everywhere. Of one person's own where `userId` says so. */
export async function revokeKey(
  db: Db,
  {
    organisationId,
    id,
    userId,
  }: { readonly organisationId: string; readonly id: string; readonly userId: string | null },
): Promise<boolean> {
  const revoking = db
    .updateTable('api_keys')
    .set({ revoked_at: now })
    .where('organisation_id', '=', organisationId)
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
  const { numUpdatedRows } = await (userId === null
    ? revoking
    : revoking.where('user_id', '=', userId)
  ).executeTakeFirst()
  await publish(db, 'credential', id)
  return numUpdatedRows === 1n
}

/** Notes that a key was used, at most once a minute, which is as fine as anybody reads it. */
export const noteKeyUse = (db: Db, id: string) =>
  db
    .updateTable('api_keys')
    .set({ last_used_at: now })
    .where('id', '=', id)
    .where((is) =>
      is.or([is('last_used_at', 'is', null), is('last_used_at', '<', sql<Date>`now() - interval '1 minute'`)]),
    )
    .execute()

async function localAccount(db: Db, organisationId: string): Promise<string> {
  await db
    .insertInto('service_accounts')
    .values({ id: newId(), organisation_id: organisationId, name: localName, role: 'operator' })
    .onConflict((on) => on.columns(['organisation_id', 'name']).doNothing())
    .execute()
  const { id } = await db
    .selectFrom('service_accounts')
    .select('id')
    .where('organisation_id', '=', organisationId)
    .where('name', '=', localName)
    .forUpdate()
    .executeTakeFirstOrThrow()
  return id
}
