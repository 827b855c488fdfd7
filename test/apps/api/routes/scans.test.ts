import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { claimScan, endRun } from '#db/queries/claims.ts'
import { createApp } from '#apps/api/app.ts'
import { createQueueBound } from '#workers/queue/queue-bound.ts'
import { makePerson } from '#test/support/people.ts'
import { expectProblem, useApi } from '#test/support/api.ts'
import type { ScanAnswer } from '#test/support/scan-answers.ts'
import { finishScan } from '#workers/queue/finish-scan.ts'

const { db, api } = await useApi()

const submit = (body: unknown, headers?: Record<string, string>) => api.send('POST', '/v1/scans', body, headers)
const json = async <Body>(answer: Response) => (await answer.json()) as Body
const read = async (id: string) => json<ScanAnswer>(await api.send('GET', `/v1/scans/${id}`))
const idOf = async (answer: Response) => ((await answer.json()) as { id: string }).id
const countScans = async () =>
  Number((await sql<{ n: string }>`select count(*) as n from scans`.execute(db)).rows[0]!.n)

test('202 with a place to poll, and the scan is there with the defaults of every scanner', async () => {
  const answer = await submit({ target: '127.0.0.1' })
  expect(answer.status).toBe(202)
  const body = await json<ScanAnswer>(answer)
  expect(body).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
    status: 'queued',
    deadline: expect.any(String),
    isNew: true,
    links: { self: `/v1/scans/${body.id}` },
  })
  expect(answer.headers.get('location')).toBe(`/v1/scans/${body.id}`)
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  const scan = await read(body.id)
  expect(scan).toMatchObject({
    status: 'queued',
    attempt: 0,
    resultCount: 0,
    target: { canonical: '127.0.0.1', kind: 'address' },
    findings: [],
  })
  expect(scan.runs.map((run) => `${run.scanner} ${run.status} ${run.reason}`)).toEqual([
    'ports queued null',
    'tls queued null',
    'dns not-asked wrong-kind',
    'whois not-asked wrong-kind',
    'http queued null',
  ])
  expect(scan.runs[1]!.options).toMatchObject({ port: 443 })
})

test('a name is taken in Unicode and shown both ways', async () => {
  const scan = await read(await idOf(await submit({ target: 'Bücher.example.ORG.', scanners: { dns: {} } })))
  expect(scan.target).toEqual({ kind: 'name', canonical: 'xn--bcher-kva.example.org', display: 'bücher.example.org' })
})

test('a scan ends with its result, its coverage, and findings with words', async () => {
  const id = await idOf(await submit({ target: '127.0.0.1', scanners: { ports: { ports: [5432] } } }))
  const claim = (await claimScan(db, id, 10))!
  expect(await read(id)).toMatchObject({ status: 'running', attempt: 1 })
  await endRun(db, claim, claim.runs[0]!, { status: 'failed', reason: 'unreachable', detail: 'no route' })
  await db.transaction().execute((db) =>
    finishScan(db, claim, (error) => {
      throw error
    }),
  )
  const answer = await api.send('GET', `/v1/scans/${id}`)
  expect(answer.headers.get('retry-after')).toBeNull()
  expect(await answer.json()).toMatchObject({
    status: 'failed',
    reason: 'unreachable',
    runs: [{ status: 'failed', reason: 'unreachable', detail: 'no route' }],
  })
})

test('one Idempotency-Key gives one scan, a hundred times at once and again later', async () => {
  const before = await countScans()
  const send = () => submit({ target: '127.0.0.1' }, { 'idempotency-key': 'once' })
  const answers = await Promise.all(Array.from({ length: 100 }, send))
  // While the first is being answered the others are told so, and a machine that is too busy may say 503: they ask again.
  expect(answers.filter(({ status }) => ![202, 409, 503].includes(status))).toEqual([])
  const taken = answers.filter(({ status }) => status === 202)
  const ids = new Set(await Promise.all(taken.map(idOf)))
  expect(ids.size).toBe(1)
  const id = await idOf(await send())
  expect(ids).toContain(id)
  expect(await countScans()).toBe(before + 1)
  const events = await db.selectFrom('scan_events').select('kind').where('scan_id', '=', id).execute()
  expect(events).toEqual([{ kind: 'queued' }])
})

test('what the spelling alone refuses is a 422 with the rule as its code, and no scan exists', async () => {
  const before = await countScans()
  for (const [target, code] of [
    ['10.0.0.1', 'private-use'],
    ['[::ffff:192.0.2.1]', 'ipv4-mapped'],
    ['169.254.169.254', 'link-local'],
  ] as const) {
    const problem = await expectProblem(submit({ target }), 422, code)
    expect(problem.errors).toMatchObject([{ path: 'target' }])
  }
  for (const target of [
    '0x7f.1',
    '2130706433',
    'https://example.org/',
    'example.org:443',
    'a b',
    'exa mple.org',
    '-x.example.org',
  ]) {
    const answer = await submit({ target })
    expect(`${target} ${answer.status}`).toBe(`${target} 422`)
  }
  expect(await countScans()).toBe(before)
})

test('every kind of bad body has its own refusal', async () => {
  await expectProblem(submit('{"target":'), 400, 'malformed-body')
  await expectProblem(
    submit(Buffer.from([0x22, 0xff, 0x22]).toString('latin1'), { 'content-type': 'text/plain' }),
    415,
    'unsupported-media-type',
  )
  await expectProblem(submit({ target: 'example.org' }, { 'content-encoding': 'gzip' }), 415, 'unsupported-media-type')
  await expectProblem(submit({ target: 'x'.repeat(1024 * 1024) }), 413, 'body-too-large')
  expect((await expectProblem(submit({ target: 'example.org', extra: 1 }), 422, 'invalid-input')).detail).toContain(
    'extra',
  )
  expect(
    (await expectProblem(submit({ target: 'example.org', scanners: { nope: {} } }), 422, 'invalid-input')).detail,
  ).toContain('nope')
  expect(
    (await expectProblem(submit({ target: 'example.org', scanners: { tls: { prot: 1 } } }), 422, 'invalid-input'))
      .detail,
  ).toContain('prot')
  await expectProblem(submit({ target: 'example.org', scanners: {} }), 422, 'invalid-input')
  await expectProblem(submit({}), 422, 'invalid-input')
  await expectProblem(submit({ target: 'example.org' }, { 'idempotency-key': 'x'.repeat(256) }), 422, 'invalid-input')
  await expectProblem(submit({ target: '_dmarc.example.org', scanners: { ports: {} } }), 422, 'nothing-to-run')
})

test('404 for an id that is not there, 422 for one that is none', async () => {
  await expectProblem(api.send('GET', '/v1/scans/01a214f8-b1cd-7897-8894-d4816eaefac4'), 404, 'not-found')
  await expectProblem(api.send('GET', '/v1/scans/nope'), 422, 'invalid-input')
})

test('the list is newest first, and its pages hold every scan once', async () => {
  for (let i = 0; i < 7; i++) await submit({ target: '127.0.0.9', scanners: { ports: {} } })
  const seen: string[] = []
  let path = '/v1/scans?limit=3&target=127.0.0.9'
  for (;;) {
    const { scans, next } = await json<{ scans: ScanAnswer[]; next: string | null }>(await api.send('GET', path))
    seen.push(...scans.map(({ id }) => id))
    if (next === null) break
    path = `/v1/scans?limit=3&target=127.0.0.9&cursor=${next}`
  }
  expect(seen).toHaveLength(7)
  expect(seen).toEqual([...new Set(seen)].sort().reverse())
  await expectProblem(api.send('GET', '/v1/scans?cursor=abc'), 422, 'invalid-cursor')
  await expectProblem(api.send('GET', '/v1/scans?limit=0'), 422, 'invalid-input')
  await expectProblem(api.send('GET', '/v1/scans?page=2'), 422, 'invalid-input')
})

test('the list reads one index range, however many scans there are', async () => {
  await sql`set enable_seqscan = off`.execute(db)
  const { rows } = await sql<{ 'QUERY PLAN': string }>`
    explain select id from scans where organisation_id = ${api.organisationId}::uuid and (created_at, id) < (now(), ${api.organisationId}::uuid)
    order by created_at desc, id desc limit 20`.execute(db)
  expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toMatch(
    /Index Only Scan using scans_newest[\s\S]*Index Cond: .*ROW\(created_at, id\)/,
  )
})

test('an organisation whose queue is full is told so and when to come back; another one is not', async () => {
  const app = createApp({ ...api.deps, bound: createQueueBound(db, 2) })
  const [many, few] = [await makePerson(api, { organisationId: null }), await makePerson(api, { organisationId: null })]
  const send = ({ accessToken }: { accessToken: string }) =>
    app.request('/v1/scans', {
      method: 'POST',
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
      body: '{"target":"127.0.0.1","lane":"bulk"}',
    })
  expect([(await send(many)).status, (await send(many)).status]).toEqual([202, 202])
  const full = await send(many)
  expect(Number(full.headers.get('retry-after'))).toBeGreaterThan(0)
  await expectProblem(full, 429, 'queue-full')
  expect((await send(few)).status).toBe(202)
})

test('scans are listed by how they ended, and by the request that made them', async () => {
  const made = await api.send('POST', '/v1/scans', { target: '127.0.0.1' }, { 'x-request-id': 'from-a-pipeline' })
  const { id } = (await made.json()) as { id: string }
  const ids = async (query: string) => {
    const answer = await api.send('GET', `/v1/scans?${query}`)
    expect(answer.status).toBe(200)
    return ((await answer.json()) as { scans: { id: string }[] }).scans.map(({ id }) => id)
  }
  expect(await ids('requestId=from-a-pipeline')).toEqual([id])
  expect(await ids('requestId=another')).toEqual([])
  expect(await ids('status=queued')).toContain(id)
  expect(await ids('status=failed')).not.toContain(id)
  await api.send('DELETE', `/v1/scans/${id}`)
  expect(await ids('status=cancelled&requestId=from-a-pipeline')).toEqual([id])
  await expectProblem(api.send('GET', '/v1/scans?status=lost'), 422, 'invalid-input')
})

test('scans are counted by how they stand, and each count is what the list shows', async () => {
  const host = '127.0.0.77'
  const made: string[] = []
  for (let n = 0; n < 3; n++) made.push(await idOf(await submit({ target: host, scanners: { ports: {} } })))
  await api.send('DELETE', `/v1/scans/${made[0]}`)
  interface Counts {
    total: number
    status: { value: string; scans: number }[]
  }
  const counts = async (query: string, person: { send: typeof api.send } = api) =>
    json<Counts>(await person.send('GET', `/v1/scans/counts${query}`))
  const { total, status } = await counts(`?target=${host}`)
  expect(total).toBe(3)
  expect(status.toSorted((a, b) => a.value.localeCompare(b.value))).toEqual([
    { value: 'cancelled', scans: 1 },
    { value: 'queued', scans: 2 },
  ])
  const { rows } = await sql<{ n: number }>`
    select count(*)::integer as n from scans where organisation_id = ${api.organisationId}::uuid`.execute(db)
  expect((await counts('')).total).toBe(rows[0]!.n)
  const grace = await makePerson(api, { organisationId: null })
  expect(await counts('', grace)).toEqual({ total: 0, status: [] })
  await expectProblem(api.send('GET', '/v1/scans/counts?host=x'), 422, 'invalid-input')
})
