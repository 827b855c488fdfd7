import { expect, test } from 'vitest'
import type { z } from 'zod'
import type { queuesDocument } from '#apps/api/routes/instance/queues.ts'
import type { workersDocument } from '#apps/api/routes/instance/workers.ts'
import { hashApiKey } from '#db/model/api-key.ts'
import { newId } from '#db/model/id.ts'
import { findKeyActor } from '#db/queries/api-keys.ts'
import { listAudit } from '#db/queries/audit.ts'
import { claimScan } from '#db/queries/claims.ts'
import { beat } from '#db/queries/workers.ts'
import { expectProblem, useApi } from '#test/support/api.ts'
import { makeScan } from '#test/support/make.ts'
import { makePerson } from '#test/support/people.ts'

const { db, api } = await useApi()
const { actor } = (await findKeyActor(db, hashApiKey(api.key)))!
const admin = await makePerson(api, { instanceRole: 'instance-admin' })
const viewer = await makePerson(api, { instanceRole: 'instance-viewer' })
const read = async <Document>(path: string) => (await (await viewer.send('GET', path)).json()) as Document
const workers = async () => (await read<z.output<typeof workersDocument>>('/v1/instance/workers')).workers
const queueOf = async (name: string) =>
  (await read<z.output<typeof queuesDocument>>('/v1/instance/queues')).queues.find(({ queue }) => queue === name)

const id = newId()
const facts = { id, host: 'w-1', pid: 7, version: '0.1.0', queue: 'postgres', concurrency: 8, memoryBytes: 9 } as const

test('a worker is shown with what it holds, and drained and resumed by an admin with a reason', async () => {
  expect(await beat(db, { ...facts, isDraining: false })).toBe(false)
  const scan = await makeScan(db, actor, { lane: 'scheduled' })
  await claimScan(db, scan.id, 60, id)
  expect(await workers()).toMatchObject([
    {
      ...facts,
      isSilent: false,
      drain: null,
      isStopping: false,
      scans: [{ id: scan.id, target: '127.0.0.1', lane: 'scheduled', attempt: 1, scanners: ['ports'] }],
    },
  ])
  expect((await admin.send('POST', `/v1/instance/workers/${id}/drain`, { reason: 'upgrade' })).status).toBe(204)
  expect(await workers()).toMatchObject([{ drain: { reason: 'upgrade', by: 'Ada', isHeard: false } }])
  expect(await beat(db, { ...facts, isDraining: true })).toBe(true)
  expect(await workers()).toMatchObject([{ drain: { isHeard: true } }])
  expect((await admin.send('POST', `/v1/instance/workers/${id}/resume`, { reason: 'done' })).status).toBe(204)
  expect(await beat(db, { ...facts, isDraining: false })).toBe(false)
  expect(await workers()).toMatchObject([{ drain: null, isStopping: false }])
  await expectProblem(admin.send('POST', `/v1/instance/workers/${newId()}/drain`, { reason: 'x' }), 404, 'not-found')
  await expectProblem(admin.send('POST', `/v1/instance/workers/${id}/drain`, { reason: ' ' }), 422, 'invalid-input')
})

test('a queue is paused and resumed with a reason, once, and shows it', async () => {
  expect(await queueOf('scans-bulk')).toMatchObject({ waiting: 0, failedShare: null, pause: null })
  const pause = () => admin.send('POST', '/v1/instance/queues/scans-bulk/pause', { reason: 'disk at 91 %' })
  expect(await (await pause()).json()).toEqual({ queue: 'scans-bulk', isPaused: true })
  await expectProblem(pause(), 409, 'conflict')
  await makeScan(db, actor, { lane: 'bulk' })
  expect(await queueOf('scans-bulk')).toMatchObject({ waiting: 1, pause: { reason: 'disk at 91 %', by: 'Ada' } })
  const { stuck } = await read<z.output<typeof queuesDocument>>('/v1/instance/queues')
  expect(stuck.map(({ code }) => code)).toEqual(['queue-paused'])
  const resume = () => admin.send('POST', '/v1/instance/queues/scans-bulk/resume', { reason: 'room made' })
  expect((await resume()).status).toBe(200)
  await expectProblem(resume(), 409, 'conflict')
  await expectProblem(admin.send('POST', '/v1/instance/queues/nothing/pause', { reason: 'x' }), 422, 'invalid-input')
  const entries = await db.selectFrom('audit_entries').select(['organisation_id as organisationId']).execute()
  const { organisationId } = entries.find((entry) => entry.organisationId !== null)!
  const audit = await listAudit(db, { organisationId: organisationId!, after: null, limit: 100 })
  expect(audit.map(({ action, values }) => [action, values?.['reason']])).toEqual(
    expect.arrayContaining([
      ['worker.drain', 'upgrade'],
      ['queue.pause', 'disk at 91 %'],
    ]),
  )
})

test('what ended within the hour is counted by five minutes, with the share that failed', async () => {
  const [first, second] = [await makeScan(db, actor), await makeScan(db, actor)]
  for (const [scan, status] of [
    [first, 'failed'],
    [second, 'completed'],
  ] as const)
    await db.updateTable('scans').set({ status, finished_at: new Date() }).where('id', '=', scan.id).execute()
  expect(await queueOf('scans-interactive')).toMatchObject({
    failedShare: 0.5,
    perMinute: 0.4,
    lastHour: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2],
  })
})

test('who may only look can neither drain nor pause', async () => {
  await expectProblem(viewer.send('POST', `/v1/instance/workers/${id}/drain`, { reason: 'x' }), 403, 'role-too-low')
  await expectProblem(viewer.send('POST', '/v1/instance/queues/mail/pause', { reason: 'x' }), 403, 'role-too-low')
  const owner = await makePerson(api, { role: 'owner' })
  await expectProblem(owner.send('GET', '/v1/instance/workers'), 403, 'role-too-low')
})
