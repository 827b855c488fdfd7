import { sql } from 'kysely'
import { publish } from '../bus.ts'
import type { Db } from '../connect.ts'
import { storable } from './json.ts'
import { now } from './clock.ts'

export interface Outward {
  /** While it is, no packet leaves for a target, nor for anything that a target, a user or an answer names. */
  readonly isOff: boolean
  readonly reason: string
  readonly movedAt: Date | null
}

const name = 'outward'

export async function readOutward(db: Db): Promise<Outward> {
  const row = await db
    .selectFrom('switches')
    .select(['is_off as isOff', 'reason', 'moved_at as movedAt'])
    .where('name', '=', name)
    .executeTakeFirst()
  return row ?? { isOff: false, reason: '', movedAt: null }
}

/** Every process hears of it at once, and looks by itself every half second. Belongs into a transaction. */
export async function moveOutward(
  db: Db,
  { isOff, reason, movedBy }: { readonly isOff: boolean; readonly reason: string; readonly movedBy: object },
): Promise<void> {
  const row = { is_off: isOff, reason, moved_by: storable(movedBy) }
  await db
    .insertInto('switches')
    .values({ name, ...row })
    .onConflict((on) => on.column('name').doUpdateSet({ ...row, moved_at: now }))
    .execute()
  await publish(db, 'outward-switch', name)
}

/** Which runs touched an address lately, the last first: when, by what right, whose scan. */
export const contactsOf = (db: Db, address: string, limit: number) =>
  db
    .selectFrom('touches')
    .innerJoin('scan_runs as run', 'run.id', 'touches.run_id')
    .innerJoin('scans as scan', 'scan.id', 'run.scan_id')
    .innerJoin('organisations as organisation', 'organisation.id', 'scan.organisation_id')
    .select([
      'touches.run_id as runId',
      'touches.first_at as firstAt',
      'touches.last_at as lastAt',
      'touches.connections',
      'run.scanner',
      'run.tier',
      'run.authority',
      'scan.id as scanId',
      'scan.requested_by as requestedBy',
      'organisation.name as organisation',
    ])
    .where(sql<boolean>`touches.address = ${address}::inet`)
    .orderBy('touches.last_at', 'desc')
    .limit(limit)
    .execute()

/** What a probe of ours was, for whoever found its id in a log: nothing of who asked for it. */
export const findProbe = (db: Db, runId: string) =>
  db
    .selectFrom('scan_runs as run')
    .innerJoin('scans as scan', 'scan.id', 'run.scan_id')
    .select([
      'run.scanner',
      'run.tier',
      'run.authority',
      'run.status',
      'run.started_at as startedAt',
      'run.finished_at as finishedAt',
    ])
    .select((its) =>
      its
        .selectFrom('touches')
        .whereRef('touches.run_id', '=', 'run.id')
        .select(({ fn }) => fn.countAll<string>().as('n'))
        .as('addresses'),
    )
    .where('run.id', '=', runId)
    .executeTakeFirst()
