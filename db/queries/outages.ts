import { sql } from 'kysely'
import type { Db } from '../connect.ts'
import { newId } from '../model/id.ts'
import type { OutageCause, SilenceCause } from '../model/outage.ts'

export interface HeardTarget {
  readonly id: string
  readonly organisationId: string
  readonly canonical: string
}

/** Notes what of a watched target gave no answer to a scan, and what did: a silence is over then, and so is an outage that this contradicts. */
export const noteHeard = (
  db: Db,
  { id, organisationId, canonical }: HeardTarget,
  { silent, answered }: { readonly silent: readonly SilenceCause[]; readonly answered: readonly SilenceCause[] },
) =>
  sql`
    with answered as (
      select unnest(${[...answered]}::text[]) as cause, unnest(${answered.map((cause) => subjectOf(cause, { id, canonical }))}::text[]) as subject
    ), over as (
      delete from silences using answered where silences.target_id = ${id}::uuid and silences.cause = answered.cause
    ), seen as (
      update targets set answered_at = calendar_now() where id = ${id}::uuid and 'host' in (select cause from answered)
    ), ended as (
      update outages set ended_at = calendar_now() from answered
      where outages.organisation_id = ${organisationId}::uuid and outages.ended_at is null and (
        (outages.cause = answered.cause and outages.subject = answered.subject) or (outages.cause = 'network' and answered.cause in ('host', 'registry'))
      )
    )
    insert into silences as known (target_id, cause, organisation_id, since, scans)
    select ${id}::uuid, cause, ${organisationId}::uuid, calendar_now(), 1 from unnest(${[...silent]}::text[]) as cause
    on conflict (target_id, cause) do update set scans = known.scans + 1
  `.execute(db)

/** What an outage of this cause is an outage of: the target's id, the top-level domain, or nothing in particular. */
export function subjectOf(
  cause: OutageCause,
  { id, canonical }: { readonly id: string; readonly canonical: string },
): string {
  if (cause === 'host') return id
  return cause === 'registry' ? (/[a-z][a-z0-9-]*$/.exec(canonical)?.[0] ?? '') : ''
}

/** How many scans in a row have to say that something is silent. */
const scansToTell = 2

/** Whether there is anything to tell: something silent of which nobody knows, or an outage that has ended. */
export async function whatIsToTell(db: Db): Promise<{ readonly isSilent: boolean; readonly isEnded: boolean }> {
  const { rows } = await sql<{ isSilent: boolean; isEnded: boolean }>`
    select exists (select from silences where outage_id is null and scans >= ${sql.lit(scansToTell)}) as "isSilent",
      exists (select from outages where ended_at is not null and end_told_at is null) as "isEnded"
  `.execute(db)
  return rows[0]!
}

export interface PendingSilence {
  readonly targetId: string
  readonly organisationId: string
  readonly canonical: string
  readonly cause: SilenceCause
  readonly since: Date
}

/** Silences of which nobody has been told; those of targets that nobody watches any more are forgotten. */
export async function pendingSilences(db: Db): Promise<PendingSilence[]> {
  await sql`
    delete from silences using targets target
    where target.id = silences.target_id and (target.watched_since is null or target.archived_at is not null)
  `.execute(db)
  return db
    .selectFrom('silences as silence')
    .innerJoin('targets as target', 'target.id', 'silence.target_id')
    .select(['target.id as targetId', 'silence.organisation_id as organisationId', 'target.canonical'])
    .select(['silence.cause', 'silence.since'])
    .where('silence.outage_id', 'is', null)
    .where('silence.scans', '>=', scansToTell)
    .orderBy('silence.organisation_id')
    .orderBy('target.id')
    .limit(10_000)
    .execute()
}

/** True where some watched target of the organisation has answered since then. */
export const hasAnyAnswered = async (db: Db, organisationId: string, since: Date): Promise<boolean> =>
  (await db
    .selectFrom('targets')
    .select('id')
    .where('organisation_id', '=', organisationId)
    .where('watched_since', 'is not', null)
    .where('answered_at', '>=', since)
    .limit(1)
    .executeTakeFirst()) !== undefined

export interface NewOutage {
  readonly organisationId: string
  readonly cause: OutageCause
  readonly subject: string
  readonly beganAt: Date
  readonly silences: readonly PendingSilence[]
}

/** Puts silences under the open outage of this cause, or a new one. @returns whether it is new: people are told then, and not again for whoever falls silent later */
export async function joinOutage(
  db: Db,
  { organisationId, cause, subject, beganAt, silences }: NewOutage,
): Promise<boolean> {
  const id = newId()
  const targetIds = [...new Set(silences.map(({ targetId }) => targetId))]
  const { rows } = await sql<{ id: string; isNew: boolean }>`
    insert into outages as known (id, organisation_id, cause, subject, began_at, told_at, told_targets)
    values (${id}::uuid, ${organisationId}::uuid, ${cause}, ${subject}, ${beganAt}, calendar_now(), ${targetIds}::uuid[])
    on conflict (organisation_id, cause, subject) where ended_at is null do update set began_at = least(known.began_at, excluded.began_at)
    returning id, id = ${id}::uuid as "isNew"
  `.execute(db)
  const [outage] = rows
  for (const { targetId, cause: of } of silences)
    await db
      .updateTable('silences')
      .set({ outage_id: outage!.id })
      .where('target_id', '=', targetId)
      .where('cause', '=', of)
      .execute()
  return outage!.isNew
}

export interface EndedOutage {
  readonly organisationId: string
  readonly cause: OutageCause
  readonly subject: string
  readonly beganAt: Date
  readonly endedAt: Date
  readonly targetIds: readonly string[]
}

/** Takes outages that have ended, each once. Whoever is silent still counts anew: it is silent for a reason of its own. */
export async function takeEndedOutages(db: Db): Promise<EndedOutage[]> {
  const { rows } = await sql<EndedOutage>`
    with ended as (
      update outages set end_told_at = calendar_now() where ended_at is not null and end_told_at is null
      returning id, organisation_id as "organisationId", cause, subject, began_at as "beganAt", ended_at as "endedAt", told_targets as "targetIds"
    ), freed as (
      update silences set outage_id = null, scans = 0, since = calendar_now() from ended where silences.outage_id = ended.id
    )
    select * from ended
  `.execute(db)
  return rows
}
