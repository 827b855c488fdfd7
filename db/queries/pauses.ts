import { sql } from 'kysely'
import type { Db } from '../connect.ts'
import { laneNumberOf, type PausableQueue } from '../model/queue.ts'
import { personName } from './users.ts'

/** True, as a part of a statement, while this queue is paused: every worker asks the database, whichever backend rings. */
export const isPaused = (queue: PausableQueue) =>
  sql<boolean>`exists (select from queue_pauses where queue = ${queue}::text)`

/** The lanes that are paused, as an array of their numbers and a part of a statement. */
export const pausedLanes = sql<number[]>`
  array(
    select lane from (values (0::smallint, 'scans-interactive'), (1::smallint, 'scans-scheduled'), (2::smallint, 'scans-bulk')) as known (lane, queue)
    where queue in (select queue from queue_pauses)
  )`

/** Why somebody asks for something, and the user who does. */
export interface Reasoned {
  readonly reason: string
  readonly by: string | null
}

export interface QueuePause {
  readonly queue: PausableQueue
  readonly reason: string
  readonly pausedAt: Date
  /** Who paused it, by name; null for somebody who is gone. */
  readonly by: string | null
}

export const listPauses = (db: Db): Promise<QueuePause[]> =>
  db
    .selectFrom('queue_pauses')
    .leftJoin('users', 'users.id', 'paused_by')
    .select(['queue', 'reason', 'paused_at as pausedAt', personName.as('by')])
    .orderBy('queue')
    .execute()

/** False where it is paused already. Belongs into a transaction. */
export async function pauseQueue(db: Db, queue: PausableQueue, { reason, by }: Reasoned): Promise<boolean> {
  const paused = await db
    .insertInto('queue_pauses')
    .values({ queue, reason, paused_by: by })
    .onConflict((on) => on.column('queue').doNothing())
    .returning('queue')
    .executeTakeFirst()
  if (paused === undefined) return false
  await putOffDeadlines(db)
  return true
}

/** False where it is not paused. What waits goes on, with as much time left as it had. Belongs into a transaction. */
export async function resumeQueue(db: Db, queue: PausableQueue): Promise<boolean> {
  const { numDeletedRows } = await db.deleteFrom('queue_pauses').where('queue', '=', queue).executeTakeFirst()
  if (numDeletedRows === 0n) return false
  const lane = laneNumberOf(queue)
  if (lane === null) return true
  await sql`
    with rung as (
      -- Workers heard of these when they might not begin them.
      update scans set rung_at = null where status = 'queued' and lane = ${lane} and put_off_until is null
    ), going as (
      update scans set put_off_until = null, rung_at = null, version = version + 1,
        deadline = deadline - greatest(put_off_until - now(), interval '0')
      where status in ('queued', 'running') and lane = ${lane} and put_off_until is not null
      returning id, version
    )
    insert into scan_events (scan_id, version, kind) select id, version, 'queue-resumed' from going
  `.execute(db)
  return true
}

/** In steps of so much, made before the step before is over: a scan that waits for a paused queue never meets its deadline meanwhile. */
const stepSeconds = 90
const nextStepSeconds = 30
/** A pause holds up no scan for longer than this: every accepted scan ends. */
const putOffHours = 24

/** Puts off the deadlines of scans that wait because their queue is paused, by exactly that time once it is resumed. */
export async function putOffDeadlines(db: Db): Promise<void> {
  await sql`
    with resting as (
      update scans set version = version + 1, put_off_until = now() + make_interval(secs => ${stepSeconds}),
        deadline = deadline + (now() + make_interval(secs => ${stepSeconds}) - greatest(coalesce(put_off_until, now()), now()))
      where exists (select from queue_pauses) and lane = any(${pausedLanes}) and (status = 'queued' or (status = 'running' and lease_until < now()))
        and (put_off_until is null or put_off_until < now() + make_interval(secs => ${nextStepSeconds}))
        and deadline > now() and created_at > now() - make_interval(hours => ${putOffHours})
      returning id, version
    )
    insert into scan_events (scan_id, version, kind) select id, version, 'queue-paused' from resting
  `.execute(db)
}
