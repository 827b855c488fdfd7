import { sql } from 'kysely'
import type { Db } from '../connect.ts'
import type { Requester } from '../model/actor.ts'
import type { TargetProof } from '../model/authority.ts'
import type { Severity } from '../model/finding.ts'
import { newId } from '../model/id.ts'
import type { Target } from '../model/target.ts'
import { now } from './clock.ts'
import { storable } from './json.ts'
import { proofOf, untoldOf } from './target-standing.ts'

/** Whose targets: the organisation's, and of a key that has tags only those with one of them. The one condition that every query of targets and their scans is under. */
export interface Reach {
  readonly organisationId: string
  readonly targetTags: readonly string[] | null
}

export const reachOf = ({ organisationId, credential }: Requester): Reach => ({
  organisationId,
  targetTags: credential.kind === 'api-key' ? credential.targetTags : null,
})

/** For a query that has the table `targets as target`. */
export const isWithinReach = ({ organisationId, targetTags }: Reach) =>
  targetTags === null
    ? sql<boolean>`target.organisation_id = ${organisationId}::uuid`
    : sql<boolean>`target.organisation_id = ${organisationId}::uuid and target.tags && ${[...targetTags]}::text[]`

const columns = [
  'target.id',
  'target.organisation_id as organisationId',
  'target.kind',
  'target.canonical',
  'target.display',
  'target.name',
  'target.tags',
  'target.owner_contact as ownerContact',
  'target.note',
  'target.connections_per_second as connectionsPerSecond',
  'target.open_connections as openConnections',
  'target.archived_at as archivedAt',
  'target.watched_since as watchedSince',
  'target.least_severity as leastSeverity',
  'target.created_at as createdAt',
] as const

export type TargetRow = NonNullable<Awaited<ReturnType<typeof findTarget>>>

const rows = (db: Db, reach: Reach) => db.selectFrom('targets as target').select(columns).where(isWithinReach(reach))

export const findTarget = (db: Db, reach: Reach, id: string) =>
  rows(db, reach).where('target.id', '=', id).executeTakeFirst()

/** As much of a target as a submission asks: whether the caller reaches it, and whether somebody states authority over it. */
export interface AskedTarget {
  readonly id: string
  readonly isWithinReach: boolean
  readonly isAttested: boolean
}

/** Each in the place of its ask; undefined where the organisation has no such target. */
export async function findAsked(
  db: Db,
  asks: readonly { readonly reach: Reach; readonly canonical: string }[],
): Promise<(AskedTarget | undefined)[]> {
  const asked = asks.map(({ reach, canonical }, n) => ({ n, ...reach, canonical }))
  // A lateral look-up each, since of a list of unknown length Postgres may think that reading the whole table is cheaper.
  const { rows } = await sql<AskedTarget & { n: number }>`
    select ask.n, target.id, target."isAttested", ask."targetTags" is null or target.tags && ask."targetTags" as "isWithinReach"
    from jsonb_to_recordset(${storable(asked)}::jsonb) as ask (n integer, "organisationId" uuid, canonical text, "targetTags" text[])
    cross join lateral (
      select id, tags, exists (select from attestations where target_id = targets.id and revoked_at is null) as "isAttested"
      from targets where organisation_id = ask."organisationId" and canonical = ask.canonical limit 1
    ) target
  `.execute(db)
  const found = new Map(rows.map(({ n, ...target }) => [n, target]))
  return asks.map((_ask, n) => found.get(n))
}

export const findTargetByName = (db: Db, reach: Reach, canonical: string) =>
  rows(db, reach).where('target.canonical', '=', canonical).executeTakeFirst()

export interface TargetFilter {
  readonly limit: number
  readonly after: string | null
  readonly tag: string | null
  /** Part of the host or of the name given to it. */
  readonly text: string | null
  readonly isArchived: boolean
  readonly proof: TargetProof | null
  /** Whether the last that was asked of it left something that could not be told. */
  readonly isUntold: boolean | null
}

/** Newest first, from after the cursor. */
export function listTargets(
  db: Db,
  reach: Reach,
  { limit, after, tag, text, isArchived, proof, isUntold }: TargetFilter,
) {
  let query = rows(db, reach)
    .where('target.archived_at', isArchived ? 'is not' : 'is', null)
    .orderBy('target.id', 'desc')
    .limit(limit)
  if (after !== null) query = query.where('target.id', '<', after)
  if (tag !== null) query = query.where(sql<boolean>`${tag} = any(target.tags)`)
  if (text !== null)
    query = query.where(sql<boolean>`position(lower(${text}) in lower(target.display || ' ' || target.name)) > 0`)
  if (proof !== null) query = query.where(sql<boolean>`${proofOf} = ${proof}`)
  if (isUntold !== null) query = query.where(sql<boolean>`exists (${untoldOf}) = ${isUntold}`)
  return query.execute()
}

export interface TargetFacts {
  readonly name?: string | undefined
  readonly tags?: readonly string[] | undefined
  readonly ownerContact?: string | undefined
  readonly note?: string | undefined
  readonly connectionsPerSecond?: number | null | undefined
  readonly openConnections?: number | null | undefined
  readonly leastSeverity?: Severity | null | undefined
  readonly isArchived?: boolean | undefined
  /** Its findings have a life from now on, or no longer. */
  readonly isWatched?: boolean | undefined
}

const changesOf = (facts: TargetFacts) => ({
  ...(facts.name === undefined ? {} : { name: facts.name }),
  ...(facts.tags === undefined ? {} : { tags: [...facts.tags] }),
  ...(facts.ownerContact === undefined ? {} : { owner_contact: facts.ownerContact }),
  ...(facts.note === undefined ? {} : { note: facts.note }),
  ...(facts.connectionsPerSecond === undefined ? {} : { connections_per_second: facts.connectionsPerSecond }),
  ...(facts.openConnections === undefined ? {} : { open_connections: facts.openConnections }),
  ...(facts.leastSeverity === undefined ? {} : { least_severity: facts.leastSeverity }),
  ...(facts.isArchived === undefined ? {} : { archived_at: facts.isArchived ? now : null }),
})

/** Its id, and whether it is new: a host is one target of its organisation, however often it is added. */
export async function addTarget(
  db: Db,
  organisationId: string,
  { kind, canonical, display }: Target,
  facts: TargetFacts = {},
): Promise<{ id: string; isNew: boolean }> {
  const find = () =>
    db
      .selectFrom('targets')
      .select('id')
      .where('organisation_id', '=', organisationId)
      .where('canonical', '=', canonical)
      .executeTakeFirst()
  const known = await find()
  if (known) return { id: known.id, isNew: false }
  const made = await db
    .insertInto('targets')
    .values({ id: newId(), organisation_id: organisationId, kind, canonical, display, ...changesOf(facts) })
    .onConflict((on) => on.columns(['organisation_id', 'canonical']).doNothing())
    .returning('id')
    .executeTakeFirst()
  if (made) return { id: made.id, isNew: true }
  // Lost to another who added the same host, which has committed by now.
  return { id: (await find())!.id, isNew: false }
}

export async function changeTarget(db: Db, reach: Reach, id: string, facts: TargetFacts): Promise<boolean> {
  const { isWatched } = facts
  const { numUpdatedRows } = await db
    .updateTable('targets as target')
    .set({
      ...changesOf(facts),
      ...(isWatched === undefined
        ? {}
        : { watched_since: isWatched ? sql<Date>`coalesce(watched_since, calendar_now())` : null }),
      updated_at: now,
    })
    .where('target.id', '=', id)
    .where(isWithinReach(reach))
    .executeTakeFirst()
  return numUpdatedRows === 1n
}
