import { expect, test } from 'vitest'
import type { RunAuthority } from '#db/model/authority.ts'
import type { Coverage } from '#db/model/scan.ts'
import { sql } from 'kysely'
import { openBus } from '#db/bus.ts'
import {
  claimScan,
  endRun,
  endScan,
  failRun,
  handBack,
  renewLease,
  saveAuthority,
  saveObservations,
  saveProgress,
} from '#db/queries/claims.ts'
import { findScan, runsOf } from '#db/queries/scans.ts'
import { lapse, makeScan, passDeadline, queuedRun } from '#test/support/make.ts'
import { useDatabase } from '#test/support/use-database.ts'
import { reachOf } from '#db/queries/targets.ts'

const { db, url, actor } = await useDatabase()

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
  expect(first.isTakenOver).toBe(false)
  expect(await claimScan(db, first.id, 10)).toBeUndefined()
  await lapse(db, first.id)
  expect(await claimScan(db, first.id, 10)).toMatchObject({ attempt: 2, isTakenOver: true })
  await handBack(db, { id: first.id, attempt: 2 })
  // Given back by a worker that ends: nobody's lease ran out.
  expect(await claimScan(db, first.id, 10)).toMatchObject({ attempt: 3, isTakenOver: false })
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

test('what the owner allows comes with the claim, and only where he said both', async () => {
  const pace = async (perSecond: number | null, open: number | null) => {
    await sql`update targets set connections_per_second = ${perSecond}, open_connections = ${open}`.execute(db)
    return (await claimed()).ownersPace
  }
  expect(await pace(50, 7)).toEqual({ connectionsPerSecond: 50, openConnections: 7 })
  expect(await pace(50, null)).toBeNull()
  expect(await pace(null, 7)).toBeNull()
  expect(await pace(null, null)).toBeNull()
})

test('progress is shown on the runs that it is of', async () => {
  const claim = await claimed([queuedRun('ports'), queuedRun('tls')])
  const [one, other] = claim.runs
  await saveProgress(db, claim, new Map([[other!.id, { done: 3, total: 9 }]]))
  const shown = new Map((await runsOf(db, claim.id)).map(({ id, progress }) => [id, progress]))
  expect([shown.get(one!.id), shown.get(other!.id)]).toEqual([null, { done: 3, total: 9 }])
})

test('by what right a scan goes on, and that it was handed back, stand in its history', async () => {
  const claim = await claimed()
  const authority: RunAuthority = { basis: 'operator', proof: null, sentence: null, addresses: [], missing: [] }
  expect(await saveAuthority(db, claim, [{ id: claim.runs[0]!.id, tier: 'active', authority }])).toBe(true)
  await handBack(db, claim)
  expect(await eventsOf(claim.id)).toEqual(['1 queued', '2 claimed', '3 authorised', '4 handed-back'])
  expect(await runsOf(db, claim.id)).toMatchObject([{ tier: 'active', authority: { basis: 'operator' } }])
})

test('a rule that broke fails its run and no other', async () => {
  const claim = await claimed([queuedRun('ports'), queuedRun('tls')])
  const [broken, well] = claim.runs
  for (const run of claim.runs) await endRun(db, claim, run, done)
  await failRun(db, broken!.id, 'internal')
  const after = new Map((await runsOf(db, claim.id)).map(({ id, status, reason }) => [id, `${status} ${reason}`]))
  expect([after.get(broken!.id), after.get(well!.id)]).toEqual(['failed internal', 'completed null'])
})

test('every process hears of each change, by the scan’s id', async () => {
  const bus = openBus({ url, name: 'test', onError: () => {} })
  const heard: string[] = []
  bus.on('scan', (id) => heard.push(id))
  await expect.poll(() => bus.isConnected()).toBe(true)
  const claim = await claimed()
  await expect.poll(() => heard).toEqual([claim.id])
  await endRun(db, claim, claim.runs[0]!, done)
  await expect.poll(() => heard).toEqual([claim.id, claim.id])
  await bus.close()
})

test('a run without a result keeps none', async () => {
  const claim = await claimed()
  await endRun(db, claim, claim.runs[0]!, { status: 'failed', reason: 'unreachable' })
  expect(await runsOf(db, claim.id)).toMatchObject([{ status: 'failed', coverage: null, result: null }])
})
