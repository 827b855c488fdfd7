import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { claimScan, endRun } from '#db/queries/claims.ts'
import { endSessions } from '#db/queries/sessions.ts'
import { lapse, makeScan, queuedRun } from '#test/support/make.ts'
import { expectProblem, useApi } from '#test/support/api.ts'
import { makePerson } from '#test/support/people.ts'
import { finishScan } from '#workers/queue/finish-scan.ts'
import { sweep } from '#workers/queue/keep-reconciling.ts'
import { findKeyActor } from '#db/queries/api-keys.ts'
import { hashApiKey } from '#db/model/api-key.ts'

const { db, api } = await useApi()
const { actor } = (await findKeyActor(db, hashApiKey(api.key)))!

const made = async () => (await makeScan(db, actor, { runs: [queuedRun('ports', { ports: [9] })] })).id
const read = (id: string, headers: Record<string, string> = {}) =>
  api.send('GET', `/v1/scans/${id}`, undefined, headers)
const statusIn = async (answer: Response) => ((await answer.json()) as { status: string }).status

async function finish(id: string) {
  const claim = (await claimScan(db, id, 10))!
  for (const run of claim.runs) await endRun(db, claim, run, { status: 'failed', reason: 'unreachable' })
  await db.transaction().execute((db) => finishScan(db, claim, () => {}))
}

test('a caller that has the scan as it is gets 304, and when to ask again', async () => {
  const id = await made()
  const first = await read(id)
  const etag = first.headers.get('etag')!
  expect([first.status, etag, first.headers.get('cache-control')]).toEqual([200, 'W/"1"', 'private, no-cache'])
  const again = await read(id, { 'if-none-match': etag })
  expect([again.status, again.headers.get('etag'), await again.text()]).toEqual([304, etag, ''])
  expect(Number(again.headers.get('retry-after'))).toBeGreaterThan(0)
  expect((await read(id, { 'if-none-match': '"7", W/"1"' })).status).toBe(304)
  expect((await read(id, { 'if-none-match': '*' })).status).toBe(304)
  await claimScan(db, id, 10)
  const changed = await read(id, { 'if-none-match': etag })
  expect([changed.status, changed.headers.get('etag')]).toEqual([200, 'W/"2"'])
  expect((await read('01990000-0000-7000-8000-000000000000', { 'if-none-match': etag })).status).toBe(404)
})

test('with Prefer: wait the answer comes with the change, without If-None-Match with the end', async () => {
  const id = await made()
  const [changing, ending] = [
    read(id, { prefer: 'wait=30', 'if-none-match': 'W/"1"' }),
    read(id, { prefer: 'wait=30' }),
  ]
  await claimScan(db, id, 10)
  const changed = await changing
  expect([changed.status, changed.headers.get('preference-applied')]).toEqual([200, 'wait=30'])
  expect(await statusIn(changed)).toBe('running')
  await lapse(db, id)
  await finish(id)
  expect(await statusIn(await ending)).toBe('failed')
})

test('a wait that brings nothing says so when its time is over, and none is longer than a minute', async () => {
  const id = await made()
  const answer = await read(id, { prefer: 'respond-async, wait=1', 'if-none-match': 'W/"1"' })
  expect([answer.status, answer.headers.get('preference-applied')]).toEqual([304, 'wait=1'])
  await finish(id)
  expect((await read(id, { prefer: 'wait=4000' })).headers.get('preference-applied')).toBe('wait=60')
})

test('whoever is signed out while waiting is told nothing more', async () => {
  const ada = await makePerson(api)
  const id = await made()
  const waiting = ada.send('GET', `/v1/scans/${id}`, undefined, { prefer: 'wait=30' })
  await endSessions(db, ada.id, { allBut: null }, 'revoked')
  await expectProblem(waiting, 401, 'unauthenticated')
})

test('a scan that waits is cancelled at once, one that runs is told to its worker, a final one stays', async () => {
  const waits = await made()
  const ended = await api.send('DELETE', `/v1/scans/${waits}`)
  expect([ended.status, ended.headers.get('retry-after')]).toEqual([200, null])
  expect(await ended.json()).toMatchObject({
    status: 'cancelled',
    reason: 'cancelled',
    runs: [{ status: 'cancelled', reason: 'cancelled' }],
  })
  const runs = await made()
  await claimScan(db, runs, 10)
  const told = await api.send('POST', `/v1/scans/${runs}/cancel`)
  expect([told.status, told.headers.get('retry-after')]).toEqual([202, '1'])
  expect(await told.json()).toMatchObject({ status: 'running', cancelAskedAt: expect.any(String) as string })
  const final = await made()
  await finish(final)
  const before = await (await read(final)).json()
  const late = await api.send('DELETE', `/v1/scans/${final}`)
  expect([late.status, await late.json()]).toEqual([200, before])
  await expectProblem(api.send('DELETE', '/v1/scans/01990000-0000-7000-8000-000000000000'), 404, 'not-found')
})

test('a scan that was deleted because of its age is gone for who could see it, and was never there for others', async () => {
  const [old, open] = [await made(), await made()]
  await finish(old)
  await sql`update scans set finished_at = now() - interval '31 days' where id = ${old}`.execute(db)
  await sweep(db, null)
  expect((await read(old)).status).toBe(200)
  await sweep(db, 30)
  await expectProblem(read(old), 410, 'gone')
  await expectProblem(api.send('DELETE', `/v1/scans/${old}`), 410, 'gone')
  await expectProblem(api.send('GET', `/v1/scans/${old}/events`), 410, 'gone')
  await expectProblem(api.send('POST', `/v1/scans/${old}/rerun`, {}), 410, 'gone')
  const stranger = await makePerson(api, { organisationId: null })
  await expectProblem(stranger.send('GET', `/v1/scans/${old}`), 404, 'not-found')
  expect((await read(open)).status).toBe(200)
})
