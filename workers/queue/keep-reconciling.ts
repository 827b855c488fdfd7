import { setTimeout as sleep } from 'node:timers/promises'
import type { Db } from '#db/connect.ts'
import { sealAudit } from '#db/queries/audit.ts'
import { sweepChallenges } from '#db/queries/challenges.ts'
import { purgeNextUser } from '#db/queries/leaving.ts'
import { sweepRequests } from '#db/queries/idempotency.ts'
import { deleteOldBatches, deleteOldScans } from '#db/queries/retention.ts'
import { sweepLimits } from '#db/queries/limits.ts'
import { countHours } from '#db/queries/scan-counts.ts'
import { putOffDeadlines } from '#db/queries/pauses.ts'
import { sweepTurns } from '#db/queries/turns.ts'
import { sweepWorkers } from '#db/queries/workers.ts'
import { sweepBatches } from '#db/queries/batches.ts'
import { keepAlerts } from './alerts/keep-alerts.ts'
import { remind } from './alerts/remind.ts'
import { type Canary, tellOutages } from './alerts/tell-outages.ts'
import type { BeginDeps } from './begin-scan.ts'
import { sweepShareViews } from '#db/queries/shares.ts'
import { sweepServed } from '#db/queries/certificates.ts'
import { sweepExpiries } from '#db/queries/expiries.ts'
import { sweepDeliveries } from '#db/queries/deliveries.ts'
import { endAcceptances } from './follow-findings.ts'
import { feedBatches } from './feed-batches.ts'
import { reconcile, ringForWebhooks } from './reconcile.ts'
import { keepSchedules } from './schedules/keep-schedules.ts'

export interface ChoreDeps extends BeginDeps {
  /** Null keeps scans for good, where their organisation does not say otherwise. */
  readonly keepScansDays: number | null
  /** Null in a process that may not ask it: those that scan tell of outages. */
  readonly canary: Canary | null
}

/** What every process does again and again, whoever else does it too. */
const chores: readonly { readonly everyMillis: number; readonly run: (deps: ChoreDeps) => Promise<unknown> }[] = [
  { everyMillis: 1000, run: ({ db }) => sealAudit(db) },
  { everyMillis: 1000, run: (deps) => feedBatches(deps) },
  { everyMillis: 1000, run: keepSchedules },
  { everyMillis: 1000, run: keepAlerts },
  { everyMillis: 1000, run: ringForWebhooks },
  { everyMillis: 2000, run: ({ db }) => putOffDeadlines(db) },
  { everyMillis: 2000, run: reconcile },
  { everyMillis: 15_000, run: async ({ db, canary }) => canary && tellOutages(db, canary) },
  { everyMillis: 60_000, run: ({ db }) => endAcceptances(db) },
  { everyMillis: 60_000, run: ({ db }) => remind(db) },
  { everyMillis: 60_000, run: ({ db, keepScansDays }) => sweep(db, keepScansDays) },
]

/** A transaction stays short. */
const deletedAtOnce = 500

/** Does its chores until the signal aborts. A database that is away is the next round's business. */
export async function keepReconciling(
  deps: ChoreDeps,
  onError: (error: Error) => void,
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(
    chores.map(async ({ everyMillis, run }) => {
      while (!signal.aborted) {
        await run(deps).catch(onError)
        await sleep(everyMillis, undefined, { signal }).catch(() => {})
      }
    }),
  )
}

/** Forgets what is over: codes, limits, old scans, and people whose thirty days are. */
export async function sweep(db: Db, keepScansDays: number | null): Promise<void> {
  await sweepChallenges(db)
  await sweepLimits(db)
  await sweepTurns(db)
  await sweepWorkers(db)
  await sweepRequests(db)
  await sweepBatches(db)
  await sweepDeliveries(db)
  await sweepExpiries(db)
  await sweepServed(db)
  await sweepShareViews(db)
  // What is deleted was counted before.
  await countHours(db)
  await deleteOldBatches(db, keepScansDays)
  while ((await deleteOldScans(db, { days: keepScansDays, limit: deletedAtOnce })) >= deletedAtOnce);
  while (await db.transaction().execute(purgeNextUser));
}
