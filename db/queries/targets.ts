import { type RawBuilder, sql } from 'kysely'
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

/**
 * For a query of what the organisation has of its targets, by their id: true for those within reach that are in use. Without tags that is all but the few archived ones, for which no row has to be
 * joined with its target.
 */
export const isOfTargetInUse = (reach: Reach, targetId: RawBuilder<unknown>) =>
  reach.targetTags === null
    ? sql<boolean>`${targetId} not in (select id from targets where organisation_id = ${reach.organisationId}::uuid and archived_at is not null)`
    : sql<boolean>`${targetId} in (select target.id from targets target where target.archived_at is null and ${isWithinReach(reach)})`

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

/** Which targets are meant; what is null is not asked. */
export interface TargetScope {
  readonly tag: string | null
  /** Part of the host or of the name given to it. */
  readonly text: string | null
  readonly isArchived: boolean
  readonly proof: TargetProof | null
  /** Whether the last that was asked of it left something that could not be told. */
  readonly isUntold: boolean | null
}

export const targetSorts = ['newest', 'name', 'urgency'] as const
export type TargetSort = (typeof targetSorts)[number]

export interface TargetFilter extends TargetScope {
  readonly limit: number
  readonly sort: TargetSort
  /** What the last row of the page before has as its place. */
  readonly after: readonly (string | number)[] | null
}

const isInScope = ({ tag, text, isArchived, proof, isUntold }: TargetScope) =>
  sql<boolean>`${sql.join(
    [
      sql`(target.archived_at is not null) = ${isArchived}`,
      tag === null ? null : sql`${tag} = any(target.tags)`,
      text === null ? null : sql`position(lower(${text}) in lower(target.display || ' ' || target.name)) > 0`,
      proof === null ? null : sql`${proofOf} = ${proof}`,
      isUntold === null ? null : sql`exists (${untoldOf}) = ${isUntold}`,
    ].filter((one) => one !== null),
    sql` and `,
  )}`

const standing = {
  urgency: sql<number>`coalesce(standing.urgency, -1)`,
  open: sql<number>`coalesce(standing.open, 0)`,
}

/** Newest first, by host, or by what is worst and then most of what is open and undecided; from after the cursor. */
export async function listTargets(db: Db, reach: Reach, filter: TargetFilter): Promise<ListedTarget[]> {
  const { limit, sort, after } = filter
  const query = rows(db, reach).where(isInScope(filter)).limit(limit)
  if (sort === 'name') {
    const named = query.select(sql<string[]>`array[target.canonical]`.as('place')).orderBy('target.canonical')
    return (after === null ? named : named.where('target.canonical', '>', String(after[0]))).execute()
  }
  if (sort === 'newest') {
    const newest = query.select(sql<string[]>`array[target.id::text]`.as('place')).orderBy('target.id', 'desc')
    return (after === null ? newest : newest.where('target.id', '<', String(after[0]))).execute()
  }
  const urgent = query
    .leftJoin(openByTarget(db, reach), (on) => on.onRef('standing.target_id', '=', 'target.id'))
    .select(sql<(string | number)[]>`jsonb_build_array(${standing.urgency}, ${standing.open}, target.id)`.as('place'))
    .orderBy(sql`${standing.urgency} desc, ${standing.open} desc, target.id desc`)
  if (after === null) return urgent.execute()
  const [urgency, open, id] = after
  return urgent
    .where(
      sql<boolean>`(${standing.urgency}, ${standing.open}, target.id) < (${urgency}::integer, ${open}::integer, ${id}::uuid)`,
    )
    .execute()
}

export type ListedTarget = TargetRow & { readonly place: readonly (string | number)[] }

const openByTarget = (db: Db, { organisationId }: Reach) =>
  db
    .selectFrom('findings')
    .select(['target_id', sql<number>`max(urgency)`.as('urgency'), sql<number>`count(*)::integer`.as('open')])
    .where('organisation_id', '=', organisationId)
    // As they are, no parameters: an index holds these alone.
    .where(sql<boolean>`state <> 'fixed' and decision = 'none'`)
    .groupBy('target_id')
    .as('standing')

/** How many targets of this scope stand alike: as many rows as there are such standings. */
export const countTargets = (db: Db, reach: Reach, scope: TargetScope) =>
  db
    .selectFrom(
      db
        .selectFrom('targets as target')
        .where(isWithinReach(reach))
        .where(isInScope(scope))
        .select([proofOf.as('proof'), sql<boolean>`exists (${untoldOf})`.as('isUntold')])
        .as('target'),
    )
    .select(['proof', 'isUntold', sql<number>`count(*)::integer`.as('targets')])
    .groupBy(['proof', 'isUntold'])
    .execute()

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
