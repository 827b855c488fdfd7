import { sql } from 'kysely'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { forCause, forNobody, nameFor } from '#db/cause.ts'
import { connect, createPool, type Db } from '#db/connect.ts'
import { useDatabase } from '#test/support/use-database.ts'

const { url } = await useDatabase()
const pool = createPool({ url, max: 1, name: 'portlight-test', timeoutMillis: 15_000, onError: () => {} })
const db = connect(pool)
afterAll(() => db.destroy())

const causeOf = (id: string) => ({ id, requestId: id, traceparent: null })
/** As somebody else sees the connection that asks. */
const shown = async (db: Db) =>
  (
    await sql<{
      name: string
    }>`select application_name as name from pg_stat_activity where pid = pg_backend_pid()`.execute(db)
  ).rows[0]!.name

test('a connection is named for whom it works, as long as it does', async () => {
  expect(await shown(db)).toBe('portlight-test')
  expect(await forCause(causeOf('req-1'), () => shown(db))).toBe('portlight-test req-1')
  expect(await forCause(causeOf('req-2'), () => forNobody(() => shown(db)))).toBe('portlight-test')
  expect(await forCause(causeOf('req-2'), () => shown(db))).toBe('portlight-test req-2')
  expect(await shown(db)).toBe('portlight-test')
})

test('a transaction that was rolled back, or failed, misnames nobody', async () => {
  const work = db.transaction()
  const failed = forCause(causeOf('req-3'), () =>
    work.execute(async (db) => {
      expect(await shown(db)).toBe('portlight-test req-3')
      await sql`select 1 / 0`.execute(db)
    }),
  )
  await expect(failed).rejects.toThrow('division by zero')
  expect(await shown(db)).toBe('portlight-test')
  expect(await forCause(causeOf('req-4'), () => db.transaction().execute(shown))).toBe('portlight-test req-4')
})

test('the plan of a statement is kept over all causes', async () => {
  const ask = (n: number) => sql`select ${n}::integer as "kept over causes"`.execute(db)
  for (let n = 0; n < 20; n++) await forCause(causeOf(`req-${n}`), () => ask(n))
  const { rows } = await sql<{ times: number }>`
    select (generic_plans + custom_plans)::integer as times from pg_prepared_statements where statement like '%kept over causes%' and statement not like '%prepared%'
  `.execute(db)
  expect(rows).toEqual([{ times: 20 }])
})

test('no id, whatever it is made of, becomes a part of a statement', async () => {
  const hostile = fc.oneof(
    fc.constantFrom(
      "'; drop table scans; --",
      '*/ drop table scans; /*',
      "req-1', true); drop table scans; --",
      '\0',
      '$1',
    ),
    fc.string({ maxLength: 80, unit: 'binary' }),
  )
  const check = fc.asyncProperty(hostile, async (id) => {
    const name = await forCause(causeOf(id), () => shown(db))
    // Postgres keeps what can be printed, and shows the rest otherwise; what it cannot take it leaves alone.
    expect(name).toMatch(/^[\x20-\x7e]{0,63}$/)
  })
  await fc.assert(check, { numRuns: 300 })
  expect((await sql`select count(*) from scans`.execute(db)).rows).toEqual([{ count: '0' }])
  expect(await shown(db)).toBe('portlight-test')
})

test('an id for which there is no room stands alone', () => {
  const long = 'x'.repeat(50)
  expect(nameFor('portlight-worker', causeOf(long))).toBe(long)
})
