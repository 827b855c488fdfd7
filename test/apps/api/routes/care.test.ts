import { beforeEach, expect, test } from 'vitest'
import { sql } from 'kysely'
import { hashApiKey } from '#db/model/api-key.ts'
import { findKeyActor } from '#db/queries/api-keys.ts'
import { erasureDigest } from '#db/model/erasure.ts'
import { makeScan } from '#test/support/make.ts'
import { expectProblem, useApi } from '#test/support/api.ts'
import { useCalendar } from '#test/support/calendar.ts'
import { everythingIn } from '#test/support/everything-in.ts'
import { makePerson } from '#test/support/people.ts'
import { endedPortScan } from '#test/support/port-scan.ts'
import { keepAlerts } from '#workers/queue/alerts/keep-alerts.ts'
import { sweep } from '#workers/queue/keep-reconciling.ts'

const { db, api } = await useApi()
const calendar = await useCalendar(db, '2026-05-01T12:00:00Z')
const { actor } = (await findKeyActor(db, hashApiKey(api.key)))!
const address = '127.0.0.77'
const admin = await makePerson(api, { role: 'admin' })

beforeEach(async () => {
  await sql`truncate scans, targets, mails, erasures, alert_routes, gone_scans cascade`.execute(db)
  await calendar.set('2026-05-01T12:00:00Z')
})

const idOf = async (answer: Promise<Response> | Response) => ((await (await answer).json()) as { id: string }).id
const add = (facts: object = {}) => idOf(api.send('POST', '/v1/targets', { target: address, ...facts }))
const told = async () => {
  for (let i = 0; i < 2; i++) await endedPortScan(db, actor, { address, open: '5432' })
  await keepAlerts(api.deps)
  await calendar.set('2026-05-01T12:02:00Z')
  await keepAlerts(api.deps)
  const rows = await db.selectFrom('mails').select('recipient').where('kind', '=', 'alert').execute()
  return rows.map(({ recipient }) => recipient)
}

test('a target’s own threshold decides whom its news reaches', async () => {
  await makePerson(api, { role: 'owner' })
  const id = await add({ leastSeverity: 'critical' })
  expect(await (await api.send('GET', `/v1/targets/${id}`)).json()).toMatchObject({ leastSeverity: 'critical' })
  expect(await told()).toEqual([])
})

test('a route can lead to the owner of the target, and to the organisation’s owners where that is no member', async () => {
  const [owner, keeper] = [await makePerson(api, { role: 'owner' }), await makePerson(api, { role: 'viewer' })]
  await admin.send('POST', '/v1/alert-routes', { toTargetOwner: true, targets: { tags: ['web'] } })
  await add({ ownerContact: `Keeper <${keeper.email.toUpperCase()}>`, tags: ['web'] })
  expect(await told()).toEqual([keeper.email])
  await sql`truncate scans, targets, mails cascade`.execute(db)
  await calendar.set('2026-05-01T12:00:00Z')
  await add({ ownerContact: 'somebody@elsewhere.example', tags: ['web'] })
  expect(await told()).toContain(owner.email)
})

test('an organisation may keep its scans for less than the instance, never for more', async () => {
  await add()
  const id = await endedPortScan(db, actor, { address, open: '5432' })
  // A scan ends by the machine's clock, and grows old by the calendar.
  await sql`update scans set finished_at = calendar_now()`.execute(db)
  const keep = async (keepScansDays: number | null) => {
    const owner = await makePerson(api, { role: 'owner' })
    expect((await owner.send('PATCH', '/v1/organisation', { keepScansDays })).status).toBe(204)
    expect(await (await owner.send('GET', '/v1/organisation')).json()).toMatchObject({ keepScansDays })
  }
  const isThere = async () => (await api.send('GET', `/v1/scans/${id}`)).status
  await calendar.set('2026-06-15T00:00:00Z')
  await sweep(db, null)
  expect(await isThere()).toBe(200)
  await keep(60)
  await sweep(db, null)
  await sweep(db, 100)
  expect(await isThere()).toBe(200)
  await keep(30)
  await sweep(db, 100)
  await expectProblem(api.send('GET', `/v1/scans/${id}`), 410, 'gone')
  expect(((await (await api.send('GET', '/v1/findings')).json()) as { findings: unknown[] }).findings).toHaveLength(1)
  const later = await endedPortScan(db, actor, { address, open: '5432' })
  await sql`update scans set finished_at = calendar_now()`.execute(db)
  await keep(null)
  await calendar.set('2026-08-15T00:00:00Z')
  await sweep(db, 30)
  await expectProblem(api.send('GET', `/v1/scans/${later}`), 410, 'gone')
  const owner = await makePerson(api, { role: 'owner' })
  await expectProblem(owner.send('PATCH', '/v1/organisation', { keepScansDays: 0 }), 422, 'invalid-input')
})

test('erasing a target leaves nothing that names it, and gives a receipt', async () => {
  const id = await add({ note: 'erase-me-note', tags: ['erase-me-tag'] })
  const scanId = await endedPortScan(db, actor, { address, open: '5432' })
  await endedPortScan(db, actor, { address, open: '5432' })
  await api.send('POST', `/v1/targets/${id}/messages`, { text: 'erase-me-message' })
  await api.send('POST', `/v1/targets/${id}/proofs`, { kind: 'http-file' })
  const schedule = await idOf(api.send('POST', '/v1/schedules', { cron: '@daily', targets: { ids: [id] } }))
  const erase = (canonical: string) => admin.send('POST', `/v1/targets/${id}/erasure`, { canonical })
  await expectProblem(erase('127.0.0.78'), 409, 'conflict')
  const answer = await erase(address)
  expect(answer.status).toBe(200)
  const receipt = (await answer.json()) as { id: string; digest: string }
  expect(receipt).toMatchObject({
    targetId: id,
    by: { kind: 'user', id: admin.id },
    erased: { scans: 2, findings: 1, changes: 2, messages: 1, alerts: 1, proofs: 1, batchRows: 0 },
  })
  expect(receipt.digest).toBe(erasureDigest(receipt.id, address))
  await sql`delete from idempotent_requests`.execute(db)
  const left = await everythingIn(db)
  for (const trace of [address, 'erase-me-note', 'erase-me-message', 'erase-me-tag']) expect(left).not.toContain(trace)
  await expectProblem(api.send('GET', `/v1/scans/${scanId}`), 410, 'gone')
  await expectProblem(api.send('GET', `/v1/targets/${id}`), 404, 'not-found')
  expect(await (await api.send('GET', `/v1/schedules/${schedule}`)).json()).toMatchObject({ targets: { ids: [] } })
  const list = (await (await admin.send('GET', '/v1/erasures')).json()) as { erasures: unknown[] }
  expect(list.erasures).toEqual([receipt])
})

test('a target is not erased while a scan of it is open', async () => {
  const id = await add()
  await makeScan(db, actor, { target: { kind: 'address', canonical: address, display: address } })
  await expectProblem(admin.send('POST', `/v1/targets/${id}/erasure`, { canonical: address }), 409, 'conflict')
  expect((await api.send('GET', `/v1/targets/${id}`)).status).toBe(200)
})

test('what is asked of a schedule whose only target was erased is nothing, and not everything', async () => {
  const id = await add()
  const schedule = await idOf(api.send('POST', '/v1/schedules', { cron: '@daily', targets: { ids: [id] } }))
  await admin.send('POST', `/v1/targets/${id}/erasure`, { canonical: address })
  const { rows } = await sql<{
    ids: string[]
  }>`select target_ids as ids from schedules where id = ${schedule}::uuid`.execute(db)
  expect(rows[0]!.ids).toEqual([])
})
