import type { Db } from '#db/connect.ts'
import type { Actor } from '#db/model/actor.ts'
import type { Target } from '#db/model/target.ts'
import { claimScan, type Ending, endRun } from '#db/queries/claims.ts'
import type { NewScan } from '#db/queries/scans.ts'
import { finishScan } from '#workers/queue/finish-scan.ts'
import { makeScan } from './make.ts'

export const hostTarget = (name: string): Target => ({ kind: 'name', canonical: name, display: name })

/** A scan all of whose runs ended so, as a worker ends it. */
export async function endScanAs(
  db: Db,
  actor: Actor,
  ending: Ending,
  scan: Partial<NewScan> & { readonly target?: Target } = {},
  workerId: string | null = null,
): Promise<string> {
  const { id } = await makeScan(db, actor, scan)
  const claim = (await claimScan(db, id, 60, workerId))!
  for (const run of claim.runs) await endRun(db, claim, run, ending)
  await db.transaction().execute((db) =>
    finishScan(db, claim, (error) => {
      throw error
    }),
  )
  return id
}
