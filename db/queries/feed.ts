import { sql } from 'kysely'
import type { Db } from '../connect.ts'
import type { Actor } from '../model/actor.ts'
import type { BatchStatus, RowStatus } from '../model/batch.ts'
import { openStatuses } from '../model/scan.ts'
import { plusOne } from './claims.ts'
import { inSeconds, now } from './clock.ts'
import { noteEvent } from './deliveries.ts'

/** Takes a batch that runs, or that somebody wants to end, for so many seconds; undefined where each has somebody who feeds it. */
export const takeBatch = (db: Db, seconds: number, except: readonly string[]) =>
  db
    .updateTable('batches')
    .set({ fed_until: inSeconds(seconds) })
    .where('id', '=', (db) =>
      db
        .selectFrom('batches')
        .select('id')
        .where('finished_at', 'is', null)
        .where((is) =>
          is.or([
            is('status', '=', 'running'),
            is.and([is('cancel_asked_at', 'is not', null), is('status', 'in', ['reading', 'previewed'])]),
          ]),
        )
        .where((is) => is.or([is('fed_until', 'is', null), is('fed_until', '<', now)]))
        .where('id', '!=', sql<string>`all(${except}::uuid[])`)
        .orderBy('id')
        .limit(1)
        .forUpdate()
        .skipLocked(),
    )
    .returning([
      'id',
      'organisation_id as organisationId',
      'principal_kind as principalKind',
      'principal_id as principalId',
      'credential_id as credentialId',
      'target_tags as targetTags',
      'options',
      'window_size as windowSize',
      sql<boolean>`cancel_asked_at is not null`.as('isCancelAsked'),
    ])
    .executeTakeFirst()

export type TakenBatch = NonNullable<Awaited<ReturnType<typeof takeBatch>>>

/** Lets go of a batch; where anything has changed in it, its version rises. */
export const releaseBatch = (
  db: Db,
  id: string,
  { windowSize, isChanged }: { windowSize: number; isChanged: boolean },
) =>
  db
    .updateTable('batches')
    .set({ fed_until: null, window_size: windowSize, ...(isChanged ? { version: plusOne('version') } : {}) })
    .where('id', '=', id)
    .execute()

/**
 * Who asked for the batch, as they may act now: a batch outlives a sign-out and the key it came by, but not the membership or the service account.
 * Null for somebody who may not act here any more.
 */
export async function actorOf(db: Db, batch: TakenBatch): Promise<Actor | null> {
  const { organisationId, principalKind, principalId } = batch
  const found =
    principalKind === 'user'
      ? await db
          .selectFrom('memberships')
          .innerJoin('users', 'users.id', 'memberships.user_id')
          .select('memberships.role')
          .where('user_id', '=', principalId)
          .where('organisation_id', '=', organisationId)
          .where('users.state', '=', 'active')
          .executeTakeFirst()
      : await db
          .selectFrom('service_accounts')
          .select('role')
          .where('id', '=', principalId)
          .where('organisation_id', '=', organisationId)
          .where('disabled_at', 'is', null)
          .executeTakeFirst()
  if (!found) return null
  return {
    organisationId,
    principal: { kind: principalKind, id: principalId },
    credential: { kind: 'api-key', id: batch.credentialId, scopes: null, targetTags: batch.targetTags },
    role: found.role,
    instanceRole: null,
  }
}

/** Takes over what the scans of open rows ended as. @returns how many rows that changed */
export async function settleRows(db: Db, batchId: string): Promise<number> {
  const { numAffectedRows } = await sql`
    update batch_rows line set status = scan.status, reason = scan.reason
    from scans scan
    where line.batch_id = ${batchId} and line.status = 'open' and scan.id = line.scan_id and scan.finished_at is not null
  `.execute(db)
  // What a scan said that was deleted before anybody looked nobody can tell.
  const lost = await sql`
    update batch_rows line set status = 'failed', reason = 'deleted'
    where line.batch_id = ${batchId} and line.status = 'open' and not exists (select from scans where id = line.scan_id)
  `.execute(db)
  return Number((numAffectedRows ?? 0n) + (lost.numAffectedRows ?? 0n))
}

/** The scans of a batch that nobody has begun: how many, and for how long the oldest waits. */
export async function waitingScans(db: Db, batchId: string): Promise<{ count: number; oldestSeconds: number }> {
  const { rows } = await sql<{ count: number; oldestSeconds: number }>`
    select count(*)::int as count, coalesce(extract(epoch from now() - min(scan.created_at)), 0)::float8 as "oldestSeconds"
    from batch_rows line join scans scan on scan.id = line.scan_id
    where line.batch_id = ${batchId} and line.status = 'open' and scan.status = 'queued'
  `.execute(db)
  return rows[0]!
}

export const waitingRows = (db: Db, batchId: string, limit: number) =>
  db
    .selectFrom('batch_rows')
    .select(['number', 'canonical', 'options'])
    .where('batch_id', '=', batchId)
    .where('status', '=', 'waiting')
    .orderBy('number')
    .limit(limit)
    .execute()

/** Gives a row its scan; false where it has one, or waits no longer. */
export async function linkRow(
  db: Db,
  { batchId, number }: { batchId: string; number: number },
  scan: { readonly id: string; readonly isNew: boolean },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('batch_rows')
    .set({ status: 'open', scan_id: scan.id, is_own_scan: scan.isNew })
    .where('batch_id', '=', batchId)
    .where('number', '=', number)
    .where('status', '=', 'waiting')
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

export interface RowEnding {
  readonly status: Extract<RowStatus, 'completed' | 'cancelled' | 'failed' | 'refused'>
  readonly reason: string
  readonly detail: string | null
}

/** Ends one row that waits, or so many of them. @returns how many */
export async function endWaiting(
  db: Db,
  batchId: string,
  which: { readonly number: number } | { readonly limit: number },
  ending: RowEnding,
): Promise<number> {
  const waiting = db
    .selectFrom('batch_rows')
    .select('number')
    .where('batch_id', '=', batchId)
    .where('status', '=', 'waiting')
  const { numUpdatedRows } = await db
    .updateTable('batch_rows')
    .set(ending)
    .where('batch_id', '=', batchId)
    .where('number', 'in', 'number' in which ? waiting.where('number', '=', which.number) : waiting.limit(which.limit))
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

/** The scans that the batch made itself and that nobody wants to end yet. */
export const openScansOf = (db: Db, batchId: string) =>
  db
    .selectFrom('batch_rows as line')
    .innerJoin('scans as scan', 'scan.id', 'line.scan_id')
    .select('scan.id')
    .where('line.batch_id', '=', batchId)
    .where('line.status', '=', 'open')
    .where('line.is_own_scan', '=', true)
    .where('scan.status', 'in', openStatuses)
    .where('scan.cancel_asked_at', 'is', null)
    .execute()

/** Ends a batch none of whose rows waits or is open. False where one does. */
export async function endBatch(
  db: Db,
  id: string,
  ending: { status: Extract<BatchStatus, 'completed' | 'cancelled'>; reason: string | null },
): Promise<boolean> {
  return db.transaction().execute(async (db) => {
    const { numUpdatedRows } = await db
      .updateTable('batches')
      .set({ ...ending, finished_at: now, version: plusOne('version') })
      .where('id', '=', id)
      .where('finished_at', 'is', null)
      .where((is) =>
        is.not(
          is.exists(
            is
              .selectFrom('batch_rows')
              .select('number')
              .where('batch_id', '=', id)
              .where('status', 'in', ['waiting', 'open']),
          ),
        ),
      )
      .executeTakeFirst()
    if (numUpdatedRows === 0n) return false
    await noteEvent(db, `batch.${ending.status}`, { batchId: id })
    return true
  })
}
