import { sql } from 'kysely'
import { publish } from '../bus.ts'
import type { Db } from '../connect.ts'
import type { Actor } from '../model/actor.ts'
import { newId } from '../model/id.ts'
import { isWithinReach, type Reach } from './targets.ts'

/** What is talked about. The thread has the finding's id, or the target's. */
export interface Subject {
  readonly targetId: string
  readonly findingId: string | null
}

const idOf = ({ targetId, findingId }: Subject) => findingId ?? targetId

/** The next version of a thread; whoever writes at the same time waits until the caller's transaction ends, so that versions commit in their order. */
async function nextVersion(db: Db, subject: Subject): Promise<number> {
  const id = idOf(subject)
  const { version } = await db
    .insertInto('threads')
    .values({ id, target_id: subject.targetId, finding_id: subject.findingId, version: 1 })
    .onConflict((on) => on.column('id').doUpdateSet({ version: sql<number>`threads.version + 1` }))
    .returning('version')
    .executeTakeFirstOrThrow()
  await publish(db, 'thread', id)
  return version
}

export interface MessageFacts {
  readonly text: string
  readonly mentions: readonly string[]
}

/** Belongs into a transaction. @returns its id */
export async function addMessage(
  db: Db,
  subject: Subject,
  author: Actor['principal'],
  { text, mentions }: MessageFacts,
): Promise<string> {
  const [id, version] = [newId(), await nextVersion(db, subject)]
  await db
    .insertInto('messages')
    .values({
      id,
      thread_id: idOf(subject),
      number: version,
      version,
      author_kind: author.kind,
      author_id: author.id,
      text,
      mentions: [...mentions],
    })
    .execute()
  return id
}

/** Gives a message another text and keeps the one before. Belongs into a transaction that has locked it. */
export async function editMessage(db: Db, message: MessageRow, { text, mentions }: MessageFacts): Promise<void> {
  const version = await nextVersion(db, message)
  const before = { message_id: message.id, number: message.version, text: message.text }
  await db.insertInto('message_edits').values(before).execute()
  await db
    .updateTable('messages')
    .set({ text, mentions: [...mentions], version, edited_at: sql<Date>`calendar_now()` })
    .where('id', '=', message.id)
    .execute()
}

/** Takes a message back: what it said is gone, and that it was there is not. Belongs into a transaction that has locked it. */
export async function withdrawMessage(db: Db, message: MessageRow): Promise<void> {
  const version = await nextVersion(db, message)
  await db.deleteFrom('message_edits').where('message_id', '=', message.id).execute()
  await db
    .updateTable('messages')
    .set({ text: '', mentions: [], version, withdrawn_at: sql<Date>`calendar_now()` })
    .where('id', '=', message.id)
    .execute()
}

const messages = (db: Db) =>
  db
    .selectFrom('messages as message')
    .innerJoin('threads as thread', 'thread.id', 'message.thread_id')
    .leftJoin('users as person', 'person.id', 'message.author_id')
    .leftJoin('service_accounts as service', 'service.id', 'message.author_id')
    .select([
      'message.id',
      'message.number',
      'message.version',
      'thread.target_id as targetId',
      'thread.finding_id as findingId',
      'message.author_kind as authorKind',
      'message.author_id as authorId',
      'message.text',
      'message.mentions',
      'message.written_at as writtenAt',
      'message.edited_at as editedAt',
      'message.withdrawn_at as withdrawnAt',
    ])
    .select(sql<string | null>`coalesce(nullif(person.name, ''), person.email_display, service.name)`.as('authorName'))

export type MessageRow = Awaited<ReturnType<typeof listMessages>>[number]

/** The latest first. */
export const listMessages = (
  db: Db,
  subject: Subject,
  { limit, before }: { readonly limit: number; readonly before: number | null },
) => {
  const query = messages(db).where('thread.id', '=', idOf(subject)).orderBy('message.number', 'desc').limit(limit)
  return (before === null ? query : query.where('message.number', '<', before)).execute()
}

/** What was written, edited or taken back after this version, in that order. */
export const messagesSince = (db: Db, subject: Subject, version: number, limit: number) =>
  messages(db)
    .where('thread.id', '=', idOf(subject))
    .where('message.version', '>', version)
    .orderBy('message.version')
    .limit(limit)
    .execute()

export async function threadVersion(db: Db, subject: Subject): Promise<number> {
  const thread = await db.selectFrom('threads').select('version').where('id', '=', idOf(subject)).executeTakeFirst()
  return thread?.version ?? 0
}

/** Held until the caller's transaction ends. */
export const lockMessage = (db: Db, reach: Reach, id: string) =>
  messages(db)
    .innerJoin('targets as target', 'target.id', 'thread.target_id')
    .where(isWithinReach(reach))
    .where('message.id', '=', id)
    .forUpdate('message')
    .executeTakeFirst()

/** A message, with what it said before. */
export async function findMessage(db: Db, reach: Reach, id: string) {
  const message = await messages(db)
    .innerJoin('targets as target', 'target.id', 'thread.target_id')
    .where(isWithinReach(reach))
    .where('message.id', '=', id)
    .executeTakeFirst()
  if (!message) return undefined
  const edits = await db
    .selectFrom('message_edits')
    .select(['text', 'replaced_at as replacedAt'])
    .where('message_id', '=', id)
    .orderBy('number')
    .execute()
  return { ...message, edits }
}
