import type { Db } from '../connect.ts'
import { newId } from '../model/id.ts'
import { sameHash } from './hash.ts'

/** Who acts: a credential, in exactly one organisation. */
export interface Actor {
  readonly organisationId: string
  readonly credentialId: string
}

export async function findActor(db: Db, keyHash: Buffer): Promise<Actor | undefined> {
  return db
    .selectFrom('api_keys')
    .select(['organisation_id as organisationId', 'id as credentialId'])
    .where('hash', '=', sameHash(keyHash))
    .executeTakeFirst()
}

/** Makes `keyHash` the key `local` of the first organisation, which is made when there is none. An older `local` key stops working. */
export async function saveLocalKey(db: Db, keyHash: Buffer): Promise<void> {
  await db.transaction().execute(async (db) => {
    const organisationId = await firstOrganisation(db)
    await db
      .insertInto('api_keys')
      .values({ id: newId(), organisation_id: organisationId, name: 'local', hash: keyHash })
      .onConflict((on) => on.columns(['organisation_id', 'name']).doUpdateSet({ hash: keyHash }))
      .execute()
  })
}

async function firstOrganisation(db: Db): Promise<string> {
  const known = await db.selectFrom('organisations').select('id').orderBy('created_at').limit(1).executeTakeFirst()
  if (known) return known.id
  const id = newId()
  await db.insertInto('organisations').values({ id, name: 'local' }).execute()
  return id
}
