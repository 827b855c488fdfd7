import { expect, test } from 'vitest'
import { sql } from 'kysely'
import { parseTarget } from '#db/model/target.ts'
import { addTarget } from '#db/queries/targets.ts'
import { useDatabase } from '#test/support/use-database.ts'
import { tellSpared } from '#workers/queue/alerts/tell-spared.ts'

const { db, actor } = await useDatabase()
for (const host of [
  'shop.example.org',
  'www.shop.example.org',
  'workshop.example.org',
  '192.0.2.9',
  '192.0.3.9',
  '2001:db8::9',
])
  await addTarget(db, actor.organisationId, parseTarget(host))
await sql`update targets set watched_since = now() where canonical <> '192.0.3.9'`.execute(db)

const told = async () => {
  const rows = await db
    .selectFrom('alerts')
    .innerJoin('targets', 'targets.id', 'alerts.target_id')
    .select(['targets.canonical', 'alerts.changes'])
    .orderBy('targets.canonical')
    .execute()
  await db.deleteFrom('alerts').execute()
  return rows
}

test.each<[string, { kind: 'name' | 'range'; value: string }, string[]]>([
  [
    'a name and all below it',
    { kind: 'name', value: 'shop.example.org' },
    ['shop.example.org', 'www.shop.example.org'],
  ],
  ['an address', { kind: 'range', value: '192.0.2.9/32' }, ['192.0.2.9']],
  ['a range, where it is watched', { kind: 'range', value: '192.0.0.0/16' }, ['192.0.2.9']],
  ['a range of IPv6', { kind: 'range', value: '2001:db8::/32' }, ['2001:db8::9']],
])('who watches %s is told that its owner wants it left alone', async (_what, spared, hosts) => {
  await tellSpared(db, spared)
  const rows = await told()
  expect(rows.map(({ canonical }) => canonical)).toEqual(hosts)
  expect(rows[0]!.changes).toMatchObject([{ kind: 'spared', rule: 'do-not-scan/asked', subject: spared.value }])
})
