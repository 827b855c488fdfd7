import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { claimScan, endRun } from '#db/queries/claims.ts'
import { expectProblem, useApi } from '#test/support/api.ts'
import { makePerson } from '#test/support/people.ts'
import { finishScan } from '#workers/queue/finish-scan.ts'

const { db, api } = await useApi()

interface Accepted {
  readonly id: string
  readonly status: string
  readonly isNew: boolean
}
interface Scan {
  readonly status: string
  readonly rerunOf: string | null
  readonly resultCount: number
  readonly runs: { scanner: string; status: string; fromCache: { scanId: string; ageSeconds: number } | null }[]
  readonly findings: { rule: string }[]
}

const coverage = { unit: 'ports', asked: 1, answered: 1, silent: 0, unanswered: [], leftOut: [] }
const open21 = {
  addresses: [
    {
      address: '127.0.0.1',
      open: '21',
      closed: '',
      filtered: '',
      services: [{ port: 21, service: 'ftp', guessedFrom: 'port', banner: null }],
    },
  ],
}
let hosts = 1
const newTarget = () => `127.0.1.${hosts++}`

async function submit(target: string, body: object = {}): Promise<Accepted> {
  const answer = await api.send('POST', '/v1/scans', { target, scanners: { ports: { ports: [21] }, tls: {} }, ...body })
  expect(answer.status).toBe(202)
  return (await answer.json()) as Accepted
}
const read = async (id: string) => (await (await api.send('GET', `/v1/scans/${id}`)).json()) as Scan
const rerun = (id: string, body: object = {}) => api.send('POST', `/v1/scans/${id}/rerun`, body)

/** Ends the scan as its worker would: ports told, tls not. */
async function work(id: string) {
  const claim = (await claimScan(db, id, 10))!
  for (const run of claim.runs)
    await endRun(
      db,
      claim,
      run,
      run.scanner === 'ports'
        ? { status: 'completed', reason: null, coverage, result: open21 }
        : { status: 'inconclusive', reason: 'no-answer', coverage },
    )
  await db.transaction().execute((db) => finishScan(db, claim, () => {}))
  return claim.runs.map(({ scanner }) => scanner)
}

test('what was told within maxAge is taken over and shows its age; what was not told is asked again', async () => {
  const target = newTarget()
  const first = await submit(target)
  await work(first.id)
  await sql`update scan_runs set finished_at = now() - interval '100 seconds' where scan_id = ${first.id}`.execute(db)
  const second = await submit(target, { maxAge: 3600 })
  expect(second).toMatchObject({ isNew: true, status: 'queued' })
  const before = await read(second.id)
  expect(before.runs).toMatchObject([
    { scanner: 'ports', status: 'completed', fromCache: { scanId: first.id } },
    { scanner: 'tls', status: 'queued', fromCache: null },
  ])
  expect(Math.abs(before.runs[0]!.fromCache!.ageSeconds - 100)).toBeLessThanOrEqual(2)
  expect(await work(second.id)).toEqual(['tls'])
  const whole = await read(second.id)
  expect([whole.status, whole.resultCount]).toEqual(['completed', 1])
  expect(whole.findings).toEqual((await read(first.id)).findings)
})

test('a scan whose every answer is fresh enough has ended with its 202', async () => {
  const target = newTarget()
  const ports = { scanners: { ports: { ports: [21] } } }
  await work((await submit(target, ports)).id)
  const second = await submit(target, { ...ports, maxAge: 3600 })
  expect(second).toMatchObject({ status: 'completed', isNew: true })
  // Its age counts from the answer, not from who took it over last.
  const third = await read((await submit(target, { ...ports, maxAge: 3600 })).id)
  expect(third.runs[0]!.fromCache!.scanId).not.toBe(second.id)
})

test('too old, other options, another organisation and no maxAge are asked anew', async () => {
  const target = newTarget()
  const ports = { scanners: { ports: { ports: [21] } } }
  const first = await submit(target, ports)
  await work(first.id)
  await sql`update scan_runs set finished_at = now() - interval '2 hours' where scan_id = ${first.id}`.execute(db)
  const fresh = async (body: object) =>
    (await read((await submit(target, body)).id)).runs.map(({ fromCache }) => fromCache)
  expect(await fresh({ ...ports, maxAge: 3600 })).toEqual([null])
  expect(await fresh({ scanners: { ports: { ports: [22] } }, maxAge: 86_400 })).toEqual([null])
  expect(await fresh(ports)).toEqual([null])
  await sql`update scan_runs set scanner_version = 0 where scan_id = ${first.id}`.execute(db)
  await sql`update scans set status = 'cancelled' where status = 'queued'`.execute(db)
  expect(await fresh({ ...ports, maxAge: 86_400 })).toEqual([null])
  const stranger = await makePerson(api, { organisationId: null })
  const theirs = await stranger.send('POST', '/v1/scans', { target, ...ports, maxAge: 86_400 })
  expect(await theirs.json()).toMatchObject({ status: 'queued', isNew: true })
})

test('of many that ask the same at the same moment one probes, and all get its scan', async () => {
  const target = newTarget()
  const all = await Promise.all(Array.from({ length: 20 }, () => submit(target, { maxAge: 0 })))
  expect(new Set(all.map(({ id }) => id)).size).toBe(1)
  expect(all.filter(({ isNew }) => isNew)).toHaveLength(1)
  expect((await submit(target, { maxAge: 0, scanners: { tls: {} } })).isNew).toBe(true)
  await api.send('DELETE', `/v1/scans/${all[0]!.id}`)
  expect((await submit(target, { maxAge: 0 })).id).not.toBe(all[0]!.id)
})

test('a re-run asks again what was not told, takes over the rest, and leaves the first scan as it is', async () => {
  const first = await submit(newTarget())
  await expectProblem(rerun(first.id), 409, 'conflict')
  await work(first.id)
  const before = await read(first.id)
  const { id } = (await (await rerun(first.id)).json()) as Accepted
  expect(await read(id)).toMatchObject({
    rerunOf: first.id,
    runs: [
      { scanner: 'ports', status: 'completed', fromCache: { scanId: first.id } },
      { scanner: 'tls', status: 'queued', fromCache: null },
    ],
  })
  expect(await work(id)).toEqual(['tls'])
  const named = (await (await rerun(first.id, { scanners: ['ports'] })).json()) as Accepted
  expect((await read(named.id)).runs).toMatchObject([
    { scanner: 'ports', status: 'queued' },
    { scanner: 'tls', status: 'inconclusive', fromCache: { scanId: first.id } },
  ])
  expect(await read(first.id)).toEqual(before)
})

test('a re-run that would ask nothing, or what the scan never asked, is refused', async () => {
  const first = await submit(newTarget(), { scanners: { ports: { ports: [21] } } })
  await work(first.id)
  await expectProblem(rerun(first.id), 422, 'nothing-to-run')
  await expectProblem(rerun(first.id, { scanners: ['http'] }), 422, 'nothing-to-run')
  await expectProblem(rerun('01990000-0000-7000-8000-000000000000'), 404, 'not-found')
})
