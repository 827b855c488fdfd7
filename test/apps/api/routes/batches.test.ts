import { beforeEach, describe, expect, test } from 'vitest'
import type { z } from 'zod'
import type { batchDocument, batchRow } from '#apps/api/documents/batch.ts'
import { sql } from 'kysely'
import { takeWaiting } from '#db/queries/cancel.ts'
import { moveOutward } from '#db/queries/switches.ts'
import { readBatch } from '#workers/jobs/read-batch.ts'
import type { WorkerContext } from '#workers/jobs/job.ts'
import { feedBatches } from '#workers/queue/feed-batches.ts'
import { finishScan } from '#workers/queue/finish-scan.ts'
import { spellingGuard } from '#workers/queue/submit-scan.ts'
import { expectProblem, useApi } from '#test/support/api.ts'
import { makePerson } from '#test/support/people.ts'

const { db, api } = await useApi()
type Batch = z.output<typeof batchDocument>
type Row = z.output<typeof batchRow>

beforeEach(async () => {
  await sql`truncate batches, scans cascade`.execute(db)
})

const upload = (text: string, query = '', type = 'text/csv') =>
  api.app.request(`/v1/batches${query}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${api.key}`, 'content-type': type },
    body: text,
  })
const idOf = async (answer: Response | Promise<Response>) => ((await (await answer).json()) as { id: string }).id

const log = { info: () => {}, warn: () => {}, error: () => {} }
/** What a worker does with the job. */
const read = (batchId: string) =>
  readBatch({ batchId }, {
    db,
    guard: spellingGuard(['127.0.0.0/8']),
    log,
    isStopping: () => false,
  } as unknown as WorkerContext)
/** However slow the machine is. */
const feed = () => feedBatches(api.deps, 20_000)

const batchOf = async (id: string) => (await (await api.send('GET', `/v1/batches/${id}`)).json()) as Batch
const rowsOf = async (id: string, query = '') =>
  ((await (await api.send('GET', `/v1/batches/${id}/rows${query}`)).json()) as { rows: Row[] }).rows

/** What its worker does: the runs end, and with them the scan. */
async function endScans(status: 'completed' | 'failed' = 'completed'): Promise<number> {
  const open = await db.selectFrom('scans').select('id').where('status', '=', 'queued').execute()
  for (const { id } of open) {
    const claim = await takeWaiting(db, id)
    await db.transaction().execute((db) => finishScan(db, claim, api.deps.onBug, { status, reason: 'no-answer' }))
  }
  return open.length
}

const list =
  'target,scanners,owner\n127.0.0.1,ports,ada\n10.0.0.1,,\nnot a host,,\n127.0.0.2,ports,bob\n127.0.0.1,ports,ada\n127.0.0.3,nmap,\n'

test('an upload is received at once, read by a job, and each bad row says why', async () => {
  const answer = await upload(list)
  expect(answer.status).toBe(202)
  const { id, isNew } = (await answer.json()) as { id: string; isNew: boolean }
  expect(isNew).toBe(true)
  expect(answer.headers.get('location')).toBe(`/v1/batches/${id}`)
  expect(await batchOf(id)).toMatchObject({ status: 'reading', counts: { total: 0 } })
  await read(id)
  const batch = await batchOf(id)
  expect(batch).toMatchObject({ status: 'running', ignoredColumns: ['owner'] })
  expect(batch.counts).toMatchObject({ total: 6, waiting: 2, bad: 3, duplicate: 1, open: 0 })
  expect(batch.bad.map(({ row, reason }) => [row, reason])).toEqual([
    [3, 'private-use'],
    [4, 'invisible-character'],
    [7, 'invalid-input'],
  ])
  expect(batch.bad[2]!.detail).toContain('nmap')
  expect(batch.preview[0]).toMatchObject({ row: 2, target: { canonical: '127.0.0.1' }, status: 'waiting' })
  expect(await db.selectFrom('batch_chunks').select('number').execute()).toEqual([])
})

test('a row gets its scan, the batch is as far as its scans are, and ends with the last', async () => {
  const id = await idOf(upload(list))
  await read(id)
  await feed()
  expect((await batchOf(id)).counts).toMatchObject({ waiting: 0, open: 2 })
  const scans = await db.selectFrom('scans').select(['lane', 'status']).execute()
  expect(scans).toEqual([
    { lane: 2, status: 'queued' },
    { lane: 2, status: 'queued' },
  ])
  expect(await endScans()).toBe(2)
  await feed()
  const batch = await batchOf(id)
  expect(batch).toMatchObject({ status: 'completed', counts: { completed: 2, bad: 3, duplicate: 1 } })
  expect(batch.finishedAt).not.toBeNull()
  expect(await rowsOf(id, '?status=completed')).toMatchObject([
    { row: 2, scan: { id: expect.any(String) } },
    { row: 5, scan: { id: expect.any(String) } },
  ])
})

test('scans that fail do not hold up the others, and are said to have failed', async () => {
  const id = await idOf(upload('127.0.0.1\n127.0.0.2\n'))
  await read(id)
  await feed()
  await endScans('failed')
  await feed()
  expect(await batchOf(id)).toMatchObject({ status: 'completed', counts: { failed: 2 } })
  expect(await rowsOf(id)).toMatchObject([{ reason: 'no-answer' }, { reason: 'no-answer' }])
})

test('a dry run shows what would be, scans nothing, and runs when it is started', async () => {
  const id = await idOf(upload(list, '?dryRun=true'))
  await read(id)
  await feed()
  expect(await batchOf(id)).toMatchObject({ status: 'previewed', counts: { waiting: 2 } })
  expect(await db.selectFrom('scans').select('id').execute()).toEqual([])
  expect((await api.send('POST', `/v1/batches/${id}/start`)).status).toBe(202)
  await expectProblem(api.send('POST', `/v1/batches/${id}/start`), 409, 'conflict')
  await feed()
  expect((await batchOf(id)).counts).toMatchObject({ open: 2 })
})

test('a preview tells new targets from known ones', async () => {
  await api.send('POST', '/v1/targets', { target: '127.0.0.7' })
  const id = await idOf(upload('127.0.0.7\n127.0.0.8\n', '?dryRun=true'))
  await read(id)
  expect((await rowsOf(id)).map(({ isNewTarget }) => isNewTarget)).toEqual([false, true])
})

describe('the same upload', () => {
  test('is the same batch, also where it only shall be started now', async () => {
    const first = await idOf(upload(list, '?dryRun=true'))
    await read(first)
    const again = await upload(list)
    expect(await again.json()).toMatchObject({ id: first, isNew: false })
    expect(await batchOf(first)).toMatchObject({ status: 'running' })
    expect(await db.selectFrom('batches').select('id').execute()).toHaveLength(1)
  })

  test('is one batch when it comes twenty times at once', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, () => idOf(upload(list))))
    expect(new Set(ids).size).toBe(1)
    expect(await db.selectFrom('batches').select('id').execute()).toHaveLength(1)
  })

  test('asked otherwise is another batch', async () => {
    expect(await idOf(upload(list, '?scanners=tls'))).not.toBe(await idOf(upload(list)))
  })
})

test('what every row is asked with is asked where a row says nothing else', async () => {
  const id = await idOf(upload('target,scanners\n127.0.0.1,\n127.0.0.2,tls\n', '?scanners=ports'))
  await read(id)
  await feed()
  const runs = await db.selectFrom('scan_runs').select('scanner').execute()
  expect(runs.map(({ scanner }) => scanner).sort()).toEqual(['ports', 'tls'])
})

test('rows come as JSON and as NDJSON too, with options of their own', async () => {
  const rows = ['127.0.0.1', { target: '127.0.0.2', scanners: { ports: { ports: '22' } } }, { host: 'x' }, 7]
  const id = await idOf(api.send('POST', '/v1/batches', { rows }))
  const lines = await idOf(upload(rows.map((row) => JSON.stringify(row)).join('\n'), '', 'application/x-ndjson'))
  for (const one of [id, lines]) {
    await read(one)
    const batch = await batchOf(one)
    expect(batch.counts).toMatchObject({ total: 4, waiting: 2, bad: 2 })
    expect(batch.bad.map(({ row }) => row)).toEqual([3, 4])
  }
})

test('only so many scans of a batch wait at a time, more where they are taken, fewer where they are not', async () => {
  const rows = Array.from({ length: 100 }, (_, i) => `127.0.1.${i}`)
  const id = await idOf(upload(rows.join('\n'), '?scanners=ports'))
  await read(id)
  const windowOf = async () =>
    (await db.selectFrom('batches').select('window_size').where('id', '=', id).executeTakeFirstOrThrow()).window_size
  await feed()
  expect([await windowOf(), (await batchOf(id)).counts['open']]).toEqual([64, 64])
  await sql`update scans set created_at = now() - interval '30 seconds'`.execute(db)
  await feed()
  expect([await windowOf(), (await batchOf(id)).counts['open']]).toEqual([32, 64])
  await endScans()
  await feed()
  expect((await batchOf(id)).counts).toMatchObject({ completed: 64, open: 36, waiting: 0 })
})

test('while outward packets are off no row gets a scan, whose deadline would run', async () => {
  const id = await idOf(upload('127.0.0.1'))
  await read(id)
  await db.transaction().execute((db) => moveOutward(db, { isOff: true, reason: 'abuse mail', movedBy: {} }))
  await feed()
  expect((await batchOf(id)).counts).toMatchObject({ waiting: 1, open: 0 })
  await db.transaction().execute((db) => moveOutward(db, { isOff: false, reason: 'answered', movedBy: {} }))
  await feed()
  expect((await batchOf(id)).counts).toMatchObject({ waiting: 0, open: 1 })
})

test('several who feed one batch at once make each scan once', async () => {
  const rows = Array.from({ length: 40 }, (_, i) => `127.0.1.${i}`)
  const id = await idOf(upload(rows.join('\n'), '?scanners=ports'))
  await read(id)
  await Promise.all([feed(), feed(), feed(), feed()])
  expect((await batchOf(id)).counts).toMatchObject({ open: 40 })
  expect(await db.selectFrom('scans').select('id').execute()).toHaveLength(40)
})

test('with maxAge a row takes the open scan of somebody else, which its cancelling leaves alone', async () => {
  await api.send('POST', '/v1/scans', { target: '127.0.0.1', scanners: { ports: {} } })
  const id = await idOf(upload('127.0.0.1\n127.0.0.2\n', '?scanners=ports&maxAge=60'))
  await read(id)
  await feed()
  expect(await db.selectFrom('scans').select('id').execute()).toHaveLength(2)
  expect((await api.send('DELETE', `/v1/batches/${id}`)).status).toBe(202)
  await feed()
  const states = await db.selectFrom('scans').select('status').orderBy('created_at').execute()
  expect(states.map(({ status }) => status)).toEqual(['queued', 'cancelled'])
  await endScans()
  await feed()
  expect(await batchOf(id)).toMatchObject({ status: 'cancelled', counts: { completed: 1, cancelled: 1 } })
})

test('a cancelled batch scans nothing more, keeps what was found, and stays cancelled', async () => {
  const rows = Array.from({ length: 100 }, (_, i) => `127.0.1.${i}`)
  const id = await idOf(upload(rows.join('\n'), '?scanners=ports'))
  await read(id)
  await feed()
  await endScans()
  await api.send('POST', `/v1/batches/${id}/cancel`)
  await feed()
  expect(await batchOf(id)).toMatchObject({ status: 'cancelled', counts: { completed: 64, cancelled: 36 } })
  expect((await api.send('DELETE', `/v1/batches/${id}`)).status).toBe(200)
})

test('one that is cancelled before it was read is never read', async () => {
  const id = await idOf(upload(list))
  await api.send('DELETE', `/v1/batches/${id}`)
  await feed()
  await read(id)
  expect(await batchOf(id)).toMatchObject({ status: 'cancelled', counts: { total: 0 } })
})

test('what belongs to no target is refused row by row when whoever asked may not scan any more', async () => {
  const person = await makePerson(api, { role: 'operator' })
  const id = await idOf(person.send('POST', '/v1/batches', { rows: ['127.0.0.1'] }))
  await read(id)
  await sql`delete from memberships where user_id = ${person.id}`.execute(db)
  await feed()
  expect(await batchOf(id)).toMatchObject({ status: 'completed', counts: { refused: 1 } })
  expect(await rowsOf(id)).toMatchObject([{ status: 'refused', reason: 'asker-may-not' }])
})

test('an upload that cannot be read, is empty, or is too long, fails with its reason and keeps nothing', async () => {
  const tooMany = Array.from({ length: 100_001 }, (_, i) => i).join('\n')
  for (const [text, reason] of [
    ['target\n"127.0.0.1\n', 'unreadable'],
    ['\n\n', 'no-rows'],
    [tooMany, 'too-many-rows'],
  ] as const) {
    const id = await idOf(upload(text))
    await read(id)
    expect(await batchOf(id)).toMatchObject({ status: 'failed', reason, counts: { total: 0 } })
  }
})

test('an upload may have 32 MiB and a JSON body 1 MiB, and nothing of what is larger is kept', async () => {
  await expectProblem(upload('x'.repeat(32 * 1024 * 1024 + 1)), 413, 'body-too-large')
  await expectProblem(api.send('POST', '/v1/batches', { rows: ['x'.repeat(1024 * 1024)] }), 413, 'body-too-large')
  await expectProblem(upload('a', '', 'text/plain'), 415, 'unsupported-media-type')
  await expectProblem(upload('a', '?scanners=nmap'), 422, 'invalid-input')
  await expectProblem(upload('a', '?colour=red'), 422, 'invalid-input')
  await expectProblem(api.send('POST', '/v1/batches', { rows: [] }), 422, 'invalid-input')
  expect(await db.selectFrom('batches').select('id').execute()).toEqual([])
})

test('with an Idempotency-Key the same answer comes again, and another upload is refused', async () => {
  const send = (text: string) =>
    api.app.request('/v1/batches', {
      method: 'POST',
      headers: { authorization: `Bearer ${api.key}`, 'content-type': 'text/csv', 'idempotency-key': 'k1' },
      body: text,
    })
  const first = await send(list)
  const again = await send(list)
  expect(await again.json()).toEqual(await first.json())
  expect(again.headers.get('idempotent-replayed')).toBe('true')
  await expectProblem(send('127.0.0.9'), 422, 'idempotency-key-reused')
})

test('results are lines, one a row in order with the whole scan, and the last line says that it is the last', async () => {
  const id = await idOf(upload(list))
  await read(id)
  await feed()
  await endScans()
  await feed()
  const linesOf = async (query = '') => {
    const answer = await api.send('GET', `/v1/batches/${id}/results${query}`)
    expect(answer.headers.get('content-type')).toBe('application/x-ndjson')
    return (await answer.text())
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
  }
  const lines = await linesOf()
  expect(lines.map((line) => line['row'] ?? line)).toEqual([2, 3, 4, 5, 6, 7, { end: true }])
  expect(lines[0]).toMatchObject({ status: 'completed', scan: { status: 'completed', runs: [{ scanner: 'ports' }] } })
  expect(lines[1]).toMatchObject({ status: 'bad', reason: 'private-use', scan: null })
  expect((await linesOf('?after=4')).map((line) => line['row'] ?? line)).toEqual([5, 6, 7, { end: true }])
  expect((await linesOf('?status=bad')).length).toBe(4)
})

test('nothing is sent again while nothing has changed', async () => {
  const id = await idOf(upload(list))
  await read(id)
  await feed()
  const etag = (await api.send('GET', `/v1/batches/${id}`)).headers.get('etag')!
  await feed()
  expect((await api.send('GET', `/v1/batches/${id}`, undefined, { 'if-none-match': etag })).status).toBe(304)
  await endScans()
  await feed()
  expect((await api.send('GET', `/v1/batches/${id}`, undefined, { 'if-none-match': etag })).status).toBe(200)
})

test('the list has the newest first, a page at a time', async () => {
  const ids: string[] = []
  for (const text of ['127.0.0.1', '127.0.0.2', '127.0.0.3']) ids.unshift(await idOf(upload(text)))
  const page = async (query: string) =>
    (await (await api.send('GET', `/v1/batches${query}`)).json()) as { batches: Batch[]; next: string | null }
  const first = await page('?limit=2')
  expect(first.batches.map(({ id }) => id)).toEqual(ids.slice(0, 2))
  const rest = await page(`?limit=2&cursor=${first.next}`)
  expect([rest.batches.map(({ id }) => id), rest.next]).toEqual([ids.slice(2), null])
})

describe('rows that become targets', () => {
  beforeEach(async () => {
    await sql`truncate targets cascade`.execute(db)
  })
  const hosts =
    'Host,Name,Tags,Owner contact,Rack\n127.0.0.1,web,"a b",ada@example.org,7\nnot a host,,,,\n10.0.0.1,,,,\n127.0.0.2,,"bad!",,\n127.0.0.1,again,,,\n127.0.0.3,,,,\n'
  const targets = () =>
    db
      .selectFrom('targets')
      .select(['canonical', 'name', 'tags', 'owner_contact', 'watched_since'])
      .orderBy('canonical')
      .execute()

  test('are shown first where wanted, with why a row is bad, and added once it is started', async () => {
    await api.send('POST', '/v1/targets', { target: '127.0.0.3', name: 'mine', isWatched: false })
    const id = await idOf(upload(hosts, '?purpose=targets&dryRun=true'))
    await read(id)
    const shown = await batchOf(id)
    expect(shown).toMatchObject({ status: 'previewed', purpose: 'targets', ignoredColumns: ['Rack'] })
    expect(shown.counts).toMatchObject({ total: 6, waiting: 2, bad: 3, duplicate: 1 })
    expect(shown.bad.map(({ row, reason }) => [row, reason])).toEqual([
      [3, 'invisible-character'],
      [4, 'private-use'],
      [5, 'invalid-input'],
    ])
    expect(shown.preview.map(({ row, isNewTarget }) => [row, isNewTarget])).toContainEqual([7, false])
    await feed()
    expect(await targets()).toHaveLength(1)
    await api.send('POST', `/v1/batches/${id}/start`)
    await feed()
    expect(await batchOf(id)).toMatchObject({ status: 'completed', counts: { completed: 2, bad: 3, duplicate: 1 } })
    const watched = { watched_since: expect.any(Date) as Date }
    expect(await targets()).toMatchObject([
      { canonical: '127.0.0.1', name: 'web', tags: ['a', 'b'], owner_contact: 'ada@example.org', ...watched },
      { canonical: '127.0.0.3', name: 'mine', ...watched },
    ])
    expect((await rowsOf(id, '?status=completed')).map(({ reason, scan }) => [reason, scan])).toEqual([
      ['added', null],
      ['known', null],
    ])
    expect(await db.selectFrom('scans').select('id').execute()).toEqual([])
  })

  test('may come again: what was erased since is a target again', async () => {
    const once = async () => {
      const id = await idOf(upload('127.0.0.1\n', '?purpose=targets'))
      await read(id)
      await feed()
      return id
    }
    const first = await once()
    await sql`truncate targets cascade`.execute(db)
    expect(await once()).not.toBe(first)
    expect(await targets()).toHaveLength(1)
  })

  test('are lines of JSON too, and want what it takes to add targets', async () => {
    const lines = '{"target":"127.0.0.9","tags":["x"]}\n"127.0.0.8"\n'
    const id = await idOf(upload(lines, '?purpose=targets', 'application/x-ndjson'))
    await read(id)
    await feed()
    expect((await targets()).map(({ canonical, tags }) => [canonical, tags])).toEqual([
      ['127.0.0.8', []],
      ['127.0.0.9', ['x']],
    ])
    const narrow = await makePerson(api, { role: 'operator' })
    const made = await narrow.send('POST', '/v1/keys', { name: 'scans only', scopes: ['scans:write'] })
    const { key } = (await made.json()) as { key: string }
    const refused = api.send(
      'POST',
      '/v1/batches?purpose=targets',
      { rows: ['127.0.0.7'] },
      { authorization: `Bearer ${key}` },
    )
    await expectProblem(refused, 403, 'scope-missing')
  })
})
