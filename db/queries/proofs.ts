import { randomBytes } from 'node:crypto'
import { type SqlBool, sql } from 'kysely'
import type { Db } from '../connect.ts'
import { type AddressProofKind, type ProofKind, proofHours, type ProofStatus } from '../model/authority.ts'
import { newId } from '../model/id.ts'
import { storable } from './json.ts'
import { now } from './clock.ts'

const columns = [
  'proof.id',
  'proof.target_id as targetId',
  'proof.organisation_id as organisationId',
  'proof.kind',
  'proof.token',
  'proof.covers_subdomains as coversSubdomains',
  'proof.status',
  'proof.reason',
  'proof.checked_at as checkedAt',
  'proof.held_at as heldAt',
  'proof.created_at as createdAt',
  'target.canonical',
  'target.kind as targetKind',
] as const

const rows = (db: Db) =>
  db.selectFrom('proofs as proof').innerJoin('targets as target', 'target.id', 'proof.target_id').select(columns)

export type ProofRow = Awaited<ReturnType<typeof proofsOf>>[number]

/** A token of 128 bits for this kind of proof; the one there is already where it was begun before. */
export async function beginProof(
  db: Db,
  proof: {
    readonly organisationId: string
    readonly targetId: string
    readonly kind: ProofKind
    readonly coversSubdomains: boolean
  },
): Promise<{ id: string }> {
  return db
    .insertInto('proofs')
    .values({
      id: newId(),
      organisation_id: proof.organisationId,
      target_id: proof.targetId,
      kind: proof.kind,
      token: randomBytes(16).toString('hex'),
      covers_subdomains: proof.coversSubdomains,
    })
    .onConflict((on) => on.columns(['target_id', 'kind']).doUpdateSet({ covers_subdomains: proof.coversSubdomains }))
    .returning('id')
    .executeTakeFirstOrThrow()
}

export const proofsOf = (db: Db, targetId: string) =>
  rows(db).where('proof.target_id', '=', targetId).orderBy('proof.kind').execute()

export const findProof = (db: Db, organisationId: string, id: string) =>
  rows(db).where('proof.id', '=', id).where('proof.organisation_id', '=', organisationId).executeTakeFirst()

/** For the job that checks it, whoever's it is. */
export const readProof = (db: Db, id: string) => rows(db).where('proof.id', '=', id).executeTakeFirst()

/** The organisation's proofs of these names and addresses, in one question. */
export const proofsOfHosts = (db: Db, organisationId: string, hosts: readonly string[]) =>
  rows(db)
    .where('proof.organisation_id', '=', organisationId)
    .where('target.canonical', 'in', [...hosts])
    .where('target.archived_at', 'is', null)
    .execute()

export async function withdrawProof(db: Db, organisationId: string, id: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('proofs')
    .where('id', '=', id)
    .where('organisation_id', '=', organisationId)
    .executeTakeFirst()
  return numDeletedRows === 1n
}

/** What a check came to. */
export interface ProofCheck {
  readonly status: Exclude<ProofStatus, 'waiting'>
  readonly reason: string | null
}

export const saveCheck = (db: Db, id: string, { status, reason }: ProofCheck) =>
  db
    .updateTable('proofs')
    .set({
      status,
      reason,
      checked_at: calendar,
      ...(status === 'holds' ? { held_at: calendar } : {}),
    })
    .where('id', '=', id)
    .execute()

const calendar = sql<Date>`calendar_now()`

/** It held less than a day ago, and nothing said otherwise since. */
export const isFresh = (proof: Pick<ProofRow, 'status' | 'heldAt'>, at: Date): boolean =>
  proof.status === 'holds' && proof.heldAt !== null && at.getTime() - proof.heldAt.getTime() < proofHours * 3_600_000

/** Addresses of these that were proved to be the organisation's less than a day ago. */
export const freshAddressProofs = (db: Db, organisationId: string, addresses: readonly string[]) =>
  addresses.length === 0
    ? Promise.resolve([])
    : db
        .selectFrom('address_proofs')
        .select(['address', 'kind', 'name'])
        .where('organisation_id', '=', organisationId)
        .where('address', 'in', [...addresses])
        .where(sql<SqlBool>`held_at > calendar_now() - make_interval(hours => ${proofHours})`)
        .execute()

export const saveAddressProof = (
  db: Db,
  proof: {
    readonly organisationId: string
    readonly address: string
    readonly kind: AddressProofKind
    readonly name: string | null
  },
) =>
  db
    .insertInto('address_proofs')
    .values({
      organisation_id: proof.organisationId,
      address: proof.address,
      kind: proof.kind,
      name: proof.name,
      held_at: calendar,
    })
    .onConflict((on) =>
      on.columns(['organisation_id', 'address']).doUpdateSet({ kind: proof.kind, name: proof.name, held_at: calendar }),
    )
    .execute()

/** What was proved of an address does not outlive a check that failed. */
export const dropAddressProof = (db: Db, organisationId: string, address: string) =>
  db.deleteFrom('address_proofs').where('organisation_id', '=', organisationId).where('address', '=', address).execute()

/** States authority in place of a proof; an older statement ends. Belongs into a transaction. */
export async function attest(
  db: Db,
  attestation: {
    readonly organisationId: string
    readonly targetId: string
    readonly attestedBy: object
    readonly sentence: string
  },
): Promise<{ id: string }> {
  await revokeAttestation(db, attestation.organisationId, attestation.targetId)
  return db
    .insertInto('attestations')
    .values({
      id: newId(),
      organisation_id: attestation.organisationId,
      target_id: attestation.targetId,
      attested_by: storable(attestation.attestedBy),
      sentence: attestation.sentence,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
}

export async function revokeAttestation(db: Db, organisationId: string, targetId: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('attestations')
    .set({ revoked_at: now })
    .where('organisation_id', '=', organisationId)
    .where('target_id', '=', targetId)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export const findAttestation = (db: Db, targetId: string) =>
  db
    .selectFrom('attestations')
    .select(['id', 'sentence', 'created_at as createdAt'])
    .where('target_id', '=', targetId)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
