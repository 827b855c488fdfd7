import type { Db } from '#db/connect.ts'
import type { Secret } from '#db/model/secret.ts'
import { pauseAfterTry } from '#db/model/webhook.ts'
import {
  type Attempt,
  type ClaimedDelivery,
  type ClaimedWebhook,
  endDelivered,
  endFailed,
  endUntellable,
  giveBack,
  saveAttempt,
} from '#db/queries/deliveries.ts'
import { insertMail } from '#db/queries/mails.ts'
import { disableWebhook, hasFailedFor, keepersOf, type WebhookSecret } from '#db/queries/webhooks.ts'
import { bodyOf } from '#workers/documents/webhook-event.ts'
import type { FetchOutcome } from '#workers/network/door.ts'
import type { PostToChannel } from '#workers/network/channel-post.ts'
import { inFormat } from './format.ts'
import { signedHeaders } from './sign.ts'

export interface TellDeps {
  readonly db: Db
  readonly post: PostToChannel
  readonly secretsOf: (webhookId: string) => Promise<WebhookSecret[]>
  /** Of a chat's webhook. */
  readonly sealedUrlOf: (webhookId: string) => Promise<Secret<string>>
  readonly signal: AbortSignal
  /** Whether we stopped sending, whatever the receiver did. */
  readonly isCut: () => boolean
}

const responseCharacters = 1000
/** Nearly the time of all tries: one thing that its receiver cannot take, where others are taken, disables nothing. */
const disabledAfterHours = 20

/** Tells a webhook one thing and notes what came of it; true where it was taken. A worker that dies in between tells it again, with the same id. */
export async function tell(deps: TellDeps, webhook: ClaimedWebhook, delivery: ClaimedDelivery): Promise<boolean> {
  const { db } = deps
  const standard = await bodyOf(db, delivery)
  if (standard === null) {
    await endUntellable(db, delivery, 'deleted')
    return true
  }
  const { outcome, millis } = await send(deps, webhook, delivery, inFormat(webhook.format, standard))
  if (outcome.status !== 'answered' && deps.isCut()) {
    await giveBack(db, delivery)
    return false
  }
  const attempt = { millis, ...attemptOf(outcome) }
  return db.transaction().execute(async (db) => {
    await saveAttempt(db, delivery, attempt)
    if (attempt.reason === null) await endDelivered(db, delivery)
    else await endTry(db, webhook, delivery, { ...attempt, reason: attempt.reason, outcome })
    return attempt.reason === null
  })
}

async function send(
  { post, secretsOf, sealedUrlOf, signal }: TellDeps,
  { id, url: shownUrl, format }: ClaimedWebhook,
  { eventId }: ClaimedDelivery,
  body: string,
) {
  const message = { id: eventId, timestampSeconds: Math.floor(Date.now() / 1000), body }
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'Portlight',
    ...signedHeaders(message, await secretsOf(id)),
  }
  const url = format === 'standard' ? shownUrl : (await sealedUrlOf(id)).reveal()
  const began = performance.now()
  const outcome = await post({ url, headers, body }, signal)
  return { outcome, millis: Math.round(performance.now() - began) }
}

/** Only a 2xx takes it (Standard Webhooks); `reason` is null then. */
function attemptOf(outcome: FetchOutcome): Omit<Attempt, 'millis'> {
  if (outcome.status === 'not-allowed') return { statusCode: null, reason: outcome.rule, response: '' }
  if (outcome.status === 'failed') return { statusCode: null, reason: outcome.reason, response: '' }
  const { statusCode, body } = outcome
  const response = Buffer.from(body).toString('utf8').slice(0, responseCharacters)
  return { statusCode, reason: statusCode >= 200 && statusCode < 300 ? null : `http-${statusCode}`, response }
}

/** 410 says that nobody is there any more; a last try that failed, with none that was taken since the first, says as much. */
async function endTry(
  db: Db,
  webhook: ClaimedWebhook,
  delivery: ClaimedDelivery,
  {
    statusCode,
    reason,
    outcome,
  }: Omit<Attempt, 'reason'> & { readonly reason: string; readonly outcome: FetchOutcome },
): Promise<void> {
  const pauseSeconds = pauseAfterTry(delivery.tries, askedSeconds(outcome), Math.random())
  await endFailed(db, delivery, { pauseSeconds: statusCode === 410 ? null : pauseSeconds, reason })
  if (statusCode === 410) await disable(db, webhook.id, 'http-410')
  else if (pauseSeconds === null && (await hasFailedFor(db, webhook.id, disabledAfterHours)))
    await disable(db, webhook.id, reason)
}

/** `Retry-After` in seconds, of a receiver that is busy. */
function askedSeconds(outcome: FetchOutcome): number | null {
  if (outcome.status !== 'answered' || ![429, 503].includes(outcome.statusCode)) return null
  const asked = outcome.headers['retry-after'] ?? ''
  return /^\d{1,6}$/.test(asked) ? Number(asked) : null
}

async function disable(db: Db, webhookId: string, reason: string): Promise<void> {
  if (!(await disableWebhook(db, webhookId, reason))) return
  const { recipients, ...facts } = await keepersOf(db, webhookId)
  for (const recipient of recipients)
    await insertMail(db, { kind: 'webhook-disabled', recipient, challengeId: null, facts: { ...facts, reason } })
}
