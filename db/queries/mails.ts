import { sql } from 'kysely'
import { causeNow } from '../cause.ts'
import type { Db } from '../connect.ts'
import { newId } from '../model/id.ts'
import { type MailFacts, type MailKindName, mailKinds } from '../model/mail.ts'
import { inSeconds, now } from './clock.ts'
import { isPaused } from './pauses.ts'
import { storable } from './json.ts'

export interface NewMail<Kind extends MailKindName = MailKindName> {
  readonly kind: Kind
  /** An address in its canonical form. */
  readonly recipient: string
  /** Whose code it carries. */
  readonly challengeId: string | null
  readonly facts: MailFacts<Kind>
}

/** Notes that a mail shall be sent, and which request caused it; the code that it may carry is not among what is noted. */
export async function insertMail<Kind extends MailKindName>(db: Db, mail: NewMail<Kind>): Promise<string> {
  const { facts, minutes } = mailKinds[mail.kind]
  const { id } = await db
    .insertInto('mails')
    .values({
      id: newId(),
      kind: mail.kind,
      recipient: mail.recipient,
      challenge_id: mail.challengeId,
      facts: storable(facts.parse(mail.facts)),
      request_id: causeNow()?.requestId ?? null,
      traceparent: causeNow()?.traceparent ?? null,
      // Whoever notes it rings at once; the reconciler rings for what is still here later.
      try_after: inSeconds(ringAgainSeconds),
      expires_at: inSeconds(minutes * 60),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** A ring that has brought nobody for so long is taken for lost. */
const ringAgainSeconds = 15
/** How long one sending may take before another worker may try. */
const sendingSeconds = 120

/** Wins a mail that waits, for as long as one sending takes at most. Undefined when it is lost. */
export const claimMail = (db: Db, id: string) =>
  db
    .updateTable('mails')
    .set({ try_after: inSeconds(sendingSeconds), tries: sql<number>`tries + 1` })
    .where('id', '=', id)
    .where('status', '=', 'waiting')
    .where('expires_at', '>', now)
    .where((is) => is.or([is('tries', '=', 0), is('try_after', '<=', inSeconds(ringAgainSeconds))]))
    .where((is) => is.not(isPaused('mail')))
    .returning(['id', 'kind', 'recipient', 'challenge_id as challengeId', 'facts', 'tries', 'created_at as createdAt'])
    .returning(['request_id as requestId', 'traceparent'])
    .executeTakeFirst()

export type ClaimedMail = NonNullable<Awaited<ReturnType<typeof claimMail>>>

/** The newest fifty that are still worth reading. */
export const latestMails = (db: Db) =>
  db
    .selectFrom('mails')
    .select(['id', 'kind', 'recipient', 'challenge_id as challengeId', 'facts', 'created_at as createdAt'])
    .where('expires_at', '>', now)
    .orderBy('created_at', 'desc')
    .limit(50)
    .execute()

export const endMail = (db: Db, id: string, status: 'sent' | 'dropped', reason: string | null) =>
  db
    .updateTable('mails')
    .set({ status, reason, ended_at: now })
    .where('id', '=', id)
    .where('status', '=', 'waiting')
    .execute()

/** Lets the mail wait for its next try. */
export const postponeMail = (db: Db, id: string, seconds: number, reason: string) =>
  db
    .updateTable('mails')
    .set({ try_after: inSeconds(seconds), reason })
    .where('id', '=', id)
    .where('status', '=', 'waiting')
    .execute()

/** Mails whose time to be tried has come, each told to one asker only. */
export const takeWaitingMails = (db: Db, limit: number) =>
  db
    .updateTable('mails')
    .set({ try_after: inSeconds(ringAgainSeconds) })
    .where('id', 'in', (db) =>
      db
        .selectFrom('mails')
        .select('id')
        .where('status', '=', 'waiting')
        .where('try_after', '<=', now)
        .where('expires_at', '>', now)
        .where((is) => is.not(isPaused('mail')))
        .orderBy('try_after')
        .limit(limit)
        .forUpdate()
        .skipLocked(),
    )
    .returning('id')
    .execute()

/** Gives up what is not worth sending any more, and forgets what ended a week ago. */
export async function sweepMails(db: Db): Promise<void> {
  await db
    .updateTable('mails')
    .set({ status: 'dropped', reason: sql<string>`coalesce('too-late: ' || reason, 'too-late')`, ended_at: now })
    .where('status', '=', 'waiting')
    .where('expires_at', '<=', now)
    .execute()
  await db.deleteFrom('mails').where('ended_at', '<', sql<Date>`now() - interval '7 days'`).execute()
}
