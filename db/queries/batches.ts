import { sql } from 'kysely'
import type { Db } from '../connect.ts'
import type { Actor } from '../model/actor.ts'
import type { BatchOptions, BatchStatus, RowStatus } from '../model/batch.ts'
import { newId } from '../model/id.ts'
import type { TargetKind } from '../model/target.ts'
import { storableText } from '../model/text.ts'
import { plusOne } from './claims.ts'
import { inSeconds, now } from './clock.ts'
import { storable } from './json.ts'
import { tryLock } from './overdue.ts'
import { isPaused } from './pauses.ts'
import { reachOf } from './targets.ts'

/** An upload that nobody finished is forgotten then. */
const receivingSeconds = 3600

export interface NewBatch {
  readonly name: string
  readonly format: 'csv' | 'ndjson'
  readonly options: BatchOptions
}

/** A batch that is being received: nobody sees it until `acceptUpload`. */
export async function createBatch(db: Db, actor: Actor, { name, format, options }: NewBatch): Promise<string> {
  const id = newId()
  await db
    .insertInto('batches')
    .values({
      id,
      organisation_id: actor.organisationId,
      principal_kind: actor.principal.kind,
      principal_id: actor.principal.id,
      credential_id: actor.credential.id,
      target_tags: reachOf(actor).targetTags as string[] | null,
      name,
      format,
      options: storable(options),
      status: 'receiving',
    })
    .execute()
  return id
}

export const addChunk = (db: Db, batchId: string, number: number, bytes: Buffer) =>
  db.insertInto('batch_chunks').values({ batch_id: batchId, number, bytes }).execute()

export const forgetBatch = (db: Db, id: string) => db.deleteFrom('batches').where('id', '=', id).execute()

export const sweepBatches = (db: Db) =>
  db
    .deleteFrom('batches')
    .where('status', '=', 'receiving')
    .where('created_at', '<', inSeconds(-receivingSeconds))
    .execute()

/**
 * Makes the upload a batch to be read, or finds the one that the same upload made before: it is started then, where that is wanted now. Needs a transaction.
 */
export async function acceptUpload(
  db: Db,
  actor: Actor,
  {
    id,
    fingerprint,
    isStartWanted,
    sameHours,
  }: {
    readonly id: string
    readonly fingerprint: Buffer
    readonly isStartWanted: boolean
    /** For so long the same upload is the same batch, once it has ended. */
    readonly sameHours: number
  },
): Promise<{ id: string; isNew: boolean }> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`batch:${fingerprint.toString('hex')}`}, 0))`.execute(db)
  const same = await db
    .selectFrom('batches')
    .select('id')
    .where('organisation_id', '=', actor.organisationId)
    .where('fingerprint', '=', fingerprint)
    .where('status', 'not in', ['failed', 'cancelled'])
    .where((is) => is.or([is('finished_at', 'is', null), is('created_at', '>', inSeconds(-sameHours * 3600))]))
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (same) {
    await forgetBatch(db, id)
    if (isStartWanted) await startBatch(db, same.id)
    return { id: same.id, isNew: false }
  }
  await db
    .updateTable('batches')
    .set({ fingerprint, is_start_wanted: isStartWanted, status: 'reading', rung_at: now })
    .where('id', '=', id)
    .execute()
  return { id, isNew: true }
}

/** Lets a batch that was only shown run; one that is still read runs when it has been. False where it is neither. */
export async function startBatch(db: Db, id: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('batches')
    .set({
      is_start_wanted: true,
      status: sql<BatchStatus>`case status when 'previewed' then 'running' else status end`,
      version: plusOne('version'),
    })
    .where('id', '=', id)
    .where('is_start_wanted', '=', false)
    .where('status', 'in', ['reading', 'previewed'])
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** The upload of a batch that waits to be read, which is the caller's until its transaction ends; undefined when it is another's, or read. */
export async function takeUpload(db: Db, id: string) {
  // A lock beside the row: whoever starts or cancels the batch meanwhile waits for nobody.
  if (!(await tryLock(db, `read-batch:${id}`))) return undefined
  return db
    .selectFrom('batches')
    .select(['id', 'organisation_id as organisationId', 'format', 'options'])
    .where('id', '=', id)
    .where('status', '=', 'reading')
    .where((is) => is.not(isPaused('batches')))
    .executeTakeFirst()
}

/** The upload's bytes, a piece at a time. */
export async function* chunksOf(db: Db, batchId: string): AsyncGenerator<Buffer> {
  for (let number = 0; ; number++) {
    const chunk = await db
      .selectFrom('batch_chunks')
      .select('bytes')
      .where('batch_id', '=', batchId)
      .where('number', '=', number)
      .executeTakeFirst()
    if (!chunk) return
    yield chunk.bytes
  }
}

export interface NewRow {
  /** Line of the upload. */
  readonly number: number
  readonly given: string
  readonly target: { readonly canonical: string; readonly display: string; readonly kind: TargetKind } | null
  readonly options: BatchOptions | null
  readonly status: Extract<RowStatus, 'bad' | 'duplicate' | 'waiting'>
  readonly reason: string | null
  readonly detail: string | null
}

/** Stores rows, and notes of each whether its target is new to the organisation. */
export async function insertRows(
  db: Db,
  { id, organisationId }: { id: string; organisationId: string },
  rows: readonly NewRow[],
): Promise<void> {
  const names = rows.flatMap(({ target }) => (target === null ? [] : [target.canonical]))
  const known = await db
    .selectFrom('targets')
    .select('canonical')
    .where('organisation_id', '=', organisationId)
    .where('canonical', '=', sql<string>`any(${names}::text[])`)
    .execute()
  const isKnown = new Set(known.map(({ canonical }) => canonical))
  await db
    .insertInto('batch_rows')
    .values(
      rows.map(({ number, given, target, options, status, reason, detail }) => ({
        batch_id: id,
        number,
        given: storableText(given),
        canonical: target?.canonical ?? null,
        display: target?.display ?? null,
        kind: target?.kind ?? null,
        is_new_target: target !== null && status === 'waiting' && !isKnown.has(target.canonical),
        options: options === null ? null : storable(options),
        status,
        reason,
        detail: detail === null ? null : storableText(detail),
      })),
    )
    .execute()
}

export interface Reading {
  /** Why there is nothing to scan; null where all was read. */
  readonly failure: { readonly reason: string; readonly detail: string } | null
  readonly ignoredColumns: readonly string[]
}

/** Ends the reading; the upload is forgotten. One that failed keeps no rows. False where the batch has ended meanwhile. */
export async function endReading(db: Db, id: string, { failure, ignoredColumns }: Reading): Promise<boolean> {
  if (failure !== null) await db.deleteFrom('batch_rows').where('batch_id', '=', id).execute()
  await forgetUpload(db, id)
  const { numUpdatedRows } = await db
    .updateTable('batches')
    .set({
      ignored_columns: ignoredColumns.map(storableText),
      version: plusOne('version'),
      ...(failure === null
        ? { status: sql<BatchStatus>`case when is_start_wanted then 'running' else 'previewed' end` }
        : { status: 'failed', finished_at: now, ...failure }),
    })
    .where('id', '=', id)
    .where('status', '=', 'reading')
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

export const forgetUpload = (db: Db, id: string) => db.deleteFrom('batch_chunks').where('batch_id', '=', id).execute()

/** What a caller may see: its organisation's batches; with a key for certain targets only, those that this key made. */
const visible = (db: Db, { organisationId, credential }: Actor) => {
  const query = db
    .selectFrom('batches')
    .where('organisation_id', '=', organisationId)
    .where('status', '!=', 'receiving')
  const isNarrow = credential.kind === 'api-key' && credential.targetTags !== null
  return isNarrow ? query.where('credential_id', '=', credential.id) : query
}

const columns = [
  'id',
  'name',
  'options',
  'status',
  'reason',
  'detail',
  'ignored_columns as ignoredColumns',
  'version',
  'created_at as createdAt',
  'finished_at as finishedAt',
  'cancel_asked_at as cancelAskedAt',
] as const

export type BatchRow = NonNullable<Awaited<ReturnType<typeof findBatch>>>

export const findBatch = (db: Db, actor: Actor, id: string) =>
  visible(db, actor).select(columns).where('id', '=', id).executeTakeFirst()

/** Whoever asked for it. */
export const findBatchOf = (db: Db, organisationId: string, id: string) =>
  db
    .selectFrom('batches')
    .select(columns)
    .where('organisation_id', '=', organisationId)
    .where('id', '=', id)
    .executeTakeFirst()

/** Newest first, from after the cursor. */
export function listBatches(db: Db, actor: Actor, { limit, after }: { limit: number; after: string | null }) {
  const query = visible(db, actor).select(columns).orderBy('id', 'desc').limit(limit)
  return (after === null ? query : query.where('id', '<', after)).execute()
}

/** How many rows are in each state. */
export async function countRows(db: Db, batchId: string): Promise<Partial<Record<RowStatus, number>>> {
  const counts = await db
    .selectFrom('batch_rows')
    .select(['status', sql<number>`count(*)::int`.as('count')])
    .where('batch_id', '=', batchId)
    .groupBy('status')
    .execute()
  return Object.fromEntries(counts.map(({ status, count }) => [status, count]))
}

export interface RowFilter {
  readonly after: number
  readonly limit: number
  readonly status: RowStatus | null
}

/** Rows in their order, from after a number. */
export function listRows(db: Db, batchId: string, { after, limit, status }: RowFilter) {
  const query = db
    .selectFrom('batch_rows')
    .select([
      'number',
      'given',
      'canonical',
      'display',
      'kind',
      'is_new_target as isNewTarget',
      'status',
      'reason',
      'detail',
      'scan_id as scanId',
    ])
    .where('batch_id', '=', batchId)
    .where('number', '>', after)
    .orderBy('number')
    .limit(limit)
  return (status === null ? query : query.where('status', '=', status)).execute()
}

/** Notes that somebody wants the batch to end; false where it has, or there is none. */
export async function askBatchCancel(db: Db, id: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('batches')
    .set({ cancel_asked_at: now, version: plusOne('version') })
    .where('id', '=', id)
    .where('finished_at', 'is', null)
    .where('cancel_asked_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Marks the batches that nobody reads as rung for, and says which. */
export const takeUnreadBatches = (db: Db, { ringAgainSeconds, limit }: { ringAgainSeconds: number; limit: number }) =>
  db
    .updateTable('batches')
    .set({ rung_at: now })
    .where('id', 'in', (db) =>
      db
        .selectFrom('batches')
        .select('id')
        .where('status', '=', 'reading')
        .where('rung_at', '<', inSeconds(-ringAgainSeconds))
        .where((is) => is.not(isPaused('batches')))
        .limit(limit)
        .forUpdate()
        .skipLocked(),
    )
    .returning('id')
    .execute()
