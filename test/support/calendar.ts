import { sql } from 'kysely'
import type { Db } from '#db/connect.ts'

/** Calendar time of one database that goes only where it is put; machine time runs on. */
export async function useCalendar(db: Db, at: string): Promise<{ set(at: string): Promise<void> }> {
  await sql`create table test_calendar (at timestamptz not null)`.execute(db)
  await sql`insert into test_calendar values (${at}::timestamptz)`.execute(db)
  await sql`create or replace function calendar_now() returns timestamptz language sql stable as 'select at from public.test_calendar'`.execute(
    db,
  )
  return {
    set: async (at) => void (await sql`update test_calendar set at = ${at}::timestamptz`.execute(db)),
  }
}
