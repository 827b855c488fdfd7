import { readFileSync } from 'node:fs'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrate } from '#db/migrate.ts'
import { migrations } from '#db/migrations/index.ts'
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

/** Table → its columns, with a `?` where null may stand, as db/tables.ts declares them. */
function declared(): Record<string, string[]> {
  const source = readFileSync('db/tables.ts', 'utf8')
  const columnsOf = (name: string) => {
    const [, body = ''] = new RegExp(`interface ${name} \\{([^}]*)\\}`).exec(source) ?? []
    return [...body.matchAll(/^ {2}(\w+): (.+)$/gm)]
      .map(([, column, type]) => `${column}${/\| null/.test(type!) ? '?' : ''}`)
      .sort()
  }
  const [, tables = ''] = /interface Tables \{([^}]*)\}/.exec(source) ?? []
  return Object.fromEntries(
    [...tables.matchAll(/^ {2}(\w+): (\w+)$/gm)].map(([, table, name]) => [table!, columnsOf(name!)]),
  )
}

test('the row types are what the database has', async () => {
  const { rows } = await sql<{ table: string; column: string; nullable: boolean }>`
    select table_name as table, column_name as column, is_nullable = 'YES' as nullable
    from information_schema.columns where table_schema = 'public' and table_name not like 'kysely%'`.execute(
    database.db,
  )
  const actual: Record<string, string[]> = {}
  for (const { table, column, nullable } of rows) (actual[table] ??= []).push(`${column}${nullable ? '?' : ''}`)
  for (const columns of Object.values(actual)) columns.sort()
  expect(declared()).toEqual(actual)
})

test('migrating twice, or two at once, changes nothing', async () => {
  await Promise.all([migrate(database.url), migrate(database.url)])
  await migrate(database.url)
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(database.db)
  expect(rows).toEqual(Object.keys(migrations).map((name) => ({ name })))
})

test('the steps stand in the order of their names, in which they are run', () => {
  expect(Object.keys(migrations)).toEqual(Object.keys(migrations).toSorted())
})
