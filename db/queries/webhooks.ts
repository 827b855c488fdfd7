import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { Db } from '../connect.ts'
import { newId } from '../model/id.ts'
import type { WebhookFormat } from '../model/alert.ts'
import { Secret } from '../model/secret.ts'
import { webhooksAtMost } from '../model/webhook.ts'
import { reseal, type SealingKey, seal, unseal } from '../seal.ts'
import { inSeconds, now } from './clock.ts'
import { makeEd25519 } from './keys.ts'

const columns = [
  'id',
  'name',
  'url',
  'events',
  'format',
  'disabled_at as disabledAt',
  'disabled_reason as disabledReason',
  'failing_since as failingSince',
  'created_at as createdAt',
] as const

export type WebhookRow = NonNullable<Awaited<ReturnType<typeof findWebhook>>>

export const listWebhooks = (db: Db, organisationId: string) =>
  db.selectFrom('webhooks').select(columns).where('organisation_id', '=', organisationId).orderBy('id').execute()

export const findWebhook = (db: Db, organisationId: string, id: string) =>
  db
    .selectFrom('webhooks')
    .select(columns)
    .where('id', '=', id)
    .where('organisation_id', '=', organisationId)
    .executeTakeFirst()

export interface NewWebhook {
  readonly organisationId: string
  readonly name: string
  readonly url: string
  readonly events: readonly string[]
  readonly format: WebhookFormat
  /** The person who is told when it is disabled; null for a service account. */
  readonly madeBy: string | null
}

/** Undefined where the organisation has as many as it may. Belongs into a transaction. */
export async function createWebhook(db: Db, made: NewWebhook): Promise<string | undefined> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`webhooks:${made.organisationId}`}, 0))`.execute(db)
  if ((await listWebhooks(db, made.organisationId)).length >= webhooksAtMost) return undefined
  const id = newId()
  await db
    .insertInto('webhooks')
    .values({
      id,
      organisation_id: made.organisationId,
      name: made.name,
      url: made.url,
      events: [...made.events],
      format: made.format,
      made_by: made.madeBy,
    })
    .execute()
  return id
}

export interface WebhookChange {
  readonly name?: string | undefined
  readonly url?: string | undefined
  readonly events?: readonly string[] | undefined
  readonly isDisabled?: boolean | undefined
}

/** False where there is none. One that is enabled again begins anew. */
export async function changeWebhook(
  db: Db,
  organisationId: string,
  id: string,
  { name, url, events, isDisabled }: WebhookChange,
): Promise<boolean> {
  const found = await db
    .updateTable('webhooks')
    .set({
      ...(name === undefined ? {} : { name }),
      ...(url === undefined ? {} : { url }),
      ...(events === undefined ? {} : { events: [...events] }),
      ...(isDisabled === false
        ? { disabled_at: null, disabled_reason: null, failing_since: null, resume_at: null }
        : {}),
      // Whatever else is set, so that there is something to set.
      id,
    })
    .where('id', '=', id)
    .where('organisation_id', '=', organisationId)
    .returning('id')
    .executeTakeFirst()
  if (found && isDisabled === true) await disableWebhook(db, id, 'by-hand')
  return found !== undefined
}

/** True where nothing was taken for so long. */
export async function hasFailedFor(db: Db, id: string, hours: number): Promise<boolean> {
  const row = await db
    .selectFrom('webhooks')
    .select('id')
    .where('id', '=', id)
    .where('failing_since', '<', inSeconds(-hours * 3600))
    .executeTakeFirst()
  return row !== undefined
}

/** Tells it nothing more; what waits is given up. False where it was disabled already. */
export async function disableWebhook(db: Db, id: string, reason: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('webhooks')
    .set({ disabled_at: now, disabled_reason: reason })
    .where('id', '=', id)
    .where('disabled_at', 'is', null)
    .executeTakeFirst()
  await db
    .updateTable('webhook_deliveries')
    .set({ status: 'given-up', reason: 'webhook-disabled', ended_at: now })
    .where('webhook_id', '=', id)
    .where('status', '=', 'waiting')
    .execute()
  return numUpdatedRows === 1n
}

export async function deleteWebhook(db: Db, organisationId: string, id: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('webhooks')
    .where('id', '=', id)
    .where('organisation_id', '=', organisationId)
    .executeTakeFirst()
  return numDeletedRows === 1n
}

const makers = {
  /** 32 random bytes. */
  hmac: () => randomBytes(32),
  ed25519: makeEd25519,
} as const

export interface WebhookSecret {
  readonly kind: keyof typeof makers
  readonly secret: Secret<Buffer>
}

/** Gives the webhook a secret and a key of its own; older ones sign beside them for so long. Belongs into a transaction. */
export async function makeSecrets(
  db: Db,
  masterKey: SealingKey,
  webhookId: string,
  overlapSeconds: number,
): Promise<void> {
  await db
    .updateTable('webhook_secrets')
    .set({ ends_at: inSeconds(overlapSeconds) })
    .where('webhook_id', '=', webhookId)
    .where('kind', '!=', 'url')
    .where('ends_at', 'is', null)
    .execute()
  const made = (Object.keys(makers) as (keyof typeof makers)[]).map((kind) => {
    const id = newId()
    return { id, webhook_id: webhookId, kind, secret_sealed: seal(masterKey, id, makers[kind]()) }
  })
  await db.insertInto('webhook_secrets').values(made).execute()
}

/** All that sign now, the newest first. @throws UnsealError */
export async function secretsOf(db: Db, masterKey: SealingKey, webhookId: string): Promise<WebhookSecret[]> {
  const rows = await db
    .selectFrom('webhook_secrets')
    .select(['id', 'kind', 'secret_sealed'])
    .where('webhook_id', '=', webhookId)
    .where('kind', '!=', 'url')
    .$narrowType<{ kind: 'hmac' | 'ed25519' }>()
    .where((is) => is.or([is('ends_at', 'is', null), is('ends_at', '>', now)]))
    .orderBy('ends_at', (order) => order.desc().nullsFirst())
    .orderBy('kind', 'desc')
    .execute()
  return rows.map(({ id, kind, secret_sealed }) => ({ kind, secret: unseal(masterKey, id, secret_sealed.reveal()) }))
}

/** Keeps a chat's whole URL, which is a secret: whoever has it can write there. */
export async function sealUrl(db: Db, masterKey: SealingKey, webhookId: string, url: string): Promise<void> {
  const id = newId()
  await db
    .insertInto('webhook_secrets')
    .values({ id, webhook_id: webhookId, kind: 'url', secret_sealed: seal(masterKey, id, Buffer.from(url)) })
    .execute()
}

/** @throws UnsealError */
export async function sealedUrlOf(db: Db, masterKey: SealingKey, webhookId: string): Promise<Secret<string>> {
  const { id, secret_sealed } = await db
    .selectFrom('webhook_secrets')
    .select(['id', 'secret_sealed'])
    .where('webhook_id', '=', webhookId)
    .where('kind', '=', 'url')
    .executeTakeFirstOrThrow()
  return new Secret(unseal(masterKey, id, secret_sealed.reveal()).reveal().toString())
}

/** Seals every secret anew; belongs into a transaction. @throws UnsealError */
export async function rewrapWebhookSecrets(db: Db, masterKey: SealingKey, next: SealingKey): Promise<number> {
  const rows = await db.selectFrom('webhook_secrets').select(['id', 'secret_sealed']).forUpdate().execute()
  for (const { id, secret_sealed } of rows) {
    await db
      .updateTable('webhook_secrets')
      .set({ secret_sealed: reseal(masterKey, next, id, secret_sealed) })
      .where('id', '=', id)
      .execute()
  }
  return rows.length
}

/** Who is told when a webhook is disabled: whoever made it, and the owners of its organisation. */
export async function keepersOf(
  db: Db,
  webhookId: string,
): Promise<{ name: string; host: string; organisation: string; recipients: string[] }> {
  const webhook = await db
    .selectFrom('webhooks')
    .innerJoin('organisations', 'organisations.id', 'webhooks.organisation_id')
    .select(['webhooks.name', 'webhooks.url', 'organisations.name as organisation'])
    .where('webhooks.id', '=', webhookId)
    .executeTakeFirstOrThrow()
  const people = await db
    .selectFrom('webhooks as webhook')
    .innerJoin('memberships as membership', 'membership.organisation_id', 'webhook.organisation_id')
    .innerJoin('users as person', 'person.id', 'membership.user_id')
    .select('person.email')
    .where('webhook.id', '=', webhookId)
    .where('person.state', '=', 'active')
    .where((is) => is.or([is('membership.role', '=', 'owner'), is('person.id', '=', is.ref('webhook.made_by'))]))
    .execute()
  return {
    name: webhook.name,
    host: new URL(webhook.url).host,
    organisation: webhook.organisation,
    recipients: people.map(({ email }) => email),
  }
}
