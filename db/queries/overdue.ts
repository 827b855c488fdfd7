import { sql } from 'kysely'
import type { Db } from '../connect.ts'
import { openStatuses, type RunStatus } from '../model/scan.ts'
import { causeOf, isDue } from './claims.ts'
import { inSeconds, now } from './clock.ts'
import { pausedLanes } from './pauses.ts'

/** True for the one transaction that gets in; it holds the lock until its end. */
export async function tryLock(db: Db, name: string): Promise<boolean> {
  const { rows } = await sql<{
    locked: boolean
  }>`select pg_try_advisory_xact_lock(hashtextextended(${name}, 0)) as locked`.execute(db)
  return rows[0]?.locked === true
}

/**
 * Takes a scan that can no longer end by itself: past its deadline, cancelled and without a worker, or with too many leases that ran out. Needs a transaction, which holds its row.
 * The new attempt shuts out whoever still works on it.
 */
export const takeOverdue = (db: Db, maxLapses: number, except: readonly string[]) =>
  db
    .updateTable('scans')
    .set({ status: 'running', attempt: sql<number>`attempt + 1` })
    .where('id', '=', (db) =>
      db
        .selectFrom('scans')
        .select('id')
        .where('status', 'in', openStatuses)
        .where((is) =>
          is.or([
            is('deadline', '<', now),
            is.and([
              is('cancel_asked_at', 'is not', null),
              is.or([is('status', '=', 'queued'), is('lease_until', '<', now)]),
            ]),
            is.and([is('status', '=', 'running'), is('lapses', '>=', maxLapses - 1), is('lease_until', '<', now)]),
          ]),
        )
        .where('id', '!=', sql<string>`all(${except}::uuid[])`)
        .limit(1)
        .forUpdate()
        .skipLocked(),
    )
    .returning([
      'id',
      'attempt',
      sql<boolean>`deadline < now()`.as('isLate'),
      sql<boolean>`cancel_asked_at is not null`.as('isCancelAsked'),
      sql<boolean>`started_at is not null`.as('began'),
    ])
    .executeTakeFirst()

/** Marks the scans that nobody is about to take as rung, and says which: their ring was lost, long ago, or their worker's lease ran out. */
export const takeForgotten = (db: Db, { ringAgainSeconds, limit }: { ringAgainSeconds: number; limit: number }) =>
  db
    .updateTable('scans')
    .set({ rung_at: now })
    .where('id', 'in', (db) =>
      db
        .selectFrom('scans')
        .select('id')
        .where('status', 'in', openStatuses)
        .where(
          sql<boolean>`(rung_at is null or rung_at < now() - make_interval(secs => ${ringAgainSeconds}) or (status = 'running' and rung_at < lease_until))`,
        )
        .where((is) => is.or([is('status', '=', 'queued'), is('lease_until', '<', now)]))
        .where(isDue)
        .where(sql<boolean>`not lane = any(${pausedLanes})`)
        .orderBy('created_at')
        .limit(limit)
        .forUpdate()
        .skipLocked(),
    )
    .returning('id')
    .execute()

/** Ends what is still open in a scan, before the scan itself ends. */
export const endOpenRuns = (db: Db, scanId: string, status: RunStatus, reason: string) =>
  db
    .updateTable('scan_runs')
    .set({ status, reason, finished_at: now, cause: causeOf({ status, reason, detail: null }) })
    .where('scan_id', '=', scanId)
    .where('status', 'in', openStatuses)
    .execute()

/** True when a scan that was submitted so long ago, and whose queue is not paused, still waits for a worker. */
export async function isAnyWaiting(db: Db, seconds: number): Promise<boolean> {
  const waiting = await db
    .selectFrom('scans')
    .select('id')
    .where('status', '=', 'queued')
    .where('created_at', '<', inSeconds(-seconds))
    .where(sql<boolean>`not lane = any(${pausedLanes})`)
    .limit(1)
    .executeTakeFirst()
  return waiting !== undefined
}
