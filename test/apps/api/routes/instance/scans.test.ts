import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { hashApiKey } from '#db/model/api-key.ts'
import { newId } from '#db/model/id.ts'
import { findKeyActor } from '#db/queries/api-keys.ts'
import { claimScan, handBack } from '#db/queries/claims.ts'
import { insertMail } from '#db/queries/mails.ts'
import { beat, noteFenced } from '#db/queries/workers.ts'
import { expectProblem, useApi } from '#test/support/api.ts'
import { endScanAs, hostTarget } from '#test/support/ended-scan.ts'
import { lapse, makeScan } from '#test/support/make.ts'
import { makePerson } from '#test/support/people.ts'

const { db, api } = await useApi()
const { actor } = (await findKeyActor(db, hashApiKey(api.key)))!
const viewer = await makePerson(api, { instanceRole: 'instance-viewer' })
const owner = await makePerson(api, { organisationId: null, role: 'owner' })
const others = {
  ...actor,
  organisationId: owner.organisationId,
  credential: { kind: 'session', id: owner.sessionId, isFresh: true },
} as const

interface Found {
  scans: { id: string; errors: object[]; organisation: { id: string } }[]
  count: number
  isCountCut: boolean
  next: string | null
}
const find = async (query: Record<string, string>) => {
  const answer = await viewer.send('GET', `/v1/instance/scans?${new URLSearchParams(query).toString()}`)
  expect(answer.status).toBe(200)
  return (await answer.json()) as Found
}
const idsOf = async (query: Record<string, string>) => (await find(query)).scans.map(({ id }) => id)

const refused = (host: string, ip: string) => ({
  status: 'failed' as const,
  reason: 'protocol-error',
  detail: `${host} at ${ip}:43 answered 429 after 1520 ms`,
})
const failed = await endScanAs(db, actor, refused('a.example.org', '192.0.2.1'), {
  target: hostTarget('a.example.org'),
  requestId: 'r-1',
})
const failedToo = await endScanAs(db, others, refused('b.example.net', '2001:db8::1:2:3'), {
  target: hostTarget('b.example.net'),
  lane: 'bulk',
})
const silent = await endScanAs(
  db,
  actor,
  { status: 'inconclusive', reason: 'no-answer', detail: 'nothing was heard' },
  { target: hostTarget('c.example.org') },
)
const waiting = (await makeScan(db, others, { target: hostTarget('d_example.net'), lane: 'bulk' })).id

test('a scan of any organisation is found by how it stands, where it leads, who asked, why it failed and by which request', async () => {
  expect(await idsOf({})).toEqual([waiting, silent, failedToo, failed])
  expect(await idsOf({ status: 'failed' })).toEqual([failedToo, failed])
  expect(await idsOf({ reason: 'protocol-error', lane: 'bulk' })).toEqual([failedToo])
  expect(await idsOf({ target: 'EXAMPLE.org' })).toEqual([silent, failed])
  // No wildcard: what a text matches stands in it.
  expect(await idsOf({ target: 'd_' })).toEqual([waiting])
  expect(await idsOf({ organisationId: owner.organisationId })).toEqual([waiting, failedToo])
  expect(await idsOf({ account: owner.email })).toEqual([waiting, failedToo])
  expect(await idsOf({ account: actor.principal.id })).toEqual([silent, failed])
  expect(await idsOf({ account: 'nobody@example.org' })).toEqual([])
  expect(await idsOf({ error: 'answered 429' })).toEqual([failedToo, failed])
  expect(await idsOf({ error: 'no-answer' })).toEqual([silent])
  expect(await idsOf({ requestId: 'r-1' })).toEqual([failed])
  const { rows } = await sql<{ at: Date }>`select created_at as at from scans where id = ${silent}::uuid`.execute(db)
  expect(await idsOf({ until: rows[0]!.at.toISOString() })).toEqual([failedToo, failed])
})

test('pages follow each other, and the count is of all that match', async () => {
  const first = await find({ limit: '3' })
  expect([first.count, first.isCountCut, first.scans.length]).toEqual([4, false, 3])
  expect(await idsOf({ limit: '3', cursor: first.next! })).toEqual([failed])
})

test('why it failed is shown, and nothing of what was seen', async () => {
  const [scan] = (await find({ requestId: 'r-1' })).scans
  expect(scan).toMatchObject({
    status: 'failed',
    organisation: { id: actor.organisationId },
    target: { canonical: 'a.example.org' },
    lane: 'interactive',
    attempt: 1,
    errors: [{ scanner: 'ports', status: 'failed', reason: 'protocol-error' }],
  })
  expect(JSON.stringify(scan)).not.toMatch(/result|finding|coverage/)
})

test('failures are grouped by what they have in common, and their scans are found by it', async () => {
  const answer = await viewer.send('GET', '/v1/instance/failures?hours=1')
  const { failures, isCut } = (await answer.json()) as { failures: { cause: string }[]; isCut: boolean }
  expect(isCut).toBe(false)
  expect(failures).toMatchObject([
    {
      scanner: 'ports',
      status: 'failed',
      reason: 'protocol-error',
      words: '{target} at {address} answered 429 after {n} ms',
      count: 2,
      scans: 2,
      organisations: 2,
      latest: [failedToo, failed],
    },
    { status: 'inconclusive', words: 'nothing was heard', count: 1 },
  ])
  expect(await idsOf({ cause: failures[0]!.cause })).toEqual([failedToo, failed])
})

test('a scan’s life says who asked, which workers had it, and how each attempt ended', async () => {
  const [first, second] = [newId(), newId()]
  const facts = { pid: 7, version: '1', queue: 'postgres', concurrency: 8, memoryBytes: 1, isDraining: false } as const
  await beat(db, { ...facts, id: first, host: 'w-1' })
  await beat(db, { ...facts, id: second, host: 'w-2' })
  const { id } = await makeScan(db, others, { requestId: 'r-7h2k9' })
  const lost = (await claimScan(db, id, 60, first))!
  await lapse(db, id)
  const given = (await claimScan(db, id, 60, second))!
  await noteFenced(db, lost, first)
  await handBack(db, given)
  await claimScan(db, id, 60, second)
  const answer = await viewer.send('GET', `/v1/instance/scans/${id}/life`)
  const { steps, ...rest } = (await answer.json()) as {
    steps: { kind: string; attempt: number | null; worker: string | null }[]
  }
  expect(rest).toMatchObject({
    scan: { id, requestId: 'r-7h2k9' },
    askedBy: { kind: 'user', name: owner.email },
    payload: { scanId: id },
  })
  // The lease of the test ran out a second ago, before its scan was claimed.
  const told = steps.map(({ kind, attempt, worker }) => [kind, attempt, worker])
  expect(told).toHaveLength(8)
  expect(told).toEqual(
    expect.arrayContaining([
      ['asked', null, null],
      ['queued', null, null],
      ['claimed', 1, 'w-1 7'],
      ['lease-ran-out', 1, 'w-1 7'],
      ['claimed', 2, 'w-2 7'],
      ['write-refused', 1, 'w-1 7'],
      ['handed-back', null, null],
      ['claimed', 3, 'w-2 7'],
    ]),
  )
  await expectProblem(viewer.send('GET', `/v1/instance/scans/${newId()}/life`), 404, 'not-found')
})

test('of mails their kind and state are shown, and of whom they are for as little as tells them apart', async () => {
  const facts = { name: 'builds', host: 'hooks.example.org', organisation: 'Ada', reason: 'gone' }
  await insertMail(db, { kind: 'webhook-disabled', recipient: 'ada@example.org', challengeId: null, facts })
  const answer = await viewer.send('GET', '/v1/instance/mails?status=waiting')
  expect(await answer.json()).toMatchObject({
    mails: [{ kind: 'webhook-disabled', recipient: 'a…@example.org', status: 'waiting', tries: 0 }],
    next: null,
  })
  expect(await (await viewer.send('GET', '/v1/instance/deliveries')).json()).toEqual({ deliveries: [], next: null })
})

test('an organisation’s owner sees nothing of others', async () => {
  for (const path of ['scans', 'failures', `scans/${failed}/life`, 'mails', 'deliveries'])
    await expectProblem(owner.send('GET', `/v1/instance/${path}`), 403, 'role-too-low')
})
