import { type Kysely, sql } from 'kysely'

/** Turns to dial an address, counted right across processes. Unlogged: after a crash of the server every lane begins anew, and empty. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `create unlogged table turn_lanes (
    lane text primary key,
    tokens double precision not null,
    refilled_at timestamptz not null
  )`,
  // How many connections a process may have open in a lane; what is not renewed is free again.
  `create unlogged table turn_places (
    lane text not null,
    holder uuid not null,
    places integer not null,
    ends_at timestamptz not null,
    primary key (lane, holder)
  )`,
]
