import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { migrations } from '#db/migrations/index.ts'
import { hashApiKey, makeApiKey } from '#db/model/api-key.ts'
import { newId } from '#db/model/id.ts'
import { findKeyActor } from '#db/queries/api-keys.ts'
import { useDatabase } from '#test/support/use-database.ts'

const { db } = await useDatabase()
const [first, ...later] = Object.values(migrations)

test('a database of the first release keeps its key and its scans', async () => {
  await sql`drop schema public cascade`.execute(db)
  await sql`create schema public`.execute(db)
  await first!.up(db)
  const [key, ...ids] = [makeApiKey(), newId(), newId(), newId(), newId()]
  const [organisation, apiKey, target, scan] = ids
  await sql`insert into organisations (id, name) values (${organisation}, 'local')`.execute(db)
  await sql`insert into api_keys (id, organisation_id, name, hash) values (${apiKey}, ${organisation}, 'local', ${hashApiKey(key)})`.execute(
    db,
  )
  await sql`insert into targets (id, organisation_id, kind, canonical, display) values (${target}, ${organisation}, 'name', 'a.example', 'a.example')`.execute(
    db,
  )
  await sql`insert into scans (id, organisation_id, target_id, requested_by, status, deadline) values (${scan}, ${organisation}, ${target}, ${apiKey}, 'completed', now())`.execute(
    db,
  )

  for (const step of later) await step.up(db)

  expect((await findKeyActor(db, hashApiKey(key)))?.actor).toMatchObject({
    organisationId: organisation,
    role: 'operator',
    principal: { kind: 'service-account' },
    credential: { kind: 'api-key', id: apiKey, scopes: null },
  })
  expect(await db.selectFrom('scans').select(['id', 'requested_by']).execute()).toEqual([
    { id: scan, requested_by: apiKey },
  ])
})
