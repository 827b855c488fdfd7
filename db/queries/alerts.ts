import { sql } from 'kysely'
import type { Db } from '../connect.ts'
import { type AlertRoute, routesAtMost, type ToldChange } from '../model/alert.ts'
import type { Severity } from '../model/finding.ts'
import { newId } from '../model/id.ts'
import { storable } from './json.ts'
import { membersAmong } from './organisations.ts'
import { isWithinReach, type Reach } from './targets.ts'

export interface NewAlert {
  readonly organisationId: string
  readonly targetId: string
  readonly scanId: string | null
  readonly severity: Severity
  readonly changes: readonly ToldChange[]
}

/** Notes what is to be told, in the transaction in which it came true. */
export const insertAlert = (db: Db, { organisationId, targetId, scanId, severity, changes }: NewAlert) =>
  db
    .insertInto('alerts')
    .values({
      id: newId(),
      organisation_id: organisationId,
      target_id: targetId,
      scan_id: scanId,
      at: sql<Date>`calendar_now()`,
      severity,
      changes: storable(changes),
    })
    .execute()

/** An alert that nobody has routed, held until the caller's transaction ends. */
export const takeUnrouted = (db: Db) =>
  db
    .selectFrom('alerts as alert')
    .innerJoin('targets as target', 'target.id', 'alert.target_id')
    .select([
      'alert.id',
      'alert.organisation_id as organisationId',
      'alert.target_id as targetId',
      'alert.severity',
      'alert.at',
      'target.tags',
      'target.least_severity as targetLeastSeverity',
      'target.owner_contact as ownerContact',
    ])
    .where('alert.routed_at', 'is', null)
    .orderBy('alert.id')
    .limit(1)
    .forUpdate('alert')
    .skipLocked()
    .executeTakeFirst()

export interface NewMessage {
  readonly webhookId: string | null
  readonly userId: string | null
  readonly routeId: string | null
  readonly sendAfter: Date
}

/** Says who is told of an alert; of a channel that several routes lead to the earliest counts. */
export async function routeAlert(
  db: Db,
  alert: { readonly id: string; readonly organisationId: string },
  messages: readonly NewMessage[],
): Promise<void> {
  const earliest = messages.toSorted((one, other) => one.sendAfter.getTime() - other.sendAfter.getTime())
  for (const { webhookId, userId, routeId, sendAfter } of earliest) {
    await db
      .insertInto('alert_messages')
      .values({
        alert_id: alert.id,
        organisation_id: alert.organisationId,
        webhook_id: webhookId,
        user_id: userId,
        route_id: routeId,
        send_after: sendAfter,
      })
      .onConflict((on) => on.doNothing())
      .execute()
  }
  await db.updateTable('alerts').set({ routed_at: sql<Date>`calendar_now()` }).where('id', '=', alert.id).execute()
}

/** The active people of an organisation who own it. */
export async function ownersOf(db: Db, organisationId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('memberships as membership')
    .innerJoin('users as person', 'person.id', 'membership.user_id')
    .select('person.id')
    .where('membership.organisation_id', '=', organisationId)
    .where('membership.role', '=', 'owner')
    .where('person.state', '=', 'active')
    .execute()
  return rows.map(({ id }) => id)
}

/** The active member with this address. */
export async function memberBy(db: Db, organisationId: string, email: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('memberships as membership')
    .innerJoin('users as person', 'person.id', 'membership.user_id')
    .select('person.id')
    .where('membership.organisation_id', '=', organisationId)
    .where('person.email', '=', email)
    .where('person.state', '=', 'active')
    .executeTakeFirst()
  return row?.id
}

/** Of these webhooks and people those that are the organisation's. */
export async function channelsWithin(
  db: Db,
  organisationId: string,
  { webhookIds, userIds }: { readonly webhookIds: readonly string[]; readonly userIds: readonly string[] },
): Promise<{ webhookIds: string[]; userIds: string[] }> {
  const { rows } = await sql<{ webhookIds: string[]; userIds: string[] }>`
    select
      array(select id from webhooks where organisation_id = ${organisationId} and id = any(${[...webhookIds]}::uuid[])) as "webhookIds",
      array(select membership.user_id from memberships membership join users person on person.id = membership.user_id
        where membership.organisation_id = ${organisationId} and membership.user_id = any(${[...userIds]}::uuid[]) and person.state = 'active') as "userIds"
  `.execute(db)
  return rows[0]!
}

export interface Channel {
  readonly organisationId: string
  readonly webhookId: string | null
  readonly userId: string | null
}

/** Channels that something is due for. */
export async function dueChannels(db: Db, limit: number): Promise<Channel[]> {
  return db
    .selectFrom('alert_messages')
    .select(['organisation_id as organisationId', 'webhook_id as webhookId', 'user_id as userId'])
    .distinct()
    .where('bundle_id', 'is', null)
    .where('send_after', '<=', sql<Date>`calendar_now()`)
    .limit(limit)
    .execute()
}

/** Gathers all that is due for a channel; undefined where another process was first. */
export async function makeBundle(db: Db, { organisationId, webhookId, userId }: Channel): Promise<string | undefined> {
  const id = newId()
  const { rows } = await sql`
    update alert_messages set bundle_id = ${id}::uuid
    where organisation_id = ${organisationId} and bundle_id is null and send_after <= calendar_now()
      and webhook_id is not distinct from ${webhookId}::uuid and user_id is not distinct from ${userId}::uuid
    returning alert_id
  `.execute(db)
  if (rows.length === 0) return undefined
  await db
    .insertInto('alert_bundles')
    .values({
      id,
      organisation_id: organisationId,
      webhook_id: webhookId,
      user_id: userId,
      made_at: sql<Date>`calendar_now()`,
    })
    .execute()
  return id
}

/** Lets the webhook be told of a bundle, whose id is the event's, so that a second try is the same message. */
export async function deliverBundle(db: Db, bundleId: string, webhookId: string): Promise<void> {
  await sql`
    with event as (
      insert into webhook_events (id, organisation_id, type, bundle_id)
      select ${bundleId}::uuid, organisation_id, 'alert', ${bundleId}::uuid from webhooks where id = ${webhookId}::uuid and disabled_at is null
      returning id
    )
    insert into webhook_deliveries (id, event_id, webhook_id) select gen_random_uuid(), id, ${webhookId}::uuid from event
  `.execute(db)
}

export const setBundleMail = (db: Db, bundleId: string, mailId: string) =>
  db.updateTable('alert_bundles').set({ mail_id: mailId }).where('id', '=', bundleId).execute()

export async function emailOf(db: Db, organisationId: string, userId: string): Promise<string | undefined> {
  const [person] = await membersAmong(db, organisationId, [userId])
  return person?.email
}

const alertColumns = [
  'alert.id',
  'alert.at',
  'alert.severity',
  'alert.changes',
  'alert.scan_id as scanId',
  'target.id as targetId',
  'target.canonical',
  'target.display',
] as const

export type AlertRow = Awaited<ReturnType<typeof alertsOfBundle>>[number]

export const alertsOfBundle = (db: Db, organisationId: string, bundleId: string) =>
  db
    .selectFrom('alert_messages as message')
    .innerJoin('alerts as alert', 'alert.id', 'message.alert_id')
    .innerJoin('targets as target', 'target.id', 'alert.target_id')
    .select(alertColumns)
    .where('message.bundle_id', '=', bundleId)
    .where('alert.organisation_id', '=', organisationId)
    .orderBy('alert.id')
    .execute()

/** The latest first, each with who was told of it, or will be. */
export async function listAlerts(
  db: Db,
  reach: Reach,
  {
    limit,
    after,
    targetId,
  }: {
    readonly limit: number
    readonly after: { readonly at: string; readonly id: string } | null
    readonly targetId: string | null
  },
) {
  let query = db
    .selectFrom('alerts as alert')
    .innerJoin('targets as target', 'target.id', 'alert.target_id')
    .select(alertColumns)
    .select(sql<string>`alert.at::text`.as('atText'))
    .select(
      sql<
        { webhookId: string | null; userId: string | null; status: string; reason: string | null; sendAfter: string }[]
      >`(
        select coalesce(jsonb_agg(jsonb_build_object('webhookId', message.webhook_id, 'userId', message.user_id, 'sendAfter', message.send_after,
          'status', case when message.bundle_id is null then 'waiting' else coalesce(delivery.status, mail.status, 'given-up') end,
          'reason', coalesce(delivery.reason, mail.reason)) order by message.send_after), '[]')
        from alert_messages message
        left join alert_bundles bundle on bundle.id = message.bundle_id
        left join webhook_deliveries delivery on delivery.event_id = bundle.id
        left join mails mail on mail.id = bundle.mail_id
        where message.alert_id = alert.id
      )`.as('messages'),
    )
    .where('alert.organisation_id', '=', reach.organisationId)
    .where(isWithinReach(reach))
    .orderBy('alert.at', 'desc')
    .orderBy('alert.id', 'desc')
    .limit(limit)
  if (targetId !== null) query = query.where('alert.target_id', '=', targetId)
  if (after !== null)
    query = query.where(sql<boolean>`(alert.at, alert.id) < (${after.at}::timestamptz, ${after.id}::uuid)`)
  return query.execute()
}

export interface StoredRoute extends AlertRoute {
  readonly id: string
  readonly name: string
  readonly isDisabled: boolean
  readonly createdAt: Date
}

export async function routesOf(db: Db, organisationId: string): Promise<StoredRoute[]> {
  const rows = await db
    .selectFrom('alert_routes')
    .selectAll()
    .where('organisation_id', '=', organisationId)
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    targetIds: row.target_ids,
    targetTags: row.target_tags,
    leastSeverity: row.least_severity,
    webhookIds: row.webhook_ids,
    userIds: row.user_ids,
    toOwners: row.to_owners,
    toTargetOwner: row.to_target_owner,
    digestCron: row.digest_cron,
    quiet: row.quiet_from === null ? null : { from: row.quiet_from, to: row.quiet_to! },
    zone: row.zone,
    isDisabled: row.is_disabled,
    createdAt: row.created_at,
  }))
}

export type RouteFacts = Omit<StoredRoute, 'id' | 'createdAt'>

const columnsOf = (facts: RouteFacts) => ({
  name: facts.name,
  target_ids: facts.targetIds === null ? null : [...facts.targetIds],
  target_tags: facts.targetTags === null ? null : [...facts.targetTags],
  least_severity: facts.leastSeverity,
  webhook_ids: [...facts.webhookIds],
  user_ids: [...facts.userIds],
  to_owners: facts.toOwners,
  to_target_owner: facts.toTargetOwner,
  digest_cron: facts.digestCron,
  quiet_from: facts.quiet?.from ?? null,
  quiet_to: facts.quiet?.to ?? null,
  zone: facts.zone,
  is_disabled: facts.isDisabled,
})

/** Its id; undefined where the organisation has as many as it may. */
export async function createRoute(db: Db, organisationId: string, facts: RouteFacts): Promise<string | undefined> {
  if ((await routesOf(db, organisationId)).length >= routesAtMost) return undefined
  const id = newId()
  await db
    .insertInto('alert_routes')
    .values({ id, organisation_id: organisationId, ...columnsOf(facts) })
    .execute()
  return id
}

export async function changeRoute(db: Db, organisationId: string, id: string, facts: RouteFacts): Promise<void> {
  await db
    .updateTable('alert_routes')
    .set(columnsOf(facts))
    .where('organisation_id', '=', organisationId)
    .where('id', '=', id)
    .execute()
}

export async function deleteRoute(db: Db, organisationId: string, id: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('alert_routes')
    .where('organisation_id', '=', organisationId)
    .where('id', '=', id)
    .executeTakeFirst()
  return numDeletedRows === 1n
}
