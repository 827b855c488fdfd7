import { sql } from 'kysely'
import { beforeEach, expect, test } from 'vitest'
import { hashApiKey } from '#db/model/api-key.ts'
import { newId } from '#db/model/id.ts'
import { findKeyActor } from '#db/queries/api-keys.ts'
import { claimScan } from '#db/queries/claims.ts'
import { expectProblem, useApi } from '#test/support/api.ts'
import { endScanAs, hostTarget } from '#test/support/ended-scan.ts'
import { makeScan } from '#test/support/make.ts'
import { makePerson } from '#test/support/people.ts'

const { db, api } = await useApi()
const { actor } = (await findKeyActor(db, hashApiKey(api.key)))!
const admin = await makePerson(api, { instanceRole: 'instance-admin' })
const viewer = await makePerson(api, { instanceRole: 'instance-viewer' })
const owner = await makePerson(api, { organisationId: null, role: 'owner' })
const others = { ...actor, organisationId: owner.organisationId }

beforeEach(() => sql`truncate scans, acts cascade`.execute(db))

const failing = { status: 'failed', reason: 'unreachable', detail: 'no route' } as const
const silent = { status: 'inconclusive', reason: 'no-answer' } as const
const told = { status: 'completed', reason: null } as const
const options = { ports: [9] }
const run = (scanner: string) => [{ scanner, scannerVersion: 1, options, status: 'queued', reason: null }] as const

type Filter = Record<string, unknown>
const preview = async (act: string, filter: Filter, more = {}) => {
  const answer = await viewer.send('POST', '/v1/instance/scans/preview', { act, filter, ...more })
  expect(answer.status).toBe(200)
  return (await answer.json()) as { count: number; atMost: number; sample: { id: string }[] }
}
const act = (act: string, filter: Filter, expectedCount: number, more = {}, headers = {}) =>
  admin.send('POST', '/v1/instance/scans/acts', { act, filter, expectedCount, reason: 'night shift', ...more }, headers)
const done = async (answer: Response | Promise<Response>) => {
  const body = await (await answer).json()
  expect(body).toHaveProperty('done')
  return body as { id: string; done: number; skipped: Record<string, number> }
}
const scans = () =>
  db.selectFrom('scans').select(['id', 'status', 'lane', 'rerun_of', 'organisation_id', 'cancel_asked_at']).execute()

test('what failed or told nothing is retried once, as new scans of the same organisations, behind everybody else', async () => {
  const failed = await endScanAs(db, actor, failing, { runs: run('ports') })
  const quiet = await endScanAs(db, others, silent, { runs: run('ports') })
  await endScanAs(db, actor, told, { runs: run('ports') })
  const open = (await makeScan(db, actor, { runs: run('ports') })).id
  const since = { since: '2020-01-01T00:00:00Z' }
  const seen = await preview('retry', since)
  expect([seen.count, seen.sample.map(({ id }) => id)]).toEqual([2, [quiet, failed]])
  expect(await done(act('retry', since, 2))).toMatchObject({ act: 'retry', done: 2, skipped: {} })
  const made = (await scans()).filter(({ rerun_of }) => rerun_of !== null)
  expect(made).toHaveLength(2)
  expect(made).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ rerun_of: failed, organisation_id: actor.organisationId, status: 'queued', lane: 2 }),
      expect.objectContaining({ rerun_of: quiet, organisation_id: others.organisationId, status: 'queued', lane: 2 }),
    ]),
  )
  const { rows: jobs } = await sql<{ id: string }>`select id from bullmq.job`.execute(db)
  expect(jobs.map(({ id }) => id)).toEqual(expect.arrayContaining(made.map(({ id }) => `s-${id}`)))
  expect((await preview('retry', since)).count).toBe(0)
  expect((await preview('retry', since, { again: true })).count).toBe(2)
  expect(await done(act('retry', { ids: [failed, open] }, 1, { again: true }))).toMatchObject({ done: 1 })
  expect(
    (await scans())
      .filter(({ rerun_of }) => rerun_of === failed)
      .map(({ lane }) => lane)
      .toSorted((a, b) => a - b),
  ).toEqual([0, 2])
})

test('other scans than those that were seen are never acted on', async () => {
  await endScanAs(db, actor, failing, { runs: run('ports') })
  await endScanAs(db, actor, failing, { runs: run('ports') })
  const { detail } = await expectProblem(act('retry', { reason: 'unreachable' }, 1), 409, 'count-changed')
  expect(detail).toContain('2 match now, 1 when you looked')
  expect(await scans()).toHaveLength(2)
  await expectProblem(act('cancel', {}, 0), 422, 'invalid-input')
  await expectProblem(act('cancel', { status: 'queued' }, 0, { reason: '' }), 422, 'invalid-input')
})

test('a request that is sent again retries once, whoever answers it', async () => {
  const failed = await endScanAs(db, actor, failing, { runs: run('ports') })
  const key = { 'idempotency-key': newId() }
  const answers = [await act('retry', { ids: [failed] }, 1, {}, key), await act('retry', { ids: [failed] }, 1, {}, key)]
  const [first, second] = [await done(answers[0]!), await done(answers[1]!)]
  expect(second).toEqual(first)
  // The process died before its answer was kept: the transaction alone remembers.
  await sql`update idempotent_requests set status = null, body_sealed = null, claimed_until = now() - interval '1 second'`.execute(
    db,
  )
  expect(await done(act('retry', { ids: [failed] }, 1, {}, key))).toEqual(first)
  expect(await scans()).toHaveLength(2)
})

test('two who retry the same at once make one scan of each', async () => {
  const ids = []
  for (let n = 0; n < 5; n++) ids.push(await endScanAs(db, actor, failing, { runs: run('ports') }))
  const answers = await Promise.all([act('retry', { ids }, 5), act('retry', { ids }, 5)])
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409])
  expect((await scans()).filter(({ rerun_of }) => rerun_of !== null)).toHaveLength(5)
})

test('what refuses one scan holds up no other, and is counted', async () => {
  const asked = await endScanAs(db, actor, failing, { runs: run('ports') })
  const gone = await endScanAs(db, actor, failing, { runs: run('a-scanner-of-old') })
  const outcome = await done(act('retry', { ids: [asked, gone] }, 2))
  expect(outcome).toMatchObject({ done: 1, skipped: { 'nothing-to-run': 1 } })
  const { steps } = (await (await viewer.send('GET', `/v1/instance/scans/${gone}/life`)).json()) as {
    steps: { kind: string; reason: string }[]
  }
  expect(steps.at(-1)).toMatchObject({ kind: 'act-retry', reason: 'nothing-to-run' })
})

test('what has not ended is cancelled: what waits at once, what runs by its worker', async () => {
  const waiting = (await makeScan(db, others)).id
  const running = (await makeScan(db, actor)).id
  await claimScan(db, running, 60)
  await endScanAs(db, actor, failing)
  expect((await preview('cancel', { target: '127.0.0' })).count).toBe(2)
  expect(await done(act('cancel', { target: '127.0.0' }, 2))).toMatchObject({ done: 2 })
  const stands = new Map((await scans()).map((scan) => [scan.id, scan]))
  expect(stands.get(waiting)).toMatchObject({ status: 'cancelled' })
  expect(stands.get(running)).toMatchObject({ status: 'running', cancel_asked_at: expect.any(Date) as Date })
  expect((await preview('cancel', { target: '127.0.0' })).count).toBe(0)
})

test('what waits in a later lane is put into the first', async () => {
  const bulk = (await makeScan(db, others, { lane: 'bulk' })).id
  await makeScan(db, actor)
  expect(await done(act('prioritise', { organisationId: others.organisationId }, 1))).toMatchObject({ done: 1 })
  expect((await scans()).find(({ id }) => id === bulk)!.lane).toBe(0)
})

test('one entry of the audit says what was done, to how many, by which filter and why', async () => {
  const failed = await endScanAs(db, actor, failing, { runs: run('ports'), target: hostTarget('e.example.org') })
  const { id } = await done(act('retry', { target: 'e.example' }, 1))
  const entry = await db
    .selectFrom('audit_entries')
    .select(['id', 'facts', 'subject'])
    .where('action', '=', 'scans.retry')
    .orderBy('id', 'desc')
    .executeTakeFirstOrThrow()
  expect(entry).toMatchObject({ subject: { kind: 'act', id }, facts: { act: 'retry', count: 1, done: 1 } })
  const values = await db
    .selectFrom('audit_values')
    .select(['name', 'value'])
    .where('entry_id', '=', entry.id)
    .execute()
  expect(values).toEqual(
    expect.arrayContaining([
      { name: 'reason', value: 'night shift' },
      { name: 'filter', value: '{"target":"e.example"}' },
    ]),
  )
  expect(await db.selectFrom('act_scans').select(['scan_id', 'outcome']).where('act_id', '=', id).execute()).toEqual([
    { scan_id: failed, outcome: 'done' },
  ])
})

test('who may only look may look before an act, and not act; a session that is not fresh neither', async () => {
  const body = { act: 'cancel', filter: { status: 'queued' }, expectedCount: 0, reason: 'x' }
  await expectProblem(viewer.send('POST', '/v1/instance/scans/acts', body), 403, 'role-too-low')
  await expectProblem(owner.send('POST', '/v1/instance/scans/acts', body), 403, 'role-too-low')
  await expectProblem(api.send('POST', '/v1/instance/scans/acts', body), 403, 'step-up-required')
  const tired = await makePerson(api, { instanceRole: 'instance-admin', isFresh: false })
  await expectProblem(tired.send('POST', '/v1/instance/scans/acts', body), 403, 'step-up-required')
})
