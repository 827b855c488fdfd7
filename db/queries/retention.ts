import { sql } from 'kysely'
import type { Db } from '../connect.ts'
import { DomainError } from '../model/errors.ts'
import type { Reach } from './targets.ts'

/** Deletes the oldest scans that ended longer ago than so many days, and remembers their ids. @returns how many; at most `limit` */
export async function deleteOldScans(db: Db, { days, limit }: { days: number; limit: number }): Promise<number> {
  const { numAffectedRows } = await sql`
    with old as (
      select id from scans where finished_at < calendar_now() - make_interval(days => ${days})
      order by finished_at limit ${limit} for update skip locked
    ), deleted as (
      delete from scans using old where scans.id = old.id returning scans.id, scans.organisation_id
    )
    insert into gone_scans (id, organisation_id) select id, organisation_id from deleted on conflict do nothing
  `.execute(db)
  return Number(numAffectedRows ?? 0n)
}

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

/** Why there is no such scan for this caller. */
export const missingScan = async (db: Db, reach: Reach, id: string) =>
  (await isGone(db, reach, id))
    ? new DomainError('gone', `The scan ${id} was deleted: it was older than is kept.`)
    : new DomainError('not-found', `There is no scan ${id}.`)
