import { sql } from 'kysely'
import type { Db } from '../connect.ts'
import { type ErasedCounts, erasureDigest } from '../model/erasure.ts'
import { DomainError } from '../model/errors.ts'
import { newId } from '../model/id.ts'
import { storable } from './json.ts'

/**
 * Erases a target and all that is about it: scans with what they saw, findings with their life, what was said, alerts, proofs, links, and its rows in batches. Ids of scans stay known as gone.
 * Belongs into a transaction. @returns the receipt @throws DomainError `conflict` while a scan of it is open
 */
export async function eraseTarget(
  db: Db,
  target: { readonly id: string; readonly organisationId: string; readonly canonical: string },
  by: { readonly kind: string; readonly id: string },
): Promise<ErasureRow> {
  const { id: targetId, organisationId, canonical } = target
  // Nothing may begin on it meanwhile: a new scan refers to this row.
  await db.selectFrom('targets').select('id').where('id', '=', targetId).forUpdate().execute()
  const { rows: open } = await sql<{ id: string }>`
    select id from scans where target_id = ${targetId}::uuid and finished_at is null limit 1
  `.execute(db)
  if (open[0]) throw new DomainError('conflict', `The scan ${open[0].id} of it has not ended: cancel it first.`)
  const { rows } = await sql<ErasedCounts>`
    select
      (select count(*)::integer from scans where target_id = ${targetId}::uuid) as scans,
      (select count(*)::integer from findings where target_id = ${targetId}::uuid) as findings,
      (select count(*)::integer from finding_changes where target_id = ${targetId}::uuid) as changes,
      (select count(*)::integer from messages join threads on threads.id = messages.thread_id where threads.target_id = ${targetId}::uuid) as messages,
      (select count(*)::integer from alerts where target_id = ${targetId}::uuid) as alerts,
      (select count(*)::integer from proofs where target_id = ${targetId}::uuid) as proofs,
      (select count(*)::integer from batch_rows join batches on batches.id = batch_rows.batch_id
        where batches.organisation_id = ${organisationId}::uuid and batch_rows.canonical = ${canonical}) as "batchRows"
  `.execute(db)
  const counts = rows[0]!
  await sql`
    insert into gone_scans (id, organisation_id) select id, organisation_id from scans where target_id = ${targetId}::uuid on conflict do nothing
  `.execute(db)
  await sql`
    delete from batch_rows using batches where batches.id = batch_rows.batch_id and batches.organisation_id = ${organisationId}::uuid and batch_rows.canonical = ${canonical}
  `.execute(db)
  for (const table of ['scans', 'findings'] as const)
    await db.deleteFrom(table).where('target_id', '=', targetId).execute()
  for (const table of ['schedules', 'alert_routes'] as const)
    await sql`
      update ${sql.table(table)} set target_ids = array_remove(target_ids, ${targetId}::uuid)
      where organisation_id = ${organisationId}::uuid and ${targetId}::uuid = any(target_ids)
    `.execute(db)
  await db.deleteFrom('targets').where('id', '=', targetId).execute()
  const id = newId()
  return db
    .insertInto('erasures')
    .values({
      id,
      organisation_id: organisationId,
      target_id: targetId,
      digest: erasureDigest(id, canonical),
      counts: storable(counts),
      by_kind: by.kind,
      by_id: by.id,
    })
    .returning(columns)
    .executeTakeFirstOrThrow()
}

const columns = ['id', 'target_id as targetId', 'digest', 'counts', 'by_kind as byKind', 'by_id as byId', 'at'] as const
export type ErasureRow = Awaited<ReturnType<typeof listErasures>>[number]

const atMost = 1000

/** What an organisation erased, the latest first. */
export const listErasures = (db: Db, organisationId: string) =>
  db
    .selectFrom('erasures')
    .select(columns)
    .where('organisation_id', '=', organisationId)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(atMost)
    .execute()
