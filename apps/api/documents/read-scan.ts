import type { Db } from '#db/connect.ts'
import { DomainError } from '#db/model/errors.ts'
import { isGone } from '#db/queries/retention.ts'
import { findScan } from '#db/queries/scans.ts'
import type { Reach } from '#db/queries/targets.ts'
import { wholeOf } from '#workers/documents/scan.ts'

/** The scan as every answer shows it. @throws DomainError `not-found`, `gone` */
export async function documentOf(db: Db, reach: Reach, id: string) {
  const scan = await findScan(db, reach, id)
  if (!scan) throw await missing(db, reach, id)
  return wholeOf(db, scan)
}

/** Why there is no such scan for this caller. */
export const missing = async (db: Db, reach: Reach, id: string) =>
  (await isGone(db, reach, id))
    ? new DomainError('gone', `The scan ${id} was deleted: it was older than is kept.`)
    : new DomainError('not-found', `There is no scan ${id}.`)
