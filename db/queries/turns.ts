import { sql } from 'kysely'
import type { Db } from '../connect.ts'

export interface TurnRequest {
  /** What is counted: the address, and the network that it lies in. */
  readonly lanes: readonly string[]
  readonly holder: string
  readonly perSecond: number
  readonly burst: number
  readonly placesAtMost: number
  readonly tokens: number
  /** How many this holder wants to have open altogether; 0 gives all back. */
  readonly places: number
}

/** For how long places are held without a word. */
export const placeSeconds = 5

/** How many new connections may begin now, and how many be open: of all that every process asks of these lanes together. */
export async function leaseTurns(db: Db, request: TurnRequest): Promise<{ tokens: number; places: number }> {
  // In one order always, so that two requests wait for each other's lanes in a line and not in a ring.
  const lanes = request.lanes.toSorted()
  const { rows } = await sql<{ tokens: number; places: number }>`
    select tokens, places from lease_turns(
      ${lanes}::text[], ${request.holder}::uuid, ${request.perSecond}::float8, ${request.burst}::float8, ${request.placesAtMost}::integer,
      ${request.tokens}::float8, ${request.places}::integer, ${placeSeconds}::float8)`.execute(db)
  return rows[0]!
}

/** Forgets lanes that are full again, and places that nobody holds. */
export async function sweepTurns(db: Db): Promise<void> {
  await db.deleteFrom('turn_lanes').where('refilled_at', '<', sql<Date>`now() - interval '1 hour'`).execute()
  await db.deleteFrom('turn_places').where('ends_at', '<', sql<Date>`now() - interval '1 minute'`).execute()
}
