import { publish } from '../bus.ts'
import type { Db } from '../connect.ts'
import { newId } from '../model/id.ts'
import type { OrganisationRole } from '../model/role.ts'
import { now } from './clock.ts'

/** Undefined where there is one of this name. */
export const createServiceAccount = (
  db: Db,
  account: {
    readonly organisationId: string
    readonly name: string
    readonly role: Exclude<OrganisationRole, 'owner'>
  },
) =>
  db
    .insertInto('service_accounts')
    .values({ id: newId(), organisation_id: account.organisationId, name: account.name, role: account.role })
    .onConflict((on) => on.columns(['organisation_id', 'name']).doNothing())
    .returning('id')
    .executeTakeFirst()

const columns = ['id', 'name', 'role', 'created_at as createdAt', 'disabled_at as disabledAt'] as const

export const listServiceAccounts = (db: Db, organisationId: string) =>
  db
    .selectFrom('service_accounts')
    .select(columns)
    .where('organisation_id', '=', organisationId)
    .orderBy('created_at')
    .limit(1000)
    .execute()

export const findServiceAccount = (db: Db, organisationId: string, id: string) =>
  db
    .selectFrom('service_accounts')
    .select(columns)
    .where('organisation_id', '=', organisationId)
    .where('id', '=', id)
    .executeTakeFirst()

/** Its keys stop working at once, or work again. */
export async function setServiceAccountDisabled(
  db: Db,
  { organisationId, id }: { readonly organisationId: string; readonly id: string },
  isDisabled: boolean,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('service_accounts')
    .set({ disabled_at: isDisabled ? now : null })
    .where('organisation_id', '=', organisationId)
    .where('id', '=', id)
    .executeTakeFirst()
  await publish(db, 'credential', id)
  return numUpdatedRows === 1n
}
