import type { Db } from '#db/connect.ts'
import { missingScan } from '#db/queries/retention.ts'
import { findScan } from '#db/queries/scans.ts'
import type { Reach } from '#db/queries/targets.ts'
import { wholeOf } from '#workers/documents/scan.ts'

/** The scan as every answer shows it. @throws DomainError `not-found`, `gone` */
export async function documentOf(db: Db, reach: Reach, id: string) {
  const scan = await findScan(db, reach, id)
  if (!scan) throw await missingScan(db, reach, id)
  return wholeOf(db, scan)
}
