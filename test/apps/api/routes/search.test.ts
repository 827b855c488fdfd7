import { beforeEach, expect, test } from 'vitest'
import { sql } from 'kysely'
import { hashApiKey } from '#db/model/api-key.ts'
import { findKeyActor } from '#db/queries/api-keys.ts'
import { expectProblem, useApi } from '#test/support/api.ts'
import { makePerson } from '#test/support/people.ts'
import { endedPortScan } from '#test/support/port-scan.ts'

const { db, api } = await useApi()
const { actor } = (await findKeyActor(db, hashApiKey(api.key)))!

beforeEach(() => sql`truncate scans, targets cascade`.execute(db))

interface Found {
  targets: { display: string }[] | null
  findings: { title: string; subject: string }[] | null
  scans: { id: string }[] | null
}
const find = async (q: string, person: { send: typeof api.send } = api) =>
  (await (await person.send('GET', `/v1/search?q=${encodeURIComponent(q)}`)).json()) as Found
const nothing = { targets: [], findings: [], scans: [] }

test('targets are found by a part of their host or name, those that begin so first', async () => {
  for (const target of ['shop.example.org', 'old-shop.example.org']) await api.send('POST', '/v1/targets', { target })
  await api.send('POST', '/v1/targets', { target: 'a.example.org', name: 'The SHOP’s database' })
  const hosts = async (q: string) => (await find(q)).targets!.map(({ display }) => display)
  expect(await hosts('shop')).toEqual(['shop.example.org', 'a.example.org', 'old-shop.example.org'])
  for (let n = 0; n < 12; n++) await api.send('POST', '/v1/targets', { target: `many-${n}.example.org` })
  expect(await hosts('many')).toHaveLength(10)
  expect(await find('100%_')).toEqual(nothing)
})

test('open findings are found by title, rule, subject and host, and scans by how their id begins', async () => {
  await api.send('POST', '/v1/targets', { target: '127.0.0.1' })
  const id = await endedPortScan(db, actor, { open: '5432' })
  for (const q of ['database can be', 'database-exposed', 'Eine Datenbank', '5432/TCP', '127.0.0.1'])
    expect((await find(q)).findings).toMatchObject([{ title: 'A database can be reached', subject: '5432/tcp' }])
  expect((await find(id.slice(0, 13))).scans).toMatchObject([{ id }])
  // Every scan of some minutes would begin so.
  expect((await find(id.slice(0, 6))).scans).toEqual([])
  const grace = await makePerson(api, { organisationId: null })
  for (const q of ['database', id]) expect(await find(q, grace)).toEqual(nothing)
})

test('what a key may not read is null, and a search for nothing is refused', async () => {
  const owner = await makePerson(api, { organisationId: actor.organisationId })
  const made = await owner.send('POST', '/v1/keys', { name: 'targets', scopes: ['targets:read', 'self:read'] })
  const { key } = (await made.json()) as { key: string }
  const holder = {
    send: (method: string, path: string) => api.send(method, path, undefined, { authorization: `Bearer ${key}` }),
  }
  expect(await find('x', holder)).toEqual({ targets: [], findings: null, scans: null })
  await expectProblem(api.send('GET', '/v1/search?q=%20'), 422, 'invalid-input')
})
