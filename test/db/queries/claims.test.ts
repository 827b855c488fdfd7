import { expect, test } from 'vitest'
import type { Coverage } from '#db/model/scan.ts'
import { claimScan, endRun, endScan, handBack, renewLease, saveObservations, saveProgress } from '#db/queries/claims.ts'
import { findScan, runsOf } from '#db/queries/scans.ts'
import { lapse, makeScan, passDeadline, queuedRun } from '#test/support/make.ts'
import { useDatabase } from '#test/support/use-database.ts'
import { reachOf } from '#db/queries/targets.ts'

const { db, actor } = await useDatabase()

const coverage: Coverage = { unit: 'ports', asked: 1, answered: 1, silent: 0, unanswered: [], leftOut: [] }
const done = { status: 'completed', reason: null, coverage, result: { ports: [] } } as const
const claimed = async (runs = [queuedRun('ports')]) =>
  (await claimScan(db, (await makeScan(db, actor, { runs })).id, 10))!
const scanOf = async (id: string) => (await findScan(db, reachOf(actor), id))!
const eventsOf = async (id: string) =>
  (
    await db
      .selectFrom('scan_events')
      .select(['version', 'kind'])
      .where('scan_id', '=', id)
      .orderBy('version')
      .execute()
  ).map(({ version, kind }) => `${version} ${kind}`)

test('of twenty workers that want one scan, one gets it', async () => {
  const { id } = await makeScan(db, actor)
  const claims = await Promise.all(Array.from({ length: 20 }, () => claimScan(db, id, 10)))
  expect(claims.filter(Boolean)).toHaveLength(1)
  expect(await scanOf(id)).toMatchObject({ status: 'running', attempt: 1 })
})

test('a scan whose lease runs is nobody else’s; once it ran out it is, with the next attempt', async () => {
  const first = await claimed()
  expect(await claimScan(db, first.id, 10)).toBeUndefined()
  await lapse(db, first.id)
  expect(await claimScan(db, first.id, 10)).toMatchObject({ attempt: 2 })
})

test('a worker that woke up too late changes nothing', async () => {
  const stale = await claimed()
  await lapse(db, stale.id)
  const fresh = (await claimScan(db, stale.id, 10))!
  const run = stale.runs[0]!
  expect(await renewLease(db, stale, 10)).toBeUndefined()
  expect(await saveProgress(db, stale, new Map([[run.id, { done: 1, total: 2 }]]))).toBe(false)
  expect(await endRun(db, stale, run, done)).toBe(false)
  expect(await handBack(db, stale)).toBe(false)
  expect(await endScan(db, stale, 'completed', null)).toBe(false)
  expect(await runsOf(db, stale.id)).toMatchObject([{ status: 'running', result: null, progress: null }])
  expect(await endRun(db, fresh, run, done)).toBe(true)
  expect(await endScan(db, fresh, 'completed', null)).toBe(true)
  expect(await endRun(db, stale, run, done)).toBe(false)
  expect(await scanOf(stale.id)).toMatchObject({ status: 'completed', attempt: 2, result_count: '1' })
})

test('a later attempt runs only what has no result yet', async () => {
  const first = await claimed([queuedRun('ports'), queuedRun('tls')])
  await endRun(db, first, first.runs.find(({ scanner }) => scanner === 'tls')!, done)
  await lapse(db, first.id)
  const second = (await claimScan(db, first.id, 10))!
  expect(second.runs.map(({ scanner }) => scanner)).toEqual(['ports'])
})

test('storing a result twice keeps the first', async () => {
  const claim = await claimed()
  expect(await endRun(db, claim, claim.runs[0]!, done)).toBe(true)
  expect(await endRun(db, claim, claim.runs[0]!, { ...done, result: { ports: [1] } })).toBe(true)
  expect(await runsOf(db, claim.id)).toMatchObject([{ result: { ports: [] } }])
})

test('a scan past its deadline is not begun any more', async () => {
  const { id } = await makeScan(db, actor)
  await passDeadline(db, id)
  expect(await claimScan(db, id, 10)).toBeUndefined()
})

test('a scan that was handed back waits again, and counts no lapse', async () => {
  const claim = await claimed()
  expect(await handBack(db, claim)).toBe(true)
  expect(await scanOf(claim.id)).toMatchObject({ status: 'queued' })
  const again = (await claimScan(db, claim.id, 10))!
  expect(again).toMatchObject({ attempt: 2 })
  expect(again.runs).toHaveLength(1)
  const { lapses } = await db.selectFrom('scans').select('lapses').where('id', '=', claim.id).executeTakeFirstOrThrow()
  expect(lapses).toBe(0)
})

test('every change raises the version and stands in the history under it', async () => {
  const claim = await claimed()
  const run = claim.runs[0]!
  await saveProgress(db, claim, new Map([[run.id, { done: 1, total: 2 }]]))
  await endRun(db, claim, run, done)
  await endScan(db, claim, 'completed', null)
  expect(await eventsOf(claim.id)).toEqual(['1 queued', '2 claimed', '3 progress', '4 run-completed', '5 completed'])
  expect(await scanOf(claim.id)).toMatchObject({ version: 5 })
})

test('bytes that Postgres cannot store lose no row', async () => {
  const claim = await claimed()
  const run = claim.runs[0]!
  await endRun(db, claim, run, { ...done, result: { banner: 'a\0b\ud800' } })
  expect(await runsOf(db, claim.id)).toMatchObject([{ result: { banner: 'a\ufffdb\ufffd' } }])
  await saveObservations(db, [
    { runId: run.id, rule: 'ports/x', subject: '1/tcp', address: null, verdict: 'present', evidence: { banner: '\0' } },
  ])
})
