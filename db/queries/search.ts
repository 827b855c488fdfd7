import { sql } from 'kysely'
import type { Db } from '../connect.ts'
import { scansWithin } from './scans.ts'
import { isWithinReach, type Reach } from './targets.ts'

/** Targets in use whose host or name has this in it: those that begin with it first, then the shortest. */
export const targetsLike = (db: Db, reach: Reach, text: string, limit: number) =>
  db
    .selectFrom('targets as target')
    .select(['target.id', 'target.canonical', 'target.display', 'target.name'])
    .where(isWithinReach(reach))
    .where('target.archived_at', 'is', null)
    .where(
      sql<boolean>`position(lower(${text}) in lower(target.display || ' ' || target.name || ' ' || target.canonical)) > 0`,
    )
    .orderBy(sql`position(lower(${text}) in lower(target.display)) = 1 desc, length(target.display), target.canonical`)
    .limit(limit)
    .execute()

/** Fewer digits than these would be those of every scan of some minutes. */
const digitsAtLeast = 8

/** Scans whose id begins with these hexadecimal digits, the latest first. */
export async function scansFrom(db: Db, reach: Reach, text: string, limit: number) {
  const digits = text.replaceAll('-', '').toLowerCase()
  if (digits.length < digitsAtLeast || !/^[0-9a-f]{1,32}$/.test(digits)) return []
  return scansWithin(db, reach)
    .select(['scan.id', 'scan.status', 'scan.created_at as createdAt', 'target.display'])
    .where(sql<boolean>`scan.id between ${digits.padEnd(32, '0')}::uuid and ${digits.padEnd(32, 'f')}::uuid`)
    .orderBy('scan.id', 'desc')
    .limit(limit)
    .execute()
}
