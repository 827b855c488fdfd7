import { sql } from 'kysely'
import { addMessage, listMessages } from '#db/queries/discussion.ts'
import { addTarget } from '#db/queries/targets.ts'
import { labTarget, makeActor } from '#test/support/make.ts'
import { openStore, timeAll, vacuum } from './store.ts'

/** A page of a discussion and one more message, at a thousand and at a hundred thousand messages; and that none of them reads all messages, by Postgres' own plan. */
export async function bench(): Promise<void> {
  const store = await openStore()
  const { db } = store
  const { organisationId, principal } = await makeActor(db)
  const { id: targetId } = await addTarget(db, organisationId, labTarget)
  const subject = { targetId, findingId: null }
  const say = () =>
    db.transaction().execute((db) => addMessage(db, subject, principal, { text: 'hello', mentions: [] }))
  await say()
  for (const count of [1000, 100_000]) {
    await sql`
      insert into messages (id, thread_id, number, version, author_kind, author_id, text)
      select gen_random_uuid(), thread_id, n, n, author_kind, author_id, repeat('a word ', 40)
      from (select * from messages order by number limit 1) as first,
        generate_series((select max(number) from messages) + 1, ${count}::int) as n`.execute(db)
    await sql`update threads set version = (select max(number) from messages)`.execute(db)
    await vacuum(db)
    const asks = {
      'latest page': () => listMessages(db, subject, { limit: 20, before: null }),
      'from the middle': () => listMessages(db, subject, { limit: 20, before: count / 2 }),
      'one more': say,
    }
    await timeAll(store, `${String(count).padStart(9)} messages`, 'messages', asks)
  }
  await store.stop()
}
