import { sql } from 'kysely'
import { beforeEach, expect, test } from 'vitest'
import { newId } from '#db/model/id.ts'
import { type AuditEntry, eraseAuditValues, sealAudit, verifyAudit, writeAudit } from '#db/queries/audit.ts'
import { useDatabase } from '#test/support/use-database.ts'

const { db, actor } = await useDatabase()
const person = newId()
const entry = (about: Partial<AuditEntry> = {}): AuditEntry => ({
  organisationId: actor.organisationId,
  actor: { kind: 'user', id: person, credentialId: null },
  action: 'session.begin',
  outcome: 'done',
  subject: null,
  personal: { email: 'alice@example.org', address: '192.0.2.7' },
  requestId: 'r-1',
  ...about,
})
const writeMany = (count: number) =>
  Promise.all(Array.from({ length: count }, (_, i) => writeAudit(db, entry({ facts: { number: i } }))))

beforeEach(async () => {
  await sql`truncate audit_entries, audit_values, audit_links`.execute(db)
})

test('what was written is whole, and what is not sealed yet is said', async () => {
  await writeMany(30)
  expect(await verifyAudit(db)).toMatchObject({ sealed: 0, notSealedYet: 30, brokenAt: null })
  await sealAudit(db)
  expect(await verifyAudit(db)).toMatchObject({ sealed: 30, notSealedYet: 0, erased: 0, brokenAt: null })
})

test('many writers and many sealers at once make one chain', async () => {
  for (let round = 0; round < 5; round++) {
    await Promise.all([writeMany(40), ...Array.from({ length: 4 }, () => sealAudit(db))])
  }
  while ((await sealAudit(db)) > 0);
  expect(await verifyAudit(db)).toMatchObject({ sealed: 200, notSealedYet: 0, brokenAt: null })
})

test('what was rolled back was not done', async () => {
  const failing = db.transaction().execute(async (db) => {
    await writeAudit(db, entry())
    throw new Error('no')
  })
  await expect(failing).rejects.toThrow('no')
  await sealAudit(db)
  expect(await verifyAudit(db)).toMatchObject({ sealed: 0, notSealedYet: 0 })
})

const tamperings = {
  'an outcome that was changed': sql`update audit_entries set outcome = 'refused' where id = (select entry_id from audit_links where serial = 4)`,
  'an actor that was changed': sql`update audit_entries set actor = '{"kind":"user","id":null,"credentialId":null}' where id = (select entry_id from audit_links where serial = 4)`,
  'a time that was changed': sql`update audit_entries set at = at + interval '1 microsecond' where id = (select entry_id from audit_links where serial = 4)`,
  'a personal value that was exchanged': sql`update audit_values set value = 'mallory@example.org' where name = 'email' and entry_id = (select entry_id from audit_links where serial = 4)`,
  'an entry that was taken out': sql`delete from audit_links where serial = 4`,
}
for (const [what, tampering] of Object.entries(tamperings)) {
  test(`${what} breaks the chain there`, async () => {
    await writeMany(8)
    await sealAudit(db)
    await tampering.execute(db)
    const serial = what.includes('taken out') ? '5' : '4'
    expect((await verifyAudit(db)).brokenAt).toMatchObject({ serial })
  })
}

test('a tail that was cut off is told by the head that was written down', async () => {
  await writeMany(3)
  await sealAudit(db)
  const { head } = await verifyAudit(db)
  await sql`delete from audit_links where serial = 3`.execute(db)
  expect((await verifyAudit(db)).head).not.toBe(head)
})

test('erasing a person leaves the chain whole, and none of the person’s values anywhere', async () => {
  await writeMany(5)
  await writeAudit(
    db,
    entry({ actor: { kind: 'user', id: newId(), credentialId: null }, personal: { email: 'bob@example.org' } }),
  )
  await sealAudit(db)
  await eraseAuditValues(db, person)
  expect(await verifyAudit(db)).toMatchObject({ sealed: 6, erased: 10, brokenAt: null })
  const { rows } = await sql<{ dump: string }>`
    select (select jsonb_agg(e) from audit_entries e)::text || (select jsonb_agg(v) from audit_values v)::text as dump`.execute(
    db,
  )
  expect(rows[0]!.dump).not.toMatch(/alice|192\.0\.2\.7/)
  expect(rows[0]!.dump).toContain('bob@example.org')
})

test('an entry that was committed late is sealed all the same', async () => {
  await writeMany(2)
  await sealAudit(db)
  await writeAudit(db, entry({ facts: { late: true } }))
  await sql`update audit_entries set at = at - interval '9 minutes' where facts ? 'late'`.execute(db)
  expect(await sealAudit(db)).toBe(1)
  expect(await verifyAudit(db)).toMatchObject({ sealed: 3, notSealedYet: 0, brokenAt: null })
})
