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
import { type Chore, keepRounds } from './keep-rounds.ts'
import { reconcile, ringForWebhooks } from './reconcile.ts'
import { keepSchedules } from './schedules/keep-schedules.ts'

export interface ChoreDeps extends BeginDeps {
  /** Null keeps scans for good, where their organisation does not say otherwise. */
  readonly keepScansDays: number | null
  /** Null in a process that may not ask it: those that scan tell of outages. */
  readonly canary: Canary | null
}

/** What is done again and again, by whichever process comes first when it is due. */
const choresOf = (deps: ChoreDeps): readonly Chore[] => {
  const { db, keepScansDays, canary } = deps
  return [
    { name: 'seal-audit', everyMillis: 1000, run: () => sealAudit(db) },
    { name: 'feed-batches', everyMillis: 1000, run: () => feedBatches(deps) },
    { name: 'keep-schedules', everyMillis: 1000, run: () => keepSchedules(deps) },
    { name: 'keep-alerts', everyMillis: 1000, run: () => keepAlerts(deps) },
    { name: 'ring-for-webhooks', everyMillis: 1000, run: () => ringForWebhooks(deps) },
    { name: 'put-off-deadlines', everyMillis: 2000, run: () => putOffDeadlines(db) },
    { name: 'reconcile', everyMillis: 2000, run: () => reconcile(deps) },
    ...(canary === null ? [] : [{ name: 'tell-outages', everyMillis: 15_000, run: () => tellOutages(db, canary) }]),
    { name: 'end-acceptances', everyMillis: 60_000, run: () => endAcceptances(db) },
    { name: 'remind', everyMillis: 60_000, run: () => remind(db) },
    { name: 'sweep', everyMillis: 60_000, run: () => sweep(db, keepScansDays) },
  ]
}

/** A transaction stays short. */
const deletedAtOnce = 500

/** Does chores until the signal aborts. A database that is away is the next look's business. */
export const keepReconciling = (deps: ChoreDeps, onError: (error: Error) => void, signal: AbortSignal) =>
  keepRounds(deps.db, choresOf(deps), onError, signal)

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
