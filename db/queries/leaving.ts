import { sql } from 'kysely'
import type { Db } from '../connect.ts'
import { eraseAuditValues } from './audit.ts'

/** Days in which a deleted account can be had back. */
export const restoreDays = 30

/** Everything that is kept about a person, but for what stands in for secrets. */
export async function exportUser(db: Db, userId: string): Promise<Record<string, unknown>> {
  const of = async (query: ReturnType<typeof sql<object>>) => (await query.execute(db)).rows
  const [account] = await of(
    sql`select id, email_display as email, name, instance_role as "instanceRole", state, created_at as "createdAt" from users where id = ${userId}::uuid`,
  )
  return {
    account,
    memberships: await of(
      sql`select organisation_id as "organisationId", organisations.name as organisation, role, memberships.created_at as since from memberships join organisations on organisations.id = organisation_id where user_id = ${userId}::uuid order by memberships.created_at limit 1000`,
    ),
    sessions: await of(
      sql`select id, name, address, created_at as "createdAt", expires_at as "expiresAt", ended_at as "endedAt", end_reason as "endReason" from sessions where user_id = ${userId}::uuid order by created_at limit 10000`,
    ),
    devices: await of(
      sql`select id, label, created_at as "createdAt", last_seen_at as "lastSeenAt" from devices where user_id = ${userId}::uuid order by created_at limit 1000`,
    ),
    passkeys: await of(
      sql`select id, name, created_at as "createdAt", last_used_at as "lastUsedAt" from passkeys where user_id = ${userId}::uuid order by created_at limit 1000`,
    ),
    identities: await of(
      sql`select issuer, subject, created_at as "createdAt" from identities where user_id = ${userId}::uuid limit 1000`,
    ),
    keys: await of(
      sql`select id, organisation_id as "organisationId", name, hint, scopes, created_at as "createdAt", last_used_at as "lastUsedAt", revoked_at as "revokedAt" from api_keys where user_id = ${userId}::uuid order by created_at limit 10000`,
    ),
    mails: await of(
      sql`select mails.kind, mails.status, mails.created_at as "createdAt" from mails join users on users.email = mails.recipient where users.id = ${userId}::uuid order by mails.created_at limit 10000`,
    ),
    audit: await of(
      sql`select entry.id, entry.at, entry.action, entry.outcome, entry.subject, entry.facts,
            (select jsonb_object_agg(name, value) from audit_values where entry_id = entry.id) as personal
          from audit_entries entry where actor ->> 'id' = ${userId} order by entry.id limit 100000`,
    ),
  }
}

/** The next person whose time to come back is over, erased: what stays is the audit, without a name in it. Undefined where there is nobody. Belongs into a transaction. */
export async function purgeNextUser(db: Db): Promise<string | undefined> {
  const user = await db
    .selectFrom('users')
    .select(['id', 'email'])
    .where('state', '=', 'deleted')
    .where('state_since', '<', sql<Date>`calendar_now() - make_interval(days => ${restoreDays})`)
    .orderBy('state_since')
    .limit(1)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst()
  if (!user) return undefined
  const alone = await sql<{ id: string }>`
    select organisation_id as id from memberships own where user_id = ${user.id}::uuid
      and not exists (select from memberships other where other.organisation_id = own.organisation_id and other.user_id <> own.user_id)
      and not exists (select from service_accounts where service_accounts.organisation_id = own.organisation_id and name = 'local')`.execute(
    db,
  )
  for (const { id } of alone.rows) await purgeOrganisation(db, id)
  await eraseAuditValues(db, user.id)
  await db.deleteFrom('mails').where('recipient', '=', user.email).execute()
  await db.deleteFrom('challenges').where('email', '=', user.email).execute()
  await db.deleteFrom('users').where('id', '=', user.id).execute()
  return user.id
}

/** Nobody is in it any more. With its scans go their runs, results and history. */
async function purgeOrganisation(db: Db, id: string): Promise<void> {
  await db.updateTable('scans').set({ rerun_of: null }).where('organisation_id', '=', id).execute()
  for (const table of ['findings', 'scans', 'targets', 'api_keys'] as const)
    await db.deleteFrom(table).where('organisation_id', '=', id).execute()
  await db.deleteFrom('organisations').where('id', '=', id).execute()
}
