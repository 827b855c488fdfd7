import { sql } from 'kysely'
import { publish } from '../bus.ts'
import type { Db } from '../connect.ts'
import { type Claim, plusOne } from './claims.ts'
import { now } from './clock.ts'
import { scansWithin } from './scans.ts'
import type { Reach } from './targets.ts'

/** The scan as it stands, which nobody changes until the caller's transaction ends. */
export const lockScan = (db: Db, reach: Reach, id: string) =>
  scansWithin(db, reach)
    .select([
      'scan.status',
      'scan.target_id as targetId',
      sql<boolean>`scan.cancel_asked_at is not null`.as('isCancelAsked'),
    ])
    .where('scan.id', '=', id)
    .forUpdate('scan')
    .executeTakeFirst()

/** Notes the wish and tells whoever runs the scan. */
export async function askCancel(db: Db, id: string): Promise<void> {
  const { version } = await db
    .updateTable('scans')
    .set({ cancel_asked_at: now, version: plusOne('version') })
    .where('id', '=', id)
    .returning('version')
    .executeTakeFirstOrThrow()
  await db.insertInto('scan_events').values({ scan_id: id, version, kind: 'cancel-asked' }).execute()
  await publish(db, 'cancel', id)
  await publish(db, 'scan', id)
}

/** Takes a scan that no worker has, to end it: the attempt shuts out whoever would claim it now. */
export const takeWaiting = (db: Db, id: string): Promise<Claim> =>
  db
    .updateTable('scans')
    .set({ status: 'running', attempt: plusOne('attempt') })
    .where('id', '=', id)
    .returning(['id', 'attempt'])
    .executeTakeFirstOrThrow()
