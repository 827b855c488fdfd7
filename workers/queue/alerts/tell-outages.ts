import type { Db } from '#db/connect.ts'
import type { ToldChange } from '#db/model/alert.ts'
import type { OutageCause } from '#db/model/outage.ts'
import { insertAlert } from '#db/queries/alerts.ts'
import {
  type EndedOutage,
  hasAnyAnswered,
  joinOutage,
  type NewOutage,
  type PendingSilence,
  pendingSilences,
  subjectOf,
  takeEndedOutages,
  whatIsToTell,
} from '#db/queries/outages.ts'
import { tryLock } from '#db/queries/overdue.ts'
import { describeOther } from '#workers/documents/other-news.ts'

/** Whether our own network is there, as something that always answers says; null where nobody knows. */
export type Canary = () => Promise<boolean | null>

/** So many targets that all fell silent, while none answered, are no coincidence. */
const manyHosts = 3

/** Tells once of what does not answer, and once that it does again. The canary is asked only where something fell silent. */
export async function tellOutages(db: Db, canary: Canary): Promise<void> {
  const { isSilent, isEnded } = await whatIsToTell(db)
  if (!isSilent && !isEnded) return
  const isNetworkUp = isSilent ? await canary() : null
  await db.transaction().execute(async (db) => {
    if (!(await tryLock(db, 'tell-outages'))) return
    for (const ended of await takeEndedOutages(db)) await tellEnd(db, ended)
    const byOrganisation = Map.groupBy(await pendingSilences(db), ({ organisationId }) => organisationId)
    for (const [organisationId, silences] of byOrganisation)
      for (const outage of await outagesOf(db, organisationId, silences, isNetworkUp))
        if (await joinOutage(db, outage)) await tellBegin(db, outage)
  })
}

/** One outage for one cause. Our own network explains whatever else is silent. */
async function outagesOf(
  db: Db,
  organisationId: string,
  silences: readonly PendingSilence[],
  isNetworkUp: boolean | null,
): Promise<NewOutage[]> {
  const outage = (cause: OutageCause, subject: string, of: readonly PendingSilence[]): NewOutage => ({
    organisationId,
    cause,
    subject,
    beganAt: new Date(Math.min(...of.map(({ since }) => since.getTime()))),
    silences: of,
  })
  const hosts = silences.filter(({ cause }) => cause === 'host')
  const isNetworkDown =
    isNetworkUp === false || (isNetworkUp === null && hosts.length >= manyHosts && !(await anyAnswered(db, hosts)))
  if (isNetworkDown) return [outage('network', '', silences)]
  const byCause = Map.groupBy(silences, (one) =>
    JSON.stringify([one.cause, subjectOf(one.cause, { id: one.targetId, canonical: one.canonical })]),
  )
  return [...byCause].map(([key, of]) => {
    const [cause, subject] = JSON.parse(key) as [OutageCause, string]
    return outage(cause, subject, of)
  })
}

const anyAnswered = (db: Db, hosts: readonly PendingSilence[]) =>
  hasAnyAnswered(db, hosts[0]!.organisationId, new Date(Math.min(...hosts.map(({ since }) => since.getTime()))))

/** An alert for each target, so that routes by target and tag hold; they become due together, and are one message. */
async function tellBegin(db: Db, { organisationId, cause, subject, beganAt, silences }: NewOutage): Promise<void> {
  for (const targetId of new Set(silences.map(({ targetId }) => targetId)))
    await tell(db, { organisationId, targetId }, changeOf('silent', cause, subject, { since: beganAt.toISOString() }))
}

async function tellEnd(
  db: Db,
  { organisationId, cause, subject, beganAt, endedAt, targetIds }: EndedOutage,
): Promise<void> {
  const evidence = { since: beganAt.toISOString(), until: endedAt.toISOString() }
  for (const targetId of targetIds)
    await tell(db, { organisationId, targetId }, changeOf('answers-again', cause, subject, evidence))
}

const tell = (db: Db, at: { readonly organisationId: string; readonly targetId: string }, change: ToldChange) =>
  insertAlert(db, { ...at, scanId: null, severity: change.severity, changes: [change] })

const changeOf = (
  kind: 'silent' | 'answers-again',
  cause: OutageCause,
  subject: string,
  evidence: Readonly<Record<string, string>>,
): ToldChange => ({
  findingId: null,
  kind,
  state: kind === 'silent' ? 'open' : 'fixed',
  rule: `outage/${cause}`,
  scanner: 'outage',
  severity: describeOther(`outage/${cause}`)!.severity,
  subject: cause === 'registry' ? subject : cause,
  addresses: [],
  evidence,
})
