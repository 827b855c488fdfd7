import type { Db } from '#db/connect.ts'
import { insertAlert } from '#db/queries/alerts.ts'
import { type Spared, watchedUnder } from '#db/queries/do-not-scan.ts'
import { describeOther } from '#workers/documents/other-news.ts'

const rule = 'do-not-scan/asked'

/** Tells whoever watches a host that its owner wants it left alone. Belongs into the transaction that makes it so. */
export async function tellSpared(db: Db, spared: Spared): Promise<void> {
  const { severity } = describeOther(rule)!
  for (const { id: targetId, organisationId } of await watchedUnder(db, spared)) {
    const change = { findingId: null, kind: 'spared', state: 'open', rule, scanner: 'do-not-scan', severity } as const
    const about = { subject: spared.value, addresses: [], evidence: null }
    await insertAlert(db, { organisationId, targetId, scanId: null, severity, changes: [{ ...change, ...about }] })
  }
}
