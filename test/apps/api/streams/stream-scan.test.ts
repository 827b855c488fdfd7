import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { type ClaimedScan, claimScan, endRun } from '#db/queries/claims.ts'
import { endSessions } from '#db/queries/sessions.ts'
import { expectProblem, useApi } from '#test/support/api.ts'
import { bearer, type StreamMessage, useStreams } from '#test/support/follow-stream.ts'
import { makeScan, queuedRun } from '#test/support/make.ts'
import { type MadePerson, makePerson } from '#test/support/people.ts'
import { finishScan } from '#workers/queue/finish-scan.ts'

const { db, api } = await useApi()
const { base, follow: followAny } = await useStreams(api)

interface ScanData {
  readonly status?: string
  readonly version?: number
  readonly reason?: string
}
const follow = (path: string, headers: Record<string, string>) => followAny<ScanData>(path, headers)

async function scanOf(person: MadePerson) {
  const actor = {
    organisationId: person.organisationId,
    credential: { kind: 'session', id: person.sessionId, isFresh: true },
    principal: { kind: 'user', id: person.id },
    role: 'owner',
    instanceRole: null,
  } as const
  const { id } = await makeScan(db, actor, { runs: [queuedRun('ports', { ports: [1] })] })
  return { id, path: `/v1/scans/${id}/events` }
}

async function finish(claim: ClaimedScan) {
  for (const run of claim.runs) await endRun(db, claim, run, { status: 'failed', reason: 'unreachable' })
  await db.transaction().execute((db) => finishScan(db, claim, () => {}))
}

test('every version of a scan comes as it is made, and the stream ends with the scan', async () => {
  const ada = await makePerson(api)
  const { id, path } = await scanOf(ada)
  const stream = await follow(path, bearer(ada))
  expect([stream.status, stream.type]).toEqual([200, 'text/event-stream'])
  expect(await stream.next()).toMatchObject({ event: 'scan', id: '1', data: { status: 'queued', version: 1 } })
  const claim = (await claimScan(db, id, 10))!
  expect(await stream.next()).toMatchObject({ id: '2', data: { status: 'running' } })
  await finish(claim)
  let last: StreamMessage<ScanData> | null = null
  for (let message = await stream.next(); message !== null; message = await stream.next()) last = message
  expect(last).toMatchObject({ event: 'scan', id: '4', data: { status: 'failed' } })
})

test('a client that comes back gets only what is newer, and nothing where it has the end', async () => {
  const ada = await makePerson(api)
  const { id, path } = await scanOf(ada)
  await finish((await claimScan(db, id, 10))!)
  const stream = await follow(path, { ...bearer(ada), 'last-event-id': '2' })
  expect(await stream.next()).toMatchObject({ event: 'change', id: '3', data: { version: 3, kind: 'run-failed' } })
  expect(await stream.next()).toMatchObject({ event: 'scan', id: '4' })
  expect(await stream.next()).toBeNull()
  expect((await fetch(base + path, { headers: { ...bearer(ada), 'last-event-id': '4' } })).status).toBe(204)
})

test('a ticket opens one stream once, of its own credential', async () => {
  const ada = await makePerson(api)
  const { path } = await scanOf(ada)
  const made = await ada.send('POST', '/v1/stream-tickets')
  expect(made.status).toBe(201)
  const { ticket, expiresIn } = (await made.json()) as { ticket: string; expiresIn: number }
  expect(expiresIn).toBe(30)
  const answers = await Promise.all(
    Array.from({ length: 100 }, async () => api.app.request(`${path}?ticket=${ticket}`)),
  )
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(99)
  for (const answer of answers) await answer.body?.cancel()
})

test('a ticket is good for thirty seconds, and for nothing whose credential has ended', async () => {
  const ada = await makePerson(api)
  const { path } = await scanOf(ada)
  const ticketOf = async () =>
    ((await (await ada.send('POST', '/v1/stream-tickets')).json()) as { ticket: string }).ticket
  const [old, young] = [await ticketOf(), await ticketOf()]
  await sql`update challenges set expires_at = now() where id = ${old.split('.')[0]}::uuid`.execute(db)
  await expectProblem(api.app.request(`${path}?ticket=${old}`), 401, 'unauthenticated')
  await endSessions(db, ada.id, { allBut: null }, 'revoked')
  await expect.poll(async () => (await ada.send('GET', '/v1/me')).status, { timeout: 1000 }).toBe(401)
  await expectProblem(api.app.request(`${path}?ticket=${young}`), 401, 'unauthenticated')
})

test('an open stream is dead within a second of its session, and says so', async () => {
  const ada = await makePerson(api)
  const { id, path } = await scanOf(ada)
  const stream = await follow(path, bearer(ada))
  await stream.next()
  const revokedAt = performance.now()
  await endSessions(db, ada.id, { allBut: null }, 'revoked')
  // Nothing that happens from here on is told.
  await claimScan(db, id, 10)
  expect(await stream.next()).toMatchObject({ event: 'end', data: { reason: 'credential-ended' } })
  expect(await stream.next()).toBeNull()
  expect(performance.now() - revokedAt).toBeLessThan(1000)
})

test('a role that was taken away ends the stream too', async () => {
  const ada = await makePerson(api, { role: 'viewer' })
  const { path } = await scanOf(ada)
  const stream = await follow(path, bearer(ada))
  await stream.next()
  await db.deleteFrom('memberships').where('user_id', '=', ada.id).execute()
  expect(await stream.next()).toMatchObject({ event: 'end' })
})

test('another tenant’s scan is not there', async () => {
  const [ada, eve] = [await makePerson(api), await makePerson(api, { organisationId: null })]
  const { path } = await scanOf(ada)
  await expectProblem(api.app.request(path, { headers: bearer(eve) }), 404, 'not-found')
})
