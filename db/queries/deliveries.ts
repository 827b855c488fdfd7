import { sql } from 'kysely'
import type { Db } from '../connect.ts'
import type { WebhookFormat } from '../model/alert.ts'
import { newId } from '../model/id.ts'
import { storableText } from '../model/text.ts'
import type { DeliveryStatus, WebhookEvent } from '../model/webhook.ts'
import { inSeconds, now } from './clock.ts'
import { isPaused } from './pauses.ts'

/** How long one try may take before another worker may make it. */
const tryingSeconds = 60
const keptDays = 30
const ringAgainSeconds = 15

type Subject = { readonly scanId: string } | { readonly batchId: string }

/** Notes that something is to be told, for each webhook of the organisation that wants it. Belongs into the transaction in which it came true. */
export async function noteEvent(db: Db, type: WebhookEvent, subject: Subject): Promise<void> {
  const { scanId = null, batchId = null } = subject as { scanId?: string; batchId?: string }
  await sql`
    with organisation as (
      select organisation_id as id from scans where id = ${scanId}::uuid
      union all select organisation_id from batches where id = ${batchId}::uuid
    ), told as (
      select webhook.id, webhook.organisation_id from webhooks webhook join organisation on organisation.id = webhook.organisation_id
      where webhook.disabled_at is null and ${type} = any(webhook.events)
    ), event as (
      insert into webhook_events (id, organisation_id, type, scan_id, batch_id)
      select ${newId()}::uuid, organisation_id, ${type}, ${scanId}::uuid, ${batchId}::uuid from told limit 1
      returning id
    )
    insert into webhook_deliveries (id, event_id, webhook_id) select gen_random_uuid(), event.id, told.id from event, told
  `.execute(db)
}

/** Notes a test for one webhook. Needs a transaction. @returns the delivery's id */
export async function noteTest(db: Db, organisationId: string, webhookId: string): Promise<string> {
  const [eventId, id] = [newId(), newId()]
  await db
    .insertInto('webhook_events')
    .values({ id: eventId, organisation_id: organisationId, type: 'webhook.test' })
    .execute()
  await db.insertInto('webhook_deliveries').values({ id, event_id: eventId, webhook_id: webhookId }).execute()
  return id
}

/** Webhooks that have something to be told, each told to one asker only. */
export async function takeDueWebhooks(db: Db, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    update webhooks set rung_at = now() where id in (
      select id from webhooks webhook
      where not ${isPaused('alerts')} and disabled_at is null and (resume_at is null or resume_at <= now()) and (busy_until is null or busy_until < now())
        and (rung_at is null or rung_at < ${inSeconds(-ringAgainSeconds)})
        and exists (select from webhook_deliveries where webhook_id = webhook.id and status = 'waiting' and try_after <= now())
      limit ${limit} for update skip locked
    ) returning id
  `.execute(db)
  return rows.map(({ id }) => id)
}

/** Wins a webhook for as long as one try takes; null where another tells it, it rests, or is disabled. */
export async function claimWebhook(db: Db, id: string): Promise<ClaimedWebhook | null> {
  const claimed = await db
    .updateTable('webhooks')
    .set({ busy_until: inSeconds(tryingSeconds) })
    .where('id', '=', id)
    .where('disabled_at', 'is', null)
    .where((is) => is.or([is('resume_at', 'is', null), is('resume_at', '<=', now)]))
    .where((is) => is.or([is('busy_until', 'is', null), is('busy_until', '<', now)]))
    .returning(['id', 'url', 'format'])
    .executeTakeFirst()
  return claimed ?? null
}
export interface ClaimedWebhook {
  readonly id: string
  readonly url: string
  readonly format: WebhookFormat
}

export const releaseWebhook = (db: Db, id: string) =>
  db.updateTable('webhooks').set({ busy_until: null, rung_at: null }).where('id', '=', id).execute()

/** The next thing to be told to a webhook that the caller has won, which it has for another while; the oldest first. A try that is never ended counts as one. */
export async function nextDelivery(db: Db, webhookId: string) {
  const claimed = await db
    .updateTable('webhook_deliveries')
    .set({ try_after: inSeconds(tryingSeconds), tries: sql<number>`tries + 1` })
    .where('id', '=', (db) =>
      db
        .selectFrom('webhook_deliveries')
        .select('id')
        .where('webhook_id', '=', webhookId)
        .where('status', '=', 'waiting')
        .where('try_after', '<=', now)
        .where((is) => is.not(isPaused('alerts')))
        .orderBy('try_after')
        .orderBy('created_at')
        .limit(1),
    )
    .where('status', '=', 'waiting')
    .returning(['id', 'event_id as eventId', 'tries'])
    .executeTakeFirst()
  if (!claimed) return undefined
  await db
    .updateTable('webhooks')
    .set({ busy_until: inSeconds(tryingSeconds) })
    .where('id', '=', webhookId)
    .execute()
  const event = await db
    .selectFrom('webhook_events')
    .select([
      'type',
      'organisation_id as organisationId',
      'scan_id as scanId',
      'batch_id as batchId',
      'bundle_id as bundleId',
      'created_at as eventAt',
    ])
    .where('id', '=', claimed.eventId)
    .executeTakeFirstOrThrow()
  return { ...claimed, webhookId, ...event }
}
export type ClaimedDelivery = NonNullable<Awaited<ReturnType<typeof nextDelivery>>>

export interface Attempt {
  readonly millis: number
  readonly statusCode: number | null
  readonly reason: string | null
  readonly response: string
}

export const saveAttempt = (db: Db, { id }: ClaimedDelivery, { millis, statusCode, reason, response }: Attempt) =>
  sql`
    insert into webhook_attempts (delivery_id, number, millis, status_code, reason, response)
    select ${id}::uuid, coalesce(max(number), 0) + 1, ${millis}, ${statusCode}, ${reason}, ${storableText(response)}
    from webhook_attempts where delivery_id = ${id}::uuid
  `.execute(db)

/** It was told. */
export async function endDelivered(db: Db, { id, webhookId }: ClaimedDelivery): Promise<void> {
  await end(db, id, 'delivered', null)
  await db
    .updateTable('webhooks')
    .set({ failing_since: null, resume_at: null })
    .where('id', '=', webhookId)
    .where((is) => is.or([is('failing_since', 'is not', null), is('resume_at', 'is not', null)]))
    .execute()
}

/** It was not: tried again after the pause, and nothing else is told to this webhook before a part of it; null gives it up. */
export async function endFailed(
  db: Db,
  { id, webhookId }: ClaimedDelivery,
  { pauseSeconds, reason }: { pauseSeconds: number | null; reason: string },
): Promise<void> {
  if (pauseSeconds === null) await end(db, id, 'given-up', reason)
  else
    await db
      .updateTable('webhook_deliveries')
      .set({ try_after: inSeconds(pauseSeconds), reason })
      .where('id', '=', id)
      .where('status', '=', 'waiting')
      .execute()
  await db
    .updateTable('webhooks')
    .set({
      failing_since: sql<Date>`coalesce(failing_since, now())`,
      resume_at: inSeconds(Math.min(pauseSeconds ?? 60, 60)),
    })
    .where('id', '=', webhookId)
    .execute()
}

/** What it would tell of is no more: no fault of its receiver. */
export const endUntellable = (db: Db, { id }: ClaimedDelivery, reason: string) => end(db, id, 'given-up', reason)

/** A try that we broke off ourselves counts as none. */
export const giveBack = (db: Db, { id }: ClaimedDelivery) =>
  db
    .updateTable('webhook_deliveries')
    .set({ try_after: now, tries: sql<number>`tries - 1` })
    .where('id', '=', id)
    .where('status', '=', 'waiting')
    .execute()

const end = (db: Db, id: string, status: DeliveryStatus, reason: string | null) =>
  db
    .updateTable('webhook_deliveries')
    .set({ status, reason, ended_at: now })
    .where('id', '=', id)
    .where('status', '=', 'waiting')
    .execute()

export interface DeliveryFilter {
  readonly limit: number
  readonly after: { readonly createdAt: string; readonly id: string } | null
  readonly status: DeliveryStatus | null
}

const listed = (db: Db, webhookId: string) =>
  db
    .selectFrom('webhook_deliveries as delivery')
    .innerJoin('webhook_events as event', 'event.id', 'delivery.event_id')
    .select([
      'delivery.id',
      'delivery.event_id as eventId',
      'event.type',
      'event.organisation_id as organisationId',
      'event.scan_id as scanId',
      'event.batch_id as batchId',
      'event.bundle_id as bundleId',
      'event.created_at as eventAt',
      'delivery.status',
      'delivery.reason',
      'delivery.tries',
      'delivery.try_after as tryAfter',
      'delivery.created_at as createdAt',
      'delivery.ended_at as endedAt',
    ])
    .select(sql<string>`delivery.created_at::text`.as('cursor'))
    .where('delivery.webhook_id', '=', webhookId)

export type DeliveryRow = Awaited<ReturnType<typeof listDeliveries>>[number]

/** Newest first, from after the cursor. */
export function listDeliveries(db: Db, webhookId: string, { limit, after, status }: DeliveryFilter) {
  let query = listed(db, webhookId).orderBy('delivery.created_at', 'desc').orderBy('delivery.id', 'desc').limit(limit)
  if (status !== null) query = query.where('delivery.status', '=', status)
  if (after !== null)
    query = query.where(
      sql<boolean>`(delivery.created_at, delivery.id) < (${after.createdAt}::timestamptz, ${after.id}::uuid)`,
    )
  return query.execute()
}

export const findDelivery = (db: Db, webhookId: string, id: string) =>
  listed(db, webhookId).where('delivery.id', '=', id).executeTakeFirst()

export const attemptsOf = (db: Db, deliveryId: string) =>
  db
    .selectFrom('webhook_attempts')
    .select(['number', 'at', 'millis', 'status_code as statusCode', 'reason', 'response'])
    .where('delivery_id', '=', deliveryId)
    .orderBy('number')
    .execute()

/** Lets one delivery, or all that were given up since then, be told again: with the same event ids. @returns how many */
export async function replayDeliveries(
  db: Db,
  webhookId: string,
  which: { readonly id: string } | { readonly since: Date },
): Promise<number> {
  const all = db.updateTable('webhook_deliveries').where('webhook_id', '=', webhookId)
  const chosen =
    'id' in which
      ? all.where('id', '=', which.id)
      : all.where('status', '=', 'given-up').where('created_at', '>=', which.since)
  const { numUpdatedRows } = await chosen
    .set({ status: 'waiting', reason: 'replay', tries: 0, try_after: now, ended_at: null })
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

/** Forgets what was noted long ago. */
export const sweepDeliveries = (db: Db) =>
  db
    .deleteFrom('webhook_events')
    .where('created_at', '<', sql<Date>`calendar_now() - make_interval(days => ${keptDays})`)
    .where((is) =>
      is.not(
        is.exists(
          is
            .selectFrom('webhook_deliveries')
            .select('id')
            .whereRef('event_id', '=', 'webhook_events.id')
            .where('status', '=', 'waiting'),
        ),
      ),
    )
    .execute()
