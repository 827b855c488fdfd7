import { sql } from 'kysely'
import type { Db } from '../connect.ts'

export interface Round {
  readonly name: string
  readonly everyMillis: number
}

/**
 * Which of these are due, and are the caller's this time. Nothing is held: whoever dies, hangs or fails in a round leaves the next to another.
 * By the real clock, and only to spare work: what a round does has to be right if two do it at once.
 */
export async function takeRounds(db: Db, rounds: readonly Round[]): Promise<string[]> {
  const names = rounds.map(({ name }) => name)
  const seconds = rounds.map(({ everyMillis }) => everyMillis / 1000)
  // Outside of the two: a clock that was set back does not put a round off. What is not due is not locked, so that asking in vain writes nothing.
  const { rows } = await sql<{ name: string }>`
    insert into rounds (name, began_at, due_at)
    select asked.name, moment, moment + make_interval(secs => asked.seconds)
    from unnest(${names}::text[], ${seconds}::float8[]) as asked (name, seconds), clock_timestamp() as moment
    where not exists (select from rounds where rounds.name = asked.name and moment between began_at and due_at)
    order by asked.name
    on conflict (name) do update set began_at = excluded.began_at, due_at = excluded.due_at
    where clock_timestamp() not between rounds.began_at and rounds.due_at
    returning name
  `.execute(db)
  return rows.map(({ name }) => name)
}
