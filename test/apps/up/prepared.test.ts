import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findPrepared, notePrepared } from '#apps/up/prepared.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

let database: TestDatabase
let dataDir: string
beforeAll(async () => {
  database = await createTestDatabase()
  dataDir = mkdtempSync(join(tmpdir(), 'portlight-prepared-'))
})
afterAll(async () => {
  await database.drop()
  rmSync(dataDir, { recursive: true })
})

test('a database is taken as prepared only when it says so, and for this very key', async () => {
  const { url } = database
  expect(await findPrepared(url, dataDir)).toBeNull()
  await notePrepared(url, dataDir)
  expect(await findPrepared(url, dataDir)).toBeNull()

  writeFileSync(join(dataDir, 'api-key'), 'pl_one\n')
  expect(await findPrepared(url, dataDir)).toBeNull()
  await notePrepared(url, dataDir)
  expect(await findPrepared(url, dataDir)).toEqual({ key: 'pl_one', isNew: false })

  writeFileSync(join(dataDir, 'api-key'), 'pl_another\n')
  expect(await findPrepared(url, dataDir)).toBeNull()
})
