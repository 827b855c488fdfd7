import { sql } from 'kysely'
import type { Db } from '../connect.ts'
import { storable } from './json.ts'
import { isWithinReach, type Reach } from './targets.ts'

/** What stood at one place: an empty list where it answered that nothing does. */
export interface ServedPlace {
  readonly address: string
  readonly certificates: readonly object[]
}

/** Notes which certificates a run was shown, in place of what was there before at the addresses that answered it. */
export async function noteServed(
  db: Db,
  target: { readonly id: string; readonly organisationId: string },
  { scanId, now, subject, places }: ServedAt,
): Promise<void> {
  if (places.length === 0) return
  const seen = places.flatMap(({ address, certificates }) => certificates.map((one) => ({ ...one, address })))
  await sql`
    with seen as (
      select * from jsonb_to_recordset(${storable(seen)}::jsonb) as seen (address text, fingerprint text, subject text, issuer text, "serialNumber" text, names text[], "nameCount" integer,
        "notBefore" timestamptz, "notAfter" timestamptz, "keyType" text, "keyBits" integer, "keyCurve" text, "renewalDays" integer, "nameMatches" boolean, "trustProblem" text)
    ), gone as (
      delete from certificates where target_id = ${target.id}::uuid and subject = ${subject} and address = any(${places.map(({ address }) => address)}::text[])
        and not exists (select from seen where seen.address = certificates.address and seen.fingerprint = certificates.fingerprint)
    )
    insert into certificates (target_id, subject, address, fingerprint, organisation_id, holder, issuer, serial_number, names, name_count, not_before, not_after,
      key_type, key_bits, key_curve, renewal_days, name_matches, trust_problem, seen_at, scan_id)
    select ${target.id}::uuid, ${subject}, address, fingerprint, ${target.organisationId}::uuid, subject, issuer, "serialNumber", names, "nameCount", "notBefore", "notAfter",
      "keyType", "keyBits", "keyCurve", "renewalDays", "nameMatches", "trustProblem", ${now}, ${scanId}::uuid
    from seen
    on conflict (target_id, subject, address, fingerprint) do update set
      name_matches = excluded.name_matches, trust_problem = excluded.trust_problem, seen_at = excluded.seen_at, scan_id = excluded.scan_id
  `.execute(db)
}

export interface ServedAt {
  readonly scanId: string
  readonly now: Date
  readonly subject: string
  readonly places: readonly ServedPlace[]
}

/** Lets go of what was shown at addresses that the name no longer has. */
export const dropServedElsewhere = (db: Db, targetId: string, addresses: readonly string[]) =>
  db
    .deleteFrom('certificates')
    .where('target_id', '=', targetId)
    .where(sql<boolean>`address <> all(${[...addresses]}::text[])`)
    .execute()

/** What nobody has seen for a year is forgotten. */
export const sweepServed = (db: Db) =>
  db.deleteFrom('certificates').where('seen_at', '<', sql<Date>`calendar_now() - interval '365 days'`).execute()

export const renewals = ['in-time', 'overdue', 'ended'] as const
export type Renewal = (typeof renewals)[number]

const renewal = sql<Renewal>`case
  when certificate.not_after <= calendar_now() then 'ended'
  when certificate.not_after <= calendar_now() + make_interval(days => certificate.renewal_days) then 'overdue'
  else 'in-time' end`
const hasSuccessor = sql<boolean>`exists (
  select from certificates later where later.target_id = certificate.target_id and later.subject = certificate.subject and later.not_after > certificate.not_after
)`
const isNotRetested = sql<boolean>`coalesce(compared.scan_id <> certificate.scan_id, false)`

export interface CertificateScope {
  readonly targetId: string | null
  /** Part of the host, a name or the issuer. */
  readonly text: string | null
  readonly renewal: Renewal | null
  readonly hasSuccessor: boolean | null
  readonly isRetested: boolean | null
}

/** At watched targets within reach. */
function within(db: Db, reach: Reach, scope: CertificateScope) {
  let query = db
    .selectFrom('certificates as certificate')
    .innerJoin('targets as target', 'target.id', 'certificate.target_id')
    .leftJoin('compared_runs as compared', (on) =>
      on.onRef('compared.target_id', '=', 'certificate.target_id').on('compared.scanner', '=', 'tls'),
    )
    .where('certificate.organisation_id', '=', reach.organisationId)
    .where(isWithinReach(reach))
    .where('target.watched_since', 'is not', null)
    .where('target.archived_at', 'is', null)
  if (scope.targetId !== null) query = query.where('certificate.target_id', '=', scope.targetId)
  if (scope.renewal !== null) query = query.where(renewal, '=', scope.renewal)
  if (scope.hasSuccessor !== null) query = query.where(hasSuccessor, '=', scope.hasSuccessor)
  if (scope.isRetested !== null) query = query.where(isNotRetested, '=', !scope.isRetested)
  if (scope.text !== null)
    query = query.where(
      sql<boolean>`position(lower(${scope.text}) in lower(target.display || ' ' || certificate.issuer || ' ' || array_to_string(certificate.names, ' '))) > 0`,
    )
  return query
}

export interface CertificatePlace {
  /** With the microseconds that Postgres writes. */
  readonly notAfter: string
  readonly targetId: string
  readonly subject: string
  readonly address: string
  readonly fingerprint: string
}

export type CertificateRow = Awaited<ReturnType<typeof listCertificates>>[number]

/** The first to end first, from after the cursor. */
export function listCertificates(
  db: Db,
  reach: Reach,
  { after, limit, ...scope }: CertificateScope & { readonly after: CertificatePlace | null; readonly limit: number },
) {
  let query = within(db, reach, scope)
    .selectAll('certificate')
    .select(['target.canonical', 'target.display', renewal.as('renewal'), hasSuccessor.as('hasSuccessor')])
    .select([isNotRetested.as('isNotRetested'), sql<string>`certificate.not_after::text`.as('notAfterText')])
    .orderBy(
      sql`certificate.not_after, certificate.target_id, certificate.subject, certificate.address, certificate.fingerprint`,
    )
    .limit(limit)
  if (after !== null)
    query = query.where(
      sql<boolean>`(certificate.not_after, certificate.target_id, certificate.subject, certificate.address, certificate.fingerprint)
        > (${after.notAfter}::timestamptz, ${after.targetId}::uuid, ${after.subject}, ${after.address}, ${after.fingerprint})`,
    )
  return query.execute()
}

/** How many there are, of this scope: each certificate once however many places show it. */
export const countCertificates = (db: Db, reach: Reach, scope: CertificateScope) => {
  const isOpen = sql`not ${hasSuccessor}`
  const distinct = (of: ReturnType<typeof sql>) =>
    sql<number>`(count(distinct certificate.fingerprint) filter (where ${of}))::integer`
  return within(db, reach, scope)
    .select([
      sql<number>`count(distinct certificate.fingerprint)::integer`.as('certificates'),
      sql<number>`count(distinct (certificate.target_id, certificate.subject))::integer`.as('places'),
      distinct(sql`${renewal} = 'ended' and ${isOpen}`).as('ended'),
      distinct(sql`${renewal} = 'overdue' and ${isOpen}`).as('overdue'),
      distinct(isNotRetested).as('notRetested'),
    ])
    .executeTakeFirstOrThrow()
}
