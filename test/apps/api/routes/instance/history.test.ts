import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { hashApiKey } from '#db/model/api-key.ts'
import { findKeyActor } from '#db/queries/api-keys.ts'
import { countHours } from '#db/queries/scan-counts.ts'
import { useApi } from '#test/support/api.ts'
import { endScanAs } from '#test/support/ended-scan.ts'
import { makeScan } from '#test/support/make.ts'
import { makePerson } from '#test/support/people.ts'
import { sweep } from '#workers/queue/keep-reconciling.ts'

const { db, api } = await useApi()
const { actor } = (await findKeyActor(db, hashApiKey(api.key)))!
const viewer = await makePerson(api, { instanceRole: 'instance-viewer' })
const read = async (query = '') =>
  ((await (await viewer.send('GET', `/v1/instance/history${query}`)).json()) as { counts: Record<string, number>[] })
    .counts

const failing = { status: 'failed', reason: 'unreachable' } as const
/** As if everything had been asked for and had ended so much earlier. */
const shift = (by: string) =>
  sql`update scans set created_at = created_at - ${by}::interval, finished_at = finished_at - ${by}::interval`.execute(
    db,
  )
const sumOf = (counts: Record<string, number>[], kind: string) => counts.reduce((sum, one) => sum + one[kind]!, 0)

test('nothing is counted where nothing was asked for', async () => {
  await countHours(db)
  expect(await read()).toEqual([])
})

test('what was deleted, and what nobody counted for days, stands in the history', async () => {
  await endScanAs(db, actor, failing)
  await endScanAs(db, actor, { status: 'completed', reason: null })
  await shift('9 days')
  await countHours(db)
  // Nobody counts for a week.
  await endScanAs(db, actor, failing)
  await sql`update scans set created_at = created_at - interval '3 days', finished_at = finished_at - interval '3 days' where finished_at > now() - interval '1 day'`.execute(
    db,
  )
  await makeScan(db, actor)
  await sweep(db, 2)
  expect(await db.selectFrom('scans').select('id').execute()).toHaveLength(1)
  const days = await read()
  expect(days.map(({ accepted, completed, failed }) => [accepted, completed, failed])).toEqual([
    [2, 1, 1],
    [1, 0, 1],
    [1, 0, 0],
  ])
  await countHours(db)
  expect(await read()).toEqual(days)
})

test('what ends later in an hour that was counted is counted too, and once', async () => {
  const before = await read('?by=hour&days=2')
  await endScanAs(db, actor, failing)
  await Promise.all([countHours(db), countHours(db)])
  await countHours(db)
  const after = await read('?by=hour&days=2')
  for (const kind of ['accepted', 'failed']) expect(sumOf(after, kind)).toBe(sumOf(before, kind) + 1)
  expect(sumOf(await read('?days=1'), 'cancelled')).toBe(0)
})
