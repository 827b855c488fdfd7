import { sql } from 'kysely'
import type { Db } from '../connect.ts'
import type { Secret } from '../model/secret.ts'
import { inSeconds } from './clock.ts'

/** How long a request's answer is given again. */
export const keptHours = 24
/** After so long without an answer its process is taken for dead, and the request may be sent again. */
const answeringSeconds = 5

/** A key is the credential's own. */
export interface RequestKey {
  readonly organisationId: string
  readonly credentialId: string
  readonly key: string
}

export type Claimed =
  | { readonly is: 'ours' | 'in-progress' | 'another-request' }
  | { readonly is: 'answered'; readonly status: number; readonly bodySealed: Secret<Buffer> }

/** Takes the key for the request with this fingerprint, or says what became of the one that has it. */
export async function claimRequest(db: Db, request: RequestKey, fingerprint: Buffer): Promise<Claimed> {
  const { organisationId, credentialId, key } = request
  const { numAffectedRows } = await sql`
    insert into idempotent_requests as known (organisation_id, credential_id, key, fingerprint, claimed_until)
    values (${organisationId}, ${credentialId}, ${key}, ${fingerprint}, ${inSeconds(answeringSeconds)})
    on conflict (organisation_id, credential_id, key) do update set claimed_until = excluded.claimed_until
      where known.status is null and known.claimed_until < now() and known.fingerprint = excluded.fingerprint
  `.execute(db)
  if (numAffectedRows === 1n) return { is: 'ours' }
  const known = await ofRequest(db, request).selectAll().executeTakeFirst()
  // It was forgotten in between, which frees the key.
  if (!known) return claimRequest(db, request, fingerprint)
  if (!known.fingerprint.equals(fingerprint)) return { is: 'another-request' }
  const { status, body_sealed: bodySealed } = known
  return status === null || bodySealed === null ? { is: 'in-progress' } : { is: 'answered', status, bodySealed }
}

const isOf = ({ organisationId, credentialId, key }: RequestKey) =>
  sql<boolean>`(organisation_id, credential_id, key) = (${organisationId}::uuid, ${credentialId}::uuid, ${key})`
const ofRequest = (db: Db, request: RequestKey) => db.selectFrom('idempotent_requests').where(isOf(request))
const changeRequest = (db: Db, request: RequestKey) => db.updateTable('idempotent_requests').where(isOf(request))

/** Keeps the answer; the first one stays. */
export const saveAnswer = (
  db: Db,
  request: RequestKey,
  { status, bodySealed }: { status: number; bodySealed: Buffer },
) => changeRequest(db, request).set({ status, body_sealed: bodySealed }).where('status', 'is', null).execute()

/** Frees the key for the same request: it got no answer that would stand. */
export const releaseRequest = (db: Db, request: RequestKey) =>
  changeRequest(db, request)
    .set({ claimed_until: sql<Date>`now() - interval '1 second'` })
    .where('status', 'is', null)
    .execute()

/** What an earlier try of this request made, and holds every other try until the caller's transaction ends. */
export async function madeBy(db: Db, request: RequestKey): Promise<string | null> {
  const known = await ofRequest(db, request).select('made').forUpdate().executeTakeFirst()
  return known?.made ?? null
}

/** Notes what the request made, in the transaction that makes it. */
export const noteMade = (db: Db, request: RequestKey, id: string) =>
  changeRequest(db, request).set({ made: id }).execute()

export const sweepRequests = (db: Db) =>
  db
    .deleteFrom('idempotent_requests')
    .where('created_at', '<', inSeconds(-keptHours * 3600))
    .execute()
