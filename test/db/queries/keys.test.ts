import { randomBytes } from 'node:crypto'
import { inspect } from 'node:util'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { Secret } from '#db/model/secret.ts'
import { keysFor, rewrapKeys, rotateKey } from '#db/queries/keys.ts'
import { UnsealError } from '#db/seal.ts'
import { useDatabase } from '#test/support/use-database.ts'

const { db } = await useDatabase()
const masterKey = new Secret(randomBytes(32))
const bytesOf = (keys: readonly { secret: Secret<Buffer> }[]) =>
  keys.map(({ secret }) => secret.reveal().toString('hex'))

test('many processes that start at once agree on one key for each purpose', async () => {
  const all = await Promise.all(Array.from({ length: 20 }, () => keysFor(db, masterKey, 'cookie')))
  expect(new Set(all.map((keys) => bytesOf(keys).join())).size).toBe(1)
  expect(all[0]).toHaveLength(1)
  const [other] = await keysFor(db, masterKey, 'limit')
  expect(bytesOf([other])).not.toEqual(bytesOf(all[0]!))
})

test('a new key comes first, and the old ones go on checking', async () => {
  const [old] = await keysFor(db, masterKey, 'access-token')
  await rotateKey(db, masterKey, 'access-token')
  await rotateKey(db, masterKey, 'access-token')
  const keys = await keysFor(db, masterKey, 'access-token')
  expect(keys).toHaveLength(3)
  expect(keys[0].id).not.toBe(old.id)
  expect(keys.at(-1)!.id).toBe(old.id)
})

test('the database holds no key that opens without the master key', async () => {
  const [key] = await keysFor(db, masterKey, 'mailed-code')
  const { rows } = await sql<{ row: string }>`select keys::text as row from keys`.execute(db)
  expect(JSON.stringify(rows)).not.toContain(key.secret.reveal().toString('hex'))
  await expect(keysFor(db, new Secret(randomBytes(32)), 'mailed-code')).rejects.toThrow(UnsealError)
})

test('a row that is printed whole shows no secret', async () => {
  await keysFor(db, masterKey, 'cookie')
  const rows = await db.selectFrom('keys').selectAll().execute()
  const apiKeys = await db.selectFrom('api_keys').selectAll().execute()
  expect(apiKeys.length).toBeGreaterThan(0)
  for (const row of [...rows, ...apiKeys]) {
    expect(`${JSON.stringify(row)}${inspect(row)}`).toMatch(/"(sealed|hash)":"\[secret\]"/)
    expect(`${JSON.stringify(row)}${inspect(row)}`).not.toMatch(/Buffer|"data"/)
  }
})

test('after the master key was changed only the new one opens, and every key is what it was', async () => {
  const before = bytesOf(await keysFor(db, masterKey, 'refresh-token'))
  const next = new Secret(randomBytes(32))
  await rewrapKeys(db, masterKey, next)
  expect(bytesOf(await keysFor(db, next, 'refresh-token'))).toEqual(before)
  await expect(keysFor(db, masterKey, 'refresh-token')).rejects.toThrow(UnsealError)
})
