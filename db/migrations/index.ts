import type { Migration } from 'kysely/migration'
import * as scans from './2026-11-25-scans.ts'
import * as keys from './2026-11-26-1-keys.ts'
import * as accounts from './2026-11-26-2-accounts.ts'
import * as limits from './2026-11-26-3-limits.ts'
import * as authority from './2026-11-26-4-authority.ts'
import * as turns from './2026-11-26-5-turns.ts'
import * as leaseTurns from './2026-11-26-6-lease-turns.ts'
import * as cancelAndAnswers from './2026-11-26-7-cancel-and-answers.ts'
import * as lastRuns from './2026-11-26-8-last-runs.ts'
import * as carriedRuns from './2026-11-26-9-carried-runs.ts'
import * as lanes from './2026-11-26-a-lanes.ts'
import * as retention from './2026-11-26-b-retention.ts'
import * as batches from './2026-11-27-1-batches.ts'
import * as webhooks from './2026-11-27-2-webhooks.ts'
import * as granted from './2026-11-27-3-granted.ts'
import * as schedules from './2026-11-27-4-schedules.ts'
import * as pauses from './2026-11-27-5-pauses.ts'
import * as findings from './2026-11-27-6-findings.ts'
import * as alerts from './2026-11-27-7-alerts.ts'
import * as expiries from './2026-11-27-8-expiries.ts'
import * as findingVersions from './2026-11-27-9-finding-versions.ts'
import * as shares from './2026-11-27-a-shares.ts'
import * as discussion from './2026-11-27-b-discussion.ts'
import * as care from './2026-11-27-c-care.ts'
import * as outages from './2026-11-27-d-outages.ts'
import * as scanFilters from './2026-11-27-e-scan-filters.ts'
import * as overview from './2026-11-28-a-overview.ts'
import * as lifetimes from './2026-11-28-b-expiries.ts'
import * as shareLanguage from './2026-11-28-g-share-language.ts'
import * as causes from './2026-11-28-h-causes.ts'
import * as language from './2026-11-28-i-language.ts'
import * as untold from './2026-11-28-j-untold.ts'
import * as lists from './2026-11-28-k-lists.ts'
import * as certificates from './2026-11-28-l-certificates.ts'
import * as workers from './2026-11-28-m-workers.ts'
import * as jobs from './2026-11-28-n-jobs.ts'
import * as scanCounts from './2026-11-28-o-scan-counts.ts'
import * as rounds from './2026-11-28-p-rounds.ts'

/** Every step of the schema, in the order of their names, which is the order they run in. A step that has landed never changes. */
export const migrations: Readonly<Record<string, Migration>> = {
  '2026-11-25-scans': scans,
  '2026-11-26-1-keys': keys,
  '2026-11-26-2-accounts': accounts,
  '2026-11-26-3-limits': limits,
  '2026-11-26-4-authority': authority,
  '2026-11-26-5-turns': turns,
  '2026-11-26-6-lease-turns': leaseTurns,
  '2026-11-26-7-cancel-and-answers': cancelAndAnswers,
  '2026-11-26-8-last-runs': lastRuns,
  '2026-11-26-9-carried-runs': carriedRuns,
  '2026-11-26-a-lanes': lanes,
  '2026-11-26-b-retention': retention,
  '2026-11-27-1-batches': batches,
  '2026-11-27-2-webhooks': webhooks,
  '2026-11-27-3-granted': granted,
  '2026-11-27-4-schedules': schedules,
  '2026-11-27-5-pauses': pauses,
  '2026-11-27-6-findings': findings,
  '2026-11-27-7-alerts': alerts,
  '2026-11-27-8-expiries': expiries,
  '2026-11-27-9-finding-versions': findingVersions,
  '2026-11-27-a-shares': shares,
  '2026-11-27-b-discussion': discussion,
  '2026-11-27-c-care': care,
  '2026-11-27-d-outages': outages,
  '2026-11-27-e-scan-filters': scanFilters,
  '2026-11-28-a-overview': overview,
  '2026-11-28-b-expiries': lifetimes,
  '2026-11-28-g-share-language': shareLanguage,
  '2026-11-28-h-causes': causes,
  '2026-11-28-i-language': language,
  '2026-11-28-j-untold': untold,
  '2026-11-28-k-lists': lists,
  '2026-11-28-l-certificates': certificates,
  '2026-11-28-m-workers': workers,
  '2026-11-28-n-jobs': jobs,
  '2026-11-28-o-scan-counts': scanCounts,
  '2026-11-28-p-rounds': rounds,
}

export const newestMigration = Object.keys(migrations).at(-1)
