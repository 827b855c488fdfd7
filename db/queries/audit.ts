import { createHash, randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { Db } from '../connect.ts'
import { newId } from '../model/id.ts'
import { storable } from './json.ts'
import { tryLock } from './overdue.ts'

/** What somebody did, or was refused. Opaque ids and codes stand in it; every personal value stands in `personal`, from where it can be erased. */
export interface AuditEntry {
  readonly organisationId: string | null
  readonly actor: { readonly kind: string; readonly id: string | null; readonly credentialId: string | null }
  /** `session.begin`, `api-key.revoke` … */
  readonly action: string
  readonly outcome: 'done' | 'refused'
  readonly subject: { readonly kind: string; readonly id: string } | null
  readonly facts?: Readonly<Record<string, string | number | boolean | null>>
  readonly personal?: Readonly<Record<string, string>>
  readonly requestId: string | null
}

/** Notes it in the caller's transaction: what was rolled back was not done. The sealer links it into the chain. */
export async function writeAudit(db: Db, entry: AuditEntry): Promise<void> {
  const id = newId()
  const values = Object.entries(entry.personal ?? {}).map(([name, value]) => ({ name, value, salt: randomBytes(16) }))
  await db
    .insertInto('audit_entries')
    .values({
      id,
      organisation_id: entry.organisationId,
      actor: storable(entry.actor),
      action: entry.action,
      outcome: entry.outcome,
      subject: entry.subject === null ? null : storable(entry.subject),
      facts: storable(entry.facts ?? {}),
      personal: storable(Object.fromEntries(values.map(({ name, salt, value }) => [name, hashOf(salt, value)]))),
      request_id: entry.requestId,
    })
    .execute()
  if (values.length === 0) return
  await db
    .insertInto('audit_values')
    .values(values.map((value) => ({ entry_id: id, ...value })))
    .execute()
}

/** An organisation's entries in the order they were written, from after one of them, with the personal values that are still kept. */
export const listAudit = (
  db: Db,
  {
    organisationId,
    after,
    limit,
  }: { readonly organisationId: string; readonly after: string | null; readonly limit: number },
) => {
  const entries = entriesWithLinks(db)
    .select(
      sql<Record<
        string,
        string
      > | null>`(select jsonb_object_agg(name, value) from audit_values where entry_id = entry.id)`.as('values'),
    )
    .where('entry.organisation_id', '=', organisationId)
    .orderBy('entry.id')
    .limit(limit)
  return (after === null ? entries : entries.where('entry.id', '>', after)).execute()
}

/** What entries are looked for; null is any. */
export interface AuditFilter {
  /** How the action begins. */
  readonly action: string | null
  readonly actorId: string | null
  readonly subjectId: string | null
  readonly outcome: 'done' | 'refused' | null
  readonly from: Date | null
  readonly before: Date | null
}

/** An organisation's entries, the newest first, older than one of them. */
export const listLatestAudit = (
  db: Db,
  {
    organisationId,
    olderThan,
    limit,
    filter: { action, actorId, subjectId, outcome, from, before },
  }: {
    readonly organisationId: string
    readonly olderThan: string | null
    readonly limit: number
    readonly filter: AuditFilter
  },
) =>
  db
    .selectFrom('audit_entries as entry')
    .select(['entry.id', 'entry.at', 'entry.actor', 'entry.action', 'entry.outcome', 'entry.subject', 'entry.facts'])
    .select('entry.request_id as requestId')
    .where('entry.organisation_id', '=', organisationId)
    .$if(olderThan !== null, (entries) => entries.where('entry.id', '<', olderThan!))
    .$if(action !== null, (entries) => entries.where(sql<boolean>`starts_with(entry.action, ${action})`))
    .$if(actorId !== null, (entries) => entries.where(sql<boolean>`entry.actor ->> 'id' = ${actorId}`))
    .$if(subjectId !== null, (entries) => entries.where(sql<boolean>`entry.subject ->> 'id' = ${subjectId}`))
    .$if(outcome !== null, (entries) => entries.where('entry.outcome', '=', outcome!))
    .$if(from !== null, (entries) => entries.where('entry.at', '>=', from!))
    .$if(before !== null, (entries) => entries.where('entry.at', '<', before!))
    .orderBy('entry.id', 'desc')
    .limit(limit)
    .execute()

/** Forgets the personal values of a person's entries; the chain stays whole, since it holds their salted hashes only. */
export async function eraseAuditValues(db: Db, actorId: string): Promise<void> {
  await db
    .deleteFrom('audit_values')
    .using('audit_entries as entry')
    .whereRef('entry.id', '=', 'audit_values.entry_id')
    .where(sql<boolean>`entry.actor ->> 'id' = ${actorId}`)
    .execute()
}

const hashOf = (salt: Buffer, value: string) => createHash('sha256').update(salt).update(value).digest('hex')

/** An entry is committed long before this time has passed since it was written. */
const lateMinutes = 10
const sealedAtOnce = 1000
const beginning = Buffer.alloc(32)

/** Links what is not linked yet, each to the one before: link = SHA-256(link before, entry). One process at a time. The number of entries linked. */
export async function sealAudit(db: Db): Promise<number> {
  return db.transaction().execute(async (db) => {
    if (!(await tryLock(db, 'seal-audit'))) return 0
    const last = await db
      .selectFrom('audit_links')
      .innerJoin('audit_entries as entry', 'entry.id', 'audit_links.entry_id')
      .select(['audit_links.serial', 'audit_links.link', 'entry.at'])
      .orderBy('audit_links.serial', 'desc')
      .limit(1)
      .executeTakeFirst()
    let unlinked = entriesWithLinks(db).where('linked.serial', 'is', null).orderBy('entry.at').orderBy('entry.id')
    if (last)
      unlinked = unlinked.where(
        'entry.at',
        '>',
        sql<Date>`${last.at}::timestamptz - make_interval(mins => ${lateMinutes})`,
      )
    const entries = await unlinked.limit(sealedAtOnce).execute()
    let serial = BigInt(last?.serial ?? 0)
    let link = last?.link ?? beginning
    const links = entries.map((entry) => {
      serial += 1n
      link = linkOf(link, entry)
      return { serial: String(serial), entry_id: entry.id, link }
    })
    if (links.length > 0) await db.insertInto('audit_links').values(links).execute()
    return links.length
  })
}

export interface AuditVerdict {
  readonly sealed: number
  readonly notSealedYet: number
  /** Personal values that were erased, and so cannot be checked. */
  readonly erased: number
  /** The first entry that is not what it was, or stands where another stood; null when the chain is whole. */
  readonly brokenAt: { readonly serial: string; readonly entryId: string } | null
  /** Link of the last entry, in hex: whoever wrote it down earlier can tell that nothing was cut off behind it. */
  readonly head: string
}

/** Follows the whole chain from its beginning. */
export async function verifyAudit(db: Db): Promise<AuditVerdict> {
  let serial = 0n
  let link: Buffer = beginning
  let erased = 0
  const notSealedYet = await countNotSealed(db)
  const verdict = (brokenAt: AuditVerdict['brokenAt']) => ({
    sealed: Number(serial),
    notSealedYet,
    erased,
    brokenAt,
    head: link.toString('hex'),
  })
  for (;;) {
    const page = await entriesWithLinks(db)
      .where('linked.serial', '>', String(serial))
      .orderBy('linked.serial')
      .limit(sealedAtOnce)
      .execute()
    const values = await valuesOf(
      db,
      page.map(({ id }) => id),
    )
    for (const entry of page) {
      const isNext = BigInt(entry.serial!) === serial + 1n
      const expected = linkOf(link, entry)
      const known = values.get(entry.id) ?? new Map<string, string>()
      const names = Object.entries(entry.personal as Record<string, string>)
      const isTrue = names.every(([name, hash]) => (known.get(name) ?? hash) === hash)
      if (!isNext || !isTrue || !expected.equals(entry.link!))
        return verdict({ serial: entry.serial!, entryId: entry.id })
      erased += names.length - known.size
      serial += 1n
      link = expected
    }
    if (page.length < sealedAtOnce) return verdict(null)
  }
}

const entriesWithLinks = (db: Db) =>
  db
    .selectFrom('audit_entries as entry')
    .leftJoin('audit_links as linked', 'linked.entry_id', 'entry.id')
    .selectAll('entry')
    .select(['linked.serial', 'linked.link'])
    .select(sql<string>`(extract(epoch from entry.at) * 1000000)::bigint::text`.as('at_micros'))

type LinkedEntry = Awaited<ReturnType<ReturnType<typeof entriesWithLinks>['execute']>>[number]

function linkOf(before: Buffer, entry: LinkedEntry): Buffer {
  const { id, at_micros, organisation_id, actor, action, outcome, subject, facts, personal, request_id } = entry
  const text = JSON.stringify([
    id,
    at_micros,
    organisation_id,
    actor,
    action,
    outcome,
    subject,
    facts,
    personal,
    request_id,
  ])
  return createHash('sha256').update(before).update(text).digest()
}

async function countNotSealed(db: Db): Promise<number> {
  const { entries, links } = await db
    .selectNoFrom((its) => [
      its
        .selectFrom('audit_entries')
        .select(({ fn }) => fn.countAll<string>().as('n'))
        .as('entries'),
      its
        .selectFrom('audit_links')
        .select(({ fn }) => fn.countAll<string>().as('n'))
        .as('links'),
    ])
    .executeTakeFirstOrThrow()
  return Number(entries) - Number(links)
}

/** Entry → name → hash of the value as it stands now. */
async function valuesOf(db: Db, entryIds: readonly string[]): Promise<Map<string, Map<string, string>>> {
  if (entryIds.length === 0) return new Map()
  const rows = await db.selectFrom('audit_values').selectAll().where('entry_id', 'in', entryIds).execute()
  const values = new Map<string, Map<string, string>>()
  for (const { entry_id, name, salt, value } of rows) {
    const known = values.get(entry_id) ?? new Map<string, string>()
    values.set(entry_id, known.set(name, hashOf(salt, value)))
  }
  return values
}
