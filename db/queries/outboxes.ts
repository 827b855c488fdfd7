import { sql } from 'kysely'
import type { Db } from '../connect.ts'
import type { DeliveryStatus, WebhookEvent } from '../model/webhook.ts'
import type { ScanCursor } from './scans.ts'

export interface Page {
  readonly limit: number
  readonly after: ScanCursor | null
}

const from = (after: ScanCursor | null) =>
  after === null ? sql`true` : sql`(created_at, id) < (${after.createdAt}::timestamptz, ${after.id}::uuid)`

export const mailStatuses = ['waiting', 'sent', 'dropped'] as const
export type MailStatus = (typeof mailStatuses)[number]

/** Mails, the newest first, with as little of the recipient as tells them apart. */
export async function listMails(db: Db, status: MailStatus | null, { limit, after }: Page) {
  const { rows } = await sql<{
    id: string
    kind: string
    recipient: string
    status: MailStatus
    reason: string | null
    tries: number
    tryAfter: Date
    createdAt: Date
    endedAt: Date | null
    cursor: string
  }>`
    select id, kind, left(recipient, 1) || '…@' || split_part(recipient, '@', -1) as recipient, status, reason, tries,
      try_after as "tryAfter", created_at as "createdAt", ended_at as "endedAt", created_at::text as cursor
    from mails where ${status === null ? sql`true` : sql`status = ${status}`} and ${from(after)}
    order by created_at desc, id desc limit ${limit}
  `.execute(db)
  return rows
}

/** What webhooks of all organisations were told, or are owed, the newest first; of their URLs the host alone. */
export async function listAllDeliveries(db: Db, status: DeliveryStatus | null, { limit, after }: Page) {
  const { rows } = await sql<{
    id: string
    webhookId: string
    organisationId: string
    organisation: string
    host: string
    type: WebhookEvent
    status: DeliveryStatus
    reason: string | null
    tries: number
    tryAfter: Date
    createdAt: Date
    endedAt: Date | null
    cursor: string
  }>`
    with page as (
      select * from webhook_deliveries where ${status === null ? sql`true` : sql`status = ${status}`} and ${from(after)}
      order by created_at desc, id desc limit ${limit}
    )
    select page.id, page.webhook_id as "webhookId", webhook.organisation_id as "organisationId", organisation.name as organisation,
      coalesce(substring(webhook.url from '^[a-z]+://([^/?#]+)'), '') as host, event.type, page.status, page.reason, page.tries,
      page.try_after as "tryAfter", page.created_at as "createdAt", page.ended_at as "endedAt", page.created_at::text as cursor
    from page join webhooks webhook on webhook.id = page.webhook_id join webhook_events event on event.id = page.event_id
      join organisations organisation on organisation.id = webhook.organisation_id
    order by page.created_at desc, page.id desc
  `.execute(db)
  return rows
}
