import { createHash, randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { Db } from '../connect.ts'
import { newId } from '../model/id.ts'
import type { Language } from '../model/words/language.ts'
import type { Reach } from './targets.ts'
import { isWithinReach } from './targets.ts'

export const sharesAtMost = 500
const viewsKeptDays = 90

export interface NewShare {
  readonly organisationId: string
  readonly about: { readonly targetId: string } | { readonly scanId: string }
  readonly name: string
  /** Null where the link alone opens it. */
  readonly passwordHash: string | null
  readonly hidesEvidence: boolean
  readonly hasBadge: boolean
  readonly language: Language
  readonly expiresAt: Date
  readonly madeBy: { readonly kind: string; readonly id: string }
}

const hashOf = (token: string) => createHash('sha256').update(token).digest()

/** Its id, and the token of its link, which nothing keeps; undefined where the organisation has as many as it may. */
export async function createShare(db: Db, share: NewShare): Promise<{ id: string; token: string } | undefined> {
  const { count } = await db
    .selectFrom('shares')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .where('organisation_id', '=', share.organisationId)
    .executeTakeFirstOrThrow()
  if (Number(count) >= sharesAtMost) return undefined
  const [id, token] = [newId(), randomBytes(24).toString('base64url')]
  const { targetId = null, scanId = null } = share.about as { targetId?: string; scanId?: string }
  await db
    .insertInto('shares')
    .values({
      id,
      organisation_id: share.organisationId,
      target_id: targetId,
      scan_id: scanId,
      name: share.name,
      token_hash: hashOf(token),
      password_hash: share.passwordHash,
      hides_evidence: share.hidesEvidence,
      has_badge: share.hasBadge,
      language: share.language,
      expires_at: share.expiresAt,
      made_by_kind: share.madeBy.kind,
      made_by: share.madeBy.id,
    })
    .execute()
  return { id, token }
}

const isOver = sql<boolean>`revoked_at is not null or expires_at <= calendar_now()`

/** Whatever the link leads to, over or not. */
export const findShared = (db: Db, token: string) =>
  db
    .selectFrom('shares')
    .select([
      'id',
      'organisation_id as organisationId',
      'target_id as targetId',
      'scan_id as scanId',
      'password_hash',
      'hides_evidence as hidesEvidence',
      'has_badge as hasBadge',
      'language',
    ])
    .select(isOver.as('isOver'))
    .where(sql<boolean>`token_hash = ${hashOf(token)}`)
    .executeTakeFirst()

export type Shared = NonNullable<Awaited<ReturnType<typeof findShared>>>

export const listShares = (db: Db, reach: Reach) =>
  db
    .selectFrom('shares as share')
    .leftJoin('scans as scan', 'scan.id', 'share.scan_id')
    .innerJoin('targets as target', (on) => on.on(sql<boolean>`target.id = coalesce(share.target_id, scan.target_id)`))
    .select([
      'share.id',
      'share.name',
      'share.target_id as targetId',
      'share.scan_id as scanId',
      'target.display',
      'share.hides_evidence as hidesEvidence',
      'share.has_badge as hasBadge',
      'share.language',
      'share.expires_at as expiresAt',
      'share.revoked_at as revokedAt',
      'share.created_at as createdAt',
    ])
    .select(sql<boolean>`share.password_hash is not null`.as('hasPassword'))
    .select((db) =>
      db
        .selectFrom('share_views')
        .whereRef('share_views.share_id', '=', 'share.id')
        .where('outcome', '=', 'shown')
        .select(({ fn }) => fn.countAll<string>().as('n'))
        .as('views'),
    )
    .where('share.organisation_id', '=', reach.organisationId)
    .where(isWithinReach(reach))
    .orderBy('share.id', 'desc')
    .limit(sharesAtMost)
    .execute()

export type ShareRow = Awaited<ReturnType<typeof listShares>>[number]

/** False where there is none within reach. */
export async function revokeShare(db: Db, reach: Reach, id: string): Promise<boolean> {
  if (!(await listShares(db, reach)).some((share) => share.id === id)) return false
  await db
    .updateTable('shares')
    .set({ revoked_at: sql<Date>`coalesce(revoked_at, calendar_now())` })
    .where('id', '=', id)
    .execute()
  return true
}

export const noteView = (db: Db, shareId: string, client: string, outcome: 'shown' | 'wrong-password' | 'over') =>
  db.insertInto('share_views').values({ id: newId(), share_id: shareId, client, outcome }).execute()

/** The latest two hundred who followed the link. */
export const viewsOf = (db: Db, shareId: string) =>
  db
    .selectFrom('share_views')
    .select(['at', 'client', 'outcome'])
    .where('share_id', '=', shareId)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(200)
    .execute()

/** Addresses of those who looked are not kept for good. */
export const sweepShareViews = (db: Db) =>
  db
    .deleteFrom('share_views')
    .where('at', '<', sql<Date>`calendar_now() - make_interval(days => ${viewsKeptDays})`)
    .execute()
