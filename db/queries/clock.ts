import { sql } from 'kysely'
import type { Db } from '../connect.ts'

/** Machine time, as leases and time-outs count it: the database's clock, never this process'. */
export const now = sql<Date>`now()`
export const inSeconds = (seconds: number) => sql<Date>`now() + make_interval(secs => ${seconds})`

/** Calendar time: what ages and ends of validity are counted from. */
export async function calendarNow(db: Db): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`select calendar_now() as now`.execute(db)
  return rows[0]!.now
}

/** BullMQ's Postgres backend counts locks by this machine's clock: one that is off would steal live jobs. */
export const skewMillisAtMost = 2000

/** How far this process' clock is ahead of the database's, give or take the time of one question. */
export async function clockSkewMillis(db: Db): Promise<number> {
  const { rows } = await sql<{
    millis: number
  }>`select (extract(epoch from clock_timestamp()) * 1000)::float8 as millis`.execute(db)
  return Date.now() - rows[0]!.millis
}
