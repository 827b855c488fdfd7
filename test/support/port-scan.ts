import type { Db } from '#db/connect.ts'
import type { Actor } from '#db/model/actor.ts'
import type { Coverage } from '#db/model/scan.ts'
import { claimScan, endRun } from '#db/queries/claims.ts'
import { finishScan } from '#workers/queue/finish-scan.ts'
import { makeScan, queuedRun } from './make.ts'

export const coverage: Coverage = { unit: 'ports', asked: 1, answered: 1, silent: 0, unanswered: [], leftOut: [] }

export interface SeenPorts {
  readonly address?: string
  /** Ranges such as `22,80-90`. */
  readonly open?: string
  readonly closed?: string
  readonly filtered?: string
  readonly services?: readonly object[]
}

/** A scan that has ended as a worker ends one, and whose port scanner saw this of a host. */
export async function endedPortScan(
  db: Db,
  actor: Actor,
  { address = '127.0.0.1', open = '', closed = '', filtered = '', services = [] }: SeenPorts,
): Promise<string> {
  const target = { kind: 'address', canonical: address, display: address } as const
  const { id } = await makeScan(db, actor, { target, runs: [queuedRun('ports')] })
  const claim = (await claimScan(db, id, 60))!
  const result = { addresses: [{ address, open, closed, filtered, services }] }
  await endRun(db, claim, claim.runs[0]!, { status: 'completed', reason: null, coverage, result })
  await db.transaction().execute((db) =>
    finishScan(db, claim, (error) => {
      throw error
    }),
  )
  return id
}
