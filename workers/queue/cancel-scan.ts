import type { Db } from '#db/connect.ts'
import { isFinal } from '#db/model/scan.ts'
import { askCancel, lockScan, takeWaiting } from '#db/queries/cancel.ts'
import type { Reach } from '#db/queries/targets.ts'
import { finishScan, type OnBug } from './finish-scan.ts'

/** How runs end that a person stopped. */
export const cancelledRuns = { status: 'cancelled', reason: 'cancelled' } as const

/**
 * Ends a scan at a person's word; false where there is none within reach. One that waits ends here. One that runs is told to its worker, which closes its
 * sockets before it says `cancelled`; where that worker is dead, the reconciler ends it when the lease runs out. A final scan stays what it is.
 */
export const cancelScan = (db: Db, reach: Reach, id: string, onBug: OnBug): Promise<boolean> =>
  db.transaction().execute((db) => cancelWithin(db, reach, id, onBug))

/** `cancelScan` as a part of the caller's transaction. */
export async function cancelWithin(db: Db, reach: Reach, id: string, onBug: OnBug): Promise<boolean> {
  const scan = await lockScan(db, reach, id)
  if (!scan) return false
  if (isFinal(scan.status) || scan.isCancelAsked) return true
  await askCancel(db, id)
  if (scan.status === 'queued') await finishScan(db, await takeWaiting(db, id), onBug, cancelledRuns)
  return true
}
