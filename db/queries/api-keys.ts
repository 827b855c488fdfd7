import { sql } from 'kysely'
import type { Db } from '../connect.ts'
import type { Actor } from '../model/actor.ts'
import { newId } from '../model/id.ts'
import { now } from './clock.ts'
import { sameHash } from './hash.ts'
import { firstOrganisation } from './users.ts'

export interface KeyActor {
  readonly actor: Actor
  /** Where the key may be used from, as CIDR ranges; null for anywhere. */
  readonly sourceRanges: readonly string[] | null
}

/** Who a key stands for; undefined for one that is unknown, revoked, expired, or whose person or service account may not act any more. */
export async function findKeyActor(db: Db, keyHash: Buffer): Promise<KeyActor | undefined> {
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
    .select(({ fn }) => fn.coalesce('account.role', 'membership.role').as('role'))
    .where('key.hash', '=', sameHash(keyHash))
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
      instanceRole: null,
    },
  }
}

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
      .where('name', '=', 'local')
      .where('revoked_at', 'is', null)
      .execute()
    await db
      .insertInto('api_keys')
      .values({
        id: newId(),
        organisation_id: organisationId,
        service_account_id: accountId,
        name: 'local',
        hash: keyHash,
        hint,
      })
      .execute()
  })
}

async function localAccount(db: Db, organisationId: string): Promise<string> {
  await db
    .insertInto('service_accounts')
    .values({ id: newId(), organisation_id: organisationId, name: 'local', role: 'operator' })
    .onConflict((on) => on.columns(['organisation_id', 'name']).doNothing())
    .execute()
  const { id } = await db
    .selectFrom('service_accounts')
    .select('id')
    .where('organisation_id', '=', organisationId)
    .where('name', '=', 'local')
    .forUpdate()
    .executeTakeFirstOrThrow()
  return id
}
