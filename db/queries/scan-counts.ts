import { sql } from 'kysely'
import type { Db } from '../connect.ts'

/** One statement stays short, however long nobody has counted. */
const hoursAtOnce = 6

/**
 * Counts the scans of the last hours, from the scans themselves: nobody waits for a counter's row, and what was missed is counted at the next look. The hour before the
 * last that is known is counted again, since what was written late is in by then; no count ever falls, whatever is deleted.
 */
export async function countHours(db: Db): Promise<void> {
  const { rows } = await sql<{ from: Date | null; now: Date }>`
    select coalesce(
      (select max(hour) - interval '1 hour' from scan_counts), (select date_trunc('hour', min(created_at), 'UTC') from scans)
    ) as from, now() as now
  `.execute(db)
  const { from, now } = rows[0]!
  if (from === null) return
  for (let at = from.getTime(); at <= now.getTime(); at += hoursAtOnce * 3_600_000) await countFrom(db, new Date(at))
}

const countFrom = (db: Db, from: Date) => {
  const within = (column: 'created_at' | 'finished_at') =>
    sql`${sql.ref(column)} >= ${from} and ${sql.ref(column)} < ${from}::timestamptz + make_interval(hours => ${hoursAtOnce})`
  return sql`
    with seen as (
      select date_trunc('hour', created_at, 'UTC') as hour, 'accepted' as kind from scans where ${within('created_at')}
      union all
      select date_trunc('hour', finished_at, 'UTC'), status from scans where ${within('finished_at')}
    )
    insert into scan_counts (hour, kind, count) select hour, kind, count(*)::integer from seen group by hour, kind order by hour, kind
    on conflict (hour, kind) do update set count = excluded.count where scan_counts.count < excluded.count
  `.execute(db)
}

export interface Counted {
  readonly at: Date
  readonly accepted: number
  readonly completed: number
  readonly failed: number
  readonly cancelled: number
  readonly refused: number
}

/** By the hour or by the day (UTC), the oldest first; what has no row had none. */
export async function listCounts(db: Db, by: 'hour' | 'day', days: number): Promise<Counted[]> {
  const of = (kind: string) => sql`coalesce(sum(count) filter (where kind = ${sql.lit(kind)}), 0)::integer`
  const { rows } = await sql<Counted>`
    select date_trunc(${by}, hour, 'UTC') as at, ${of('accepted')} as accepted, ${of('completed')} as completed, ${of('failed')} as failed,
      ${of('cancelled')} as cancelled, ${of('refused')} as refused
    from scan_counts where hour >= date_trunc('day', now(), 'UTC') - make_interval(days => ${days - 1})
    group by 1 order by 1
  `.execute(db)
  return rows
}
