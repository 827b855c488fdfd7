import { sql } from 'kysely'
import type { Db } from '../connect.ts'
import { type PausableQueue, silentAfterSeconds } from '../model/queue.ts'
import { lanes } from '../model/scan.ts'
import { inSeconds } from './clock.ts'

export interface InstanceFacts {
  readonly waiting: readonly {
    readonly lane: (typeof lanes)[number]
    readonly count: number
    readonly oldestSeconds: number
  }[]
  readonly running: number
  readonly expiredLeases: number
  /** Null where no scan has ended yet. */
  readonly lastEndedSeconds: number | null
  readonly mails: { readonly count: number; readonly oldestSeconds: number }
  readonly deliveries: { readonly count: number; readonly oldestSeconds: number }
  /** Of the last day. */
  readonly missedTicks: readonly { readonly reason: string; readonly count: number }[]
  readonly paused: readonly { readonly queue: PausableQueue; readonly reason: string }[]
  /** Workers that are not heard of, and did not say that they stop. */
  readonly silentWorkers: number
}

/** How the instance stands, whichever process is asked: what a queue forgets, Postgres remembers. */
export async function instanceFacts(db: Db): Promise<InstanceFacts> {
  const { rows } = await sql<{
    waiting: { lane: number; count: number; oldestSeconds: number }[] | null
    running: number
    expiredLeases: number
    lastEndedSeconds: number | null
    mails: InstanceFacts['mails']
    deliveries: InstanceFacts['deliveries']
    missedTicks: InstanceFacts['missedTicks'] | null
    paused: InstanceFacts['paused'] | null
    silentWorkers: number
  }>`
    select
      (select jsonb_agg(jsonb_build_object('lane', lane, 'count', count, 'oldestSeconds', seconds)) from (
        select lane, count(*) as count, extract(epoch from now() - min(created_at)) as seconds from scans where status = 'queued' group by lane
      ) by_lane) as waiting,
      (select count(*)::integer from scans where status = 'running') as running,
      (select count(*)::integer from scans where status = 'running' and lease_until < now()) as "expiredLeases",
      (select extract(epoch from now() - max(finished_at))::float8 from scans where finished_at is not null) as "lastEndedSeconds",
      (select jsonb_build_object('count', count(*), 'oldestSeconds', coalesce(extract(epoch from now() - min(created_at)), 0))
        from mails where status = 'waiting') as mails,
      (select jsonb_build_object('count', count(*), 'oldestSeconds', coalesce(extract(epoch from now() - min(created_at)), 0))
        from webhook_deliveries where status = 'waiting') as deliveries,
      (select jsonb_agg(jsonb_build_object('reason', reason, 'count', count)) from (
        select coalesce(reason, 'none') as reason, count(*) as count from ticks
        where status = 'missed' and due_at > calendar_now() - interval '1 day' group by 1
      ) by_reason) as "missedTicks",
      (select jsonb_agg(jsonb_build_object('queue', queue, 'reason', reason) order by queue) from queue_pauses) as paused,
      (select count(*)::integer from workers where seen_at < ${inSeconds(-silentAfterSeconds)}) as "silentWorkers"
  `.execute(db)
  const { waiting, missedTicks, paused, ...rest } = rows[0]!
  return {
    ...rest,
    waiting: lanes.map((name, lane) => {
      const found = waiting?.find((one) => one.lane === lane)
      return { lane: name, count: found?.count ?? 0, oldestSeconds: found?.oldestSeconds ?? 0 }
    }),
    missedTicks: missedTicks ?? [],
    paused: paused ?? [],
  }
}
