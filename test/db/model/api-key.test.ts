import { mkdtempSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ensureLocalKey } from '#db/local-key.ts'
import { localKeyFile } from '#db/local-key-file.ts'
import { hashApiKey, isApiKey, makeApiKey } from '#db/model/api-key.ts'
import { findKeyActor } from '#db/queries/api-keys.ts'
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

test('a key is told from one that was mistyped or cut off', () => {
  const key = makeApiKey()
  expect(key).toMatch(/^pl_[0-9A-Za-z]{38}$/)
  expect(isApiKey(key)).toBe(true)
  expect(isApiKey(key.slice(0, -1))).toBe(false)
  expect(isApiKey(key.replace(/.$/, (last) => (last === 'x' ? 'y' : 'x')))).toBe(false)
})

test('the key of this machine is made once, for its owner’s eyes only, and the database keeps its hash', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'portlight-key-'))
  const first = await ensureLocalKey(database.db, dataDir)
  expect(first.isNew).toBe(true)
  expect(statSync(localKeyFile(dataDir)).mode & 0o777).toBe(0o600)
  expect(readFileSync(localKeyFile(dataDir), 'utf8').trim()).toBe(first.key)
  expect(await ensureLocalKey(database.db, dataDir)).toEqual({ key: first.key, isNew: false })
  expect(await findKeyActor(database.db, hashApiKey(first.key))).toBeDefined()
  const rows = await database.db.selectFrom('api_keys').selectAll().execute()
  expect(JSON.stringify(rows)).not.toContain(first.key)
})
