import { sql } from 'kysely'
import type { Db } from '../connect.ts'
import { DomainError } from '../model/errors.ts'
import type { Reach } from './targets.ts'

/** Deletes of each organisation the oldest scans that ended longer ago than it, or the instance, keeps them; remembers their ids. @returns how many; of each organisation at most `limit` */
export async function deleteOldScans(db: Db, { days, limit }: { days: number | null; limit: number }): Promise<number> {
  const { numAffectedRows } = await sql`
    with old as (
      select scan.id from organisations organisation cross join lateral (
        select id from scans where organisation_id = organisation.id and finished_at < calendar_now() - ${keptFor(days)}
        order by finished_at limit ${limit} for update skip locked
      ) scan
    ), deleted as (
      delete from scans using old where scans.id = old.id returning scans.id, scans.organisation_id
    )
    insert into gone_scans (id, organisation_id) select id, organisation_id from deleted on conflict do nothing
  `.execute(db)
  return Number(numAffectedRows ?? 0n)
}

/** Deletes batches that ended longer ago. */
export const deleteOldBatches = (db: Db, days: number | null) =>
  sql`
    delete from batches using organisations organisation
    where organisation.id = batches.organisation_id and batches.finished_at < calendar_now() - ${keptFor(days)}
  `.execute(db)

/** The shorter of what the organisation and the instance keep; null, of which nothing is older, where neither says. */
const keptFor = (days: number | null) =>
  sql`make_interval(days => least(organisation.keep_scans_days, ${days}::integer))`

/** True for a scan that was there for this caller until it was deleted. A key that sees some targets only is not told: what the scan's were is gone too. */
async function isGone(db: Db, { organisationId, targetTags }: Reach, id: string): Promise<boolean> {
  if (targetTags !== null) return false
  const row = await db
    .selectFrom('gone_scans')
    .select('id')
    .where('id', '=', id)
    .where('organisation_id', '=', organisationId)
    .executeTakeFirst()
  return row !== undefined
}

/** True for a scan of any organisation that was there until it was deleted. */
export async function isGoneScan(db: Db, id: string): Promise<boolean> {
  return (await db.selectFrom('gone_scans').select('id').where('id', '=', id).executeTakeFirst()) !== undefined
}

/** Why there is no such scan for this caller. */
export const missingScan = async (db: Db, reach: Reach, id: string) =>
  (await isGone(db, reach, id))
    ? new DomainError('gone', `The scan ${id} was deleted: it was older than is kept.`)
    : new DomainError('not-found', `There is no scan ${id}.`)
