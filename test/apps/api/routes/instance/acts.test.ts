import { sql } from 'kysely'
import { beforeEach, expect, test } from 'vitest'
import { hashApiKey } from '#db/model/api-key.ts'
import { newId } from '#db/model/id.ts'
import { findKeyActor } from '#db/queries/api-keys.ts'
import { listAudit } from '#db/queries/audit.ts'
import { actedAtMost } from '#db/model/act.ts'
import { claimScan, endRun } from '#db/queries/claims.ts'
import { finishScan } from '#workers/queue/finish-scan.ts'
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
  return body as { id: string; done: number; skipped: Record<string, number>; next: string | null }
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

test('an act on more than one transaction takes is done in parts, each of the oldest that are left', async () => {
  const runs = run('ports')
  const ids = []
  for (let n = 0; n < 3; n++) ids.push(await endScanAs(db, actor, failing, { runs }))
  await sql`
    with like_it as (select * from scans where id = ${ids[2]!}::uuid), made as (
      insert into scans (id, organisation_id, target_id, requested_by, status, reason, lane, deadline, created_at, finished_at)
      select gen_random_uuid(), organisation_id, target_id, requested_by, status, reason, lane, deadline, created_at + make_interval(secs => n * 0.001), finished_at
      from like_it, generate_series(1, ${actedAtMost}) as n returning id
    )
    insert into scan_runs (id, scan_id, scanner, scanner_version, options, status, reason, finished_at)
    select gen_random_uuid(), made.id, 'ports', 1, ${JSON.stringify(options)}::jsonb, 'failed', 'unreachable', now() from made`.execute(
    db,
  )
  const filter = { reason: 'unreachable', status: 'failed' }
  const all = actedAtMost + 3
  const seen = await preview('retry', filter)
  expect([seen.count, seen.atMost]).toEqual([all, actedAtMost])
  const first = await done(act('retry', filter, all))
  expect(first).toMatchObject({ done: actedAtMost, skipped: {}, next: expect.any(String) as string })
  // Those that came first were first, also where the next part may take them again.
  const acted = await db.selectFrom('act_scans').select('scan_id').where('act_id', '=', first.id).execute()
  expect(acted.map(({ scan_id }) => scan_id)).toEqual(expect.arrayContaining(ids))
  const next = { after: first.next, again: true }
  expect((await preview('retry', filter, next)).count).toBe(3)
  await expectProblem(act('retry', filter, 4, next), 409, 'count-changed')
  expect(await done(act('retry', filter, 3, next))).toMatchObject({ done: 3, next: null })
  const made = (await scans()).filter(({ rerun_of }) => rerun_of !== null)
  expect(new Set(made.map(({ lane }) => lane))).toEqual(new Set([2]))
  expect(new Set(made.map(({ rerun_of }) => rerun_of)).size).toBe(all)
  await expectProblem(act('retry', filter, 0, { after: 'nonsense' }), 422, 'invalid-cursor')
})

test('of what failed for a cause it is told how many are retried, and what became of them', async () => {
  const ids = []
  for (let n = 0; n < 4; n++) ids.push(await endScanAs(db, actor, failing, { runs: run('ports') }))
  await done(act('retry', { ids: ids.slice(0, 3) }, 3))
  const made = (await scans()).filter(({ rerun_of }) => rerun_of !== null)
  const retryOf = (id: string) => made.find(({ rerun_of }) => rerun_of === id)!.id
  for (const [id, status] of [
    [ids[0]!, 'completed'],
    [ids[1]!, 'failed'],
  ] as const) {
    const claim = (await claimScan(db, retryOf(id), 60))!
    await endRun(db, claim, claim.runs[0]!, status === 'failed' ? failing : { status, reason: null })
    await db.transaction().execute((db) => finishScan(db, claim, () => {}))
  }
  const answer = await viewer.send('GET', '/v1/instance/failures?hours=1')
  const { failures } = (await answer.json()) as { failures: { cause: string; scans: number; retries: object }[] }
  // The retry that failed again is one more that nobody has retried.
  expect(failures).toMatchObject([{ scans: 5, retries: { none: 2, waits: 1, told: 1, failed: 1 } }])
  const found = async (retry: string) => {
    const query = new URLSearchParams({ cause: failures[0]!.cause, failedHours: '1', retry }).toString()
    const { scans } = (await (await viewer.send('GET', `/v1/instance/scans?${query}`)).json()) as {
      scans: { id: string }[]
    }
    return scans.map(({ id }) => id)
  }
  expect(await found('none')).toEqual([retryOf(ids[1]!), ids[3]])
  expect(await found('waits')).toEqual([ids[2]])
  expect(await found('told')).toEqual([ids[0]])
  expect(await found('failed')).toEqual([ids[1]])
  expect((await preview('retry', { cause: failures[0]!.cause, failedHours: 1 })).count).toBe(2)
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

test('whose scans were acted on reads it in their own audit, and nothing of others', async () => {
  const mine = await endScanAs(db, actor, failing, { runs: run('ports') })
  const theirs = await endScanAs(db, others, failing, { runs: run('ports') })
  const gone = await endScanAs(db, others, failing, { runs: run('a-scanner-of-old') })
  const { id } = await done(act('retry', { ids: [mine, theirs, gone] }, 3))
  const entries = (await listAudit(db, { organisationId: owner.organisationId, after: null, limit: 100 })).filter(
    ({ subject }) => JSON.stringify(subject).includes(id),
  )
  expect(entries).toMatchObject([
    {
      action: 'scans.retry',
      actor: { id: admin.id },
      facts: { act: 'retry', count: 2, done: 1 },
      values: { reason: 'night shift' },
    },
  ])
  expect(Object.keys(entries[0]?.values ?? {})).toEqual(['reason'])
})

test('who may only look may look before an act, and not act; a session that is not fresh neither', async () => {
  const body = { act: 'cancel', filter: { status: 'queued' }, expectedCount: 0, reason: 'x' }
  await expectProblem(viewer.send('POST', '/v1/instance/scans/acts', body), 403, 'role-too-low')
  await expectProblem(owner.send('POST', '/v1/instance/scans/acts', body), 403, 'role-too-low')
  await expectProblem(api.send('POST', '/v1/instance/scans/acts', body), 403, 'step-up-required')
  const tired = await makePerson(api, { instanceRole: 'instance-admin', isFresh: false })
  await expectProblem(tired.send('POST', '/v1/instance/scans/acts', body), 403, 'step-up-required')
})
