import { sql } from 'kysely'
import { beforeEach, expect, test } from 'vitest'
import { claimMail, insertMail, takeWaitingMails } from '#db/queries/mails.ts'
import { claimNext } from '#db/queries/claims.ts'
import { isAnyWaiting, takeForgotten } from '#db/queries/overdue.ts'
import { pauseQueue, putOffDeadlines, resumeQueue } from '#db/queries/pauses.ts'
import type { PausableQueue } from '#db/model/queue.ts'
import { lapse, makeScan } from '#test/support/make.ts'
import { useDatabase } from '#test/support/use-database.ts'

const { db, actor } = await useDatabase()
const never = '01990000-0000-7000-8000-000000000000'
const next = async (rungFor = never) => (await claimNext(db, rungFor, 60, []))?.id
const pause = (queue: PausableQueue) =>
  db.transaction().execute((db) => pauseQueue(db, queue, { reason: 'upgrade', by: null }))
const resume = (queue: PausableQueue) => db.transaction().execute((db) => resumeQueue(db, queue))
const leftOf = async (id: string) => {
  const { rows } = await sql<{
    seconds: number
  }>`select extract(epoch from deadline - now())::float8 as seconds from scans where id = ${id}::uuid`.execute(db)
  return rows[0]!.seconds
}
/** Lets time pass for one scan: everything that is noted of it lies so much further back. */
const age = (id: string, seconds: number) =>
  sql`
    update scans set created_at = created_at - make_interval(secs => ${seconds}), deadline = deadline - make_interval(secs => ${seconds}),
      put_off_until = put_off_until - make_interval(secs => ${seconds})
    where id = ${id}::uuid`.execute(db)

beforeEach(() => sql`truncate scans, queue_pauses cascade`.execute(db))

test('no worker begins what waits in a paused queue, and other queues go on', async () => {
  const interactive = await makeScan(db, actor)
  const bulk = await makeScan(db, actor, { lane: 'bulk' })
  expect([await pause('scans-interactive'), await pause('scans-interactive')]).toEqual([true, false])
  expect([await next(), await next(), await next(interactive.id)]).toEqual([bulk.id, undefined, undefined])
  expect([await resume('scans-interactive'), await resume('scans-interactive')]).toEqual([true, false])
  expect(await next()).toBe(interactive.id)
})

test('what its worker left is not taken up while its queue is paused, nor rung for, nor a reason to think that a worker is deaf', async () => {
  const { id } = await makeScan(db, actor)
  expect(await next()).toBe(id)
  await lapse(db, id)
  const waiting = await makeScan(db, actor)
  await sql`update scans set created_at = now() - interval '5 minutes', rung_at = null`.execute(db)
  await pause('scans-interactive')
  expect(await next(id)).toBeUndefined()
  expect(await takeForgotten(db, { ringAgainSeconds: 15, limit: 10 })).toEqual([])
  expect(await isAnyWaiting(db, 60)).toBe(false)
  await resume('scans-interactive')
  expect(await isAnyWaiting(db, 60)).toBe(true)
  expect((await takeForgotten(db, { ringAgainSeconds: 15, limit: 10 })).map((scan) => scan.id).sort()).toEqual(
    [id, waiting.id].sort(),
  )
})

test('a scan that waits for a paused queue has as much time left when it is resumed as it had', async () => {
  const { id } = await makeScan(db, actor, { deadlineSeconds: 600 })
  const late = await makeScan(db, actor, { deadlineSeconds: 600, lane: 'bulk' })
  await pause('scans-interactive')
  for (let passed = 0; passed < 20; passed++) {
    await age(id, 60)
    expect(await leftOf(id)).toBeGreaterThan(599)
    await putOffDeadlines(db)
  }
  await resume('scans-interactive')
  expect(Math.abs((await leftOf(id)) - 600)).toBeLessThan(5)
  expect(Math.abs((await leftOf(late.id)) - 600)).toBeLessThan(5)
  const { rows } = await sql<{
    kind: string
  }>`select kind from scan_events where scan_id = ${id}::uuid order by version`.execute(db)
  expect([rows[1]!.kind, rows.at(-1)!.kind]).toEqual(['queue-paused', 'queue-resumed'])
})

test('a pause that nobody ends holds a scan up for a day, and no longer', async () => {
  const { id } = await makeScan(db, actor, { deadlineSeconds: 600 })
  await pause('scans-interactive')
  await age(id, 24 * 3600)
  await sql`update scans set deadline = now() + interval '1 second'`.execute(db)
  await putOffDeadlines(db)
  expect(await leftOf(id)).toBeLessThan(2)
})

test('a mail waits for its queue too', async () => {
  const id = await insertMail(db, {
    kind: 'webhook-disabled',
    recipient: 'ada@example.org',
    challengeId: null,
    facts: { name: 'builds', host: 'hooks.example.org', organisation: 'Ada', reason: 'gone' },
  })
  await sql`update mails set try_after = now()`.execute(db)
  await pause('mail')
  expect([await claimMail(db, id), await takeWaitingMails(db, 10)]).toEqual([undefined, []])
  await resume('mail')
  expect(await takeWaitingMails(db, 10)).toEqual([{ id }])
  expect(await claimMail(db, id)).toMatchObject({ id })
})
