import { sql } from 'kysely'
import type { Db } from '../connect.ts'
import { type PausableQueue, pausableQueues } from '../model/queue.ts'
import { listPauses, type QueuePause } from './pauses.ts'

/** Of the last hour, in twelve steps of five minutes, the oldest first. */
export const steps = 12

export interface QueueStanding {
  readonly queue: PausableQueue
  readonly waiting: number
  readonly oldestSeconds: number
  /** Things that ended, in each step of the last hour. */
  readonly ended: readonly number[]
  readonly failed: number
  readonly pause: Omit<QueuePause, 'queue'> | null
}

/** Each queue as Postgres knows it: what waits, and what ended within the hour, well or not. */
export async function queueStandings(db: Db): Promise<QueueStanding[]> {
  const { rows } = await sql<{
    queue: PausableQueue
    waiting: number
    oldestSeconds: number
    ended: Record<string, number> | null
    failed: number
  }>`
    with waiting as (
      select lane, count(*)::integer as count, extract(epoch from now() - min(created_at))::float8 as seconds from scans where status = 'queued' group by lane
      union all select 3, count(*)::integer, extract(epoch from now() - min(created_at))::float8 from mails where status = 'waiting'
      union all select 4, count(*)::integer, extract(epoch from now() - min(created_at))::float8 from webhook_deliveries where status = 'waiting'
      union all select 5, count(*)::integer, extract(epoch from now() - min(created_at))::float8 from batches where status = 'reading'
    ), ended as (
      select lane, finished_at as at, status = 'failed' as is_failed from scans where finished_at > now() - interval '1 hour'
      union all select 3, ended_at, status = 'dropped' from mails where ended_at > now() - interval '1 hour'
      union all select 4, ended_at, status = 'given-up' from webhook_deliveries where ended_at > now() - interval '1 hour'
      union all select 5, finished_at, status = 'failed' from batches where finished_at > now() - interval '1 hour'
    ), counted as (
      select lane, floor(extract(epoch from now() - at) / 300)::integer as step, count(*)::integer as count, count(*) filter (where is_failed)::integer as failed
      from ended group by 1, 2
    )
    select known.queue, coalesce(waiting.count, 0) as waiting, coalesce(waiting.seconds, 0) as "oldestSeconds",
      (select jsonb_object_agg(step, count) from counted where counted.lane = known.number - 1) as ended,
      coalesce((select sum(failed)::integer from counted where counted.lane = known.number - 1), 0) as failed
    from unnest(${pausableQueues}::text[]) with ordinality as known (queue, number) left join waiting on waiting.lane = known.number - 1
    order by known.number
  `.execute(db)
  const pauses = await listPauses(db)
  return rows.map(({ ended, ...row }) => {
    const pause = pauses.find(({ queue }) => queue === row.queue)
    return {
      ...row,
      ended: Array.from({ length: steps }, (_, n) => ended?.[steps - 1 - n] ?? 0),
      pause: pause === undefined ? null : { reason: pause.reason, pausedAt: pause.pausedAt, by: pause.by },
    }
  })
}
