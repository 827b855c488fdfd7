import { beforeEach, expect, test } from 'vitest'
import { sql } from 'kysely'
import type { z } from 'zod'
import type { standingTarget } from '#apps/api/documents/target.ts'
import { hashApiKey } from '#db/model/api-key.ts'
import { findKeyActor } from '#db/queries/api-keys.ts'
import { expectProblem, useApi } from '#test/support/api.ts'
import { makePerson } from '#test/support/people.ts'
import { endedPortScan, type SeenPorts } from '#test/support/port-scan.ts'

const { db, api } = await useApi()
const { actor } = (await findKeyActor(db, hashApiKey(api.key)))!
const address = '127.0.0.1'

type Standing = z.output<typeof standingTarget>
const get = async <Body>(path: string) => (await (await api.send('GET', path)).json()) as Body
const list = async (query = '') => (await get<{ targets: Standing[] }>(`/v1/targets${query}`)).targets
const add = async (target: string, facts: object = {}) =>
  ((await (await api.send('POST', '/v1/targets', { target, ...facts })).json()) as { id: string }).id
const scan = (seen: SeenPorts) => endedPortScan(db, actor, seen)

beforeEach(() => sql`truncate scans, targets, schedules cascade`.execute(db))

test('a target says how it stands: what is open, the worst of it, its last scan, and by what it may be asked', async () => {
  const id = await add(address)
  const before = await get<Standing>(`/v1/targets/${id}`)
  const nothing = { open: 0, worst: null, notRetested: 0, untold: 0, proof: 'none', lastScan: null }
  expect(before.standing).toEqual(nothing)
  await scan({ open: '23,5432' })
  const last = await scan({ open: '23', filtered: '5432' })
  const [target] = await list()
  expect(target!.standing).toMatchObject({
    open: 2,
    worst: 'high',
    notRetested: 1,
    proof: 'none',
    lastScan: { id: last, status: 'completed' },
  })
  expect(target!.standing.untold).toBeGreaterThan(0)
  expect(await get(`/v1/targets/${id}`)).toEqual(target)
})

test('what is decided counts as open no more', async () => {
  const id = await add(address)
  await scan({ open: '5432' })
  const { findings } = await get<{ findings: { id: string }[] }>('/v1/findings')
  const ids = findings.map(({ id }) => id)
  await api.send('POST', '/v1/findings/decisions', { ids, decision: 'false-positive', reason: 'a honeypot' })
  expect((await get<Standing>(`/v1/targets/${id}`)).standing).toMatchObject({ open: 0, worst: null })
})

test('targets can be asked for by their proof, and by whether something could not be told', async () => {
  const id = await add(address)
  await add('127.0.0.2')
  const hosts = async (query: string) => (await list(query)).map(({ canonical }) => canonical)
  await scan({ filtered: '5432' })
  expect(await hosts('?untold=true')).toEqual([address])
  expect(await hosts('?untold=false')).toEqual(['127.0.0.2'])
  const admin = await makePerson(api, { organisationId: actor.organisationId, instanceRole: 'instance-admin' })
  const path = `/v1/targets/${id}/attestation`
  expect((await admin.send('POST', path, { sentence: 'The lab is ours.' })).status).toBe(204)
  expect([await hosts('?proof=attested'), await hosts('?proof=none')]).toEqual([[address], ['127.0.0.2']])
  expect((await admin.send('DELETE', path)).status).toBe(204)
  expect(await hosts('?proof=attested')).toEqual([])
  expect(await get('/v1/overview')).toMatchObject({ targets: { attested: 0 } })
  await db
    .insertInto('proofs')
    .values({
      id,
      organisation_id: actor.organisationId,
      target_id: id,
      kind: 'http-file',
      token: 'x',
      covers_subdomains: false,
      status: 'holds',
    })
    .execute()
  expect(await hosts('?proof=proved')).toEqual([address])
})

test('its ports are told from run to run, and silence is never closed', async () => {
  const id = await add(address)
  const first = await scan({ open: '22' })
  await scan({ closed: '22' })
  await scan({ filtered: '22' })
  interface Told {
    runs: { scanId: string; status: string }[]
    lanes: { subject: string; states: string[] }[]
  }
  const told = await get<Told>(`/v1/targets/${id}/ports`)
  expect(told.runs[0]).toMatchObject({ scanId: first, status: 'completed' })
  expect(told.lanes).toMatchObject([{ subject: '22/tcp', states: ['open', 'closed', 'untold'] }])
  expect((await get<Told>(`/v1/targets/${id}/ports?runs=2`)).lanes).toEqual([])
  const stranger = await makePerson(api, { organisationId: null })
  await expectProblem(stranger.send('GET', `/v1/targets/${id}/ports`), 404, 'not-found')
})

test('the schedules that reach it can be asked for: by its id, by a tag, or for all', async () => {
  const id = await add(address, { tags: ['web'] })
  const other = await add('127.0.0.2')
  const schedule = (name: string, targets?: object) =>
    api.send('POST', '/v1/schedules', { name, cron: '@daily', ...(targets === undefined ? {} : { targets }) })
  await schedule('all')
  await schedule('id', { ids: [id] })
  await schedule('tag', { tags: ['web', 'mail'] })
  await schedule('other', { ids: [other] })
  await schedule('no tag of it', { tags: ['mail'] })
  const reaching = async (target: string) =>
    (await get<{ schedules: { name: string }[] }>(`/v1/schedules?target=${target}`)).schedules.map(({ name }) => name)
  expect(await reaching(id)).toEqual(['tag', 'id', 'all'])
  expect(await reaching(other)).toEqual(['other', 'all'])
})

test('targets are listed newest, by host, or the most urgent first, page by page; a cursor is of its order', async () => {
  for (const host of ['127.0.0.3', '127.0.0.1', '127.0.0.2']) await add(host)
  await scan({ address: '127.0.0.2', open: '23' })
  await scan({ address: '127.0.0.3', open: '5432' })
  const paged = async (sort: string) => {
    const seen: string[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: { targets: Standing[]; next: string | null } = await get(
        `/v1/targets?sort=${sort}&limit=1${cursor && `&cursor=${cursor}`}`,
      )
      seen.push(...page.targets.map(({ canonical }) => canonical.slice(-1)))
      cursor = page.next
    }
    return seen.join('')
  }
  expect(await paged('newest')).toBe('213')
  expect(await paged('name')).toBe('123')
  expect(await paged('urgency')).toBe('321')
  const { next } = await get<{ next: string }>('/v1/targets?limit=1')
  await expectProblem(api.send('GET', `/v1/targets?sort=name&cursor=${next}`), 422, 'invalid-cursor')
})

test('each count of targets is what the list shows when its value is chosen', async () => {
  await add(address, { tags: ['web'] })
  await add('127.0.0.2')
  await scan({ filtered: '5432' })
  interface Counts {
    total: number
    proof: { value: string; targets: number }[]
    untold: { value: string; targets: number }[]
  }
  for (const asked of ['', 'untold=true&', 'tag=web&', 'text=0.2&']) {
    const counts = await get<Counts>(`/v1/targets/counts?${asked}`)
    expect(counts.total).toBe((await list(`?${asked}`)).length)
    for (const { value, targets } of counts.proof) expect(await list(`?${asked}proof=${value}`)).toHaveLength(targets)
  }
  const { untold } = await get<Counts>('/v1/targets/counts?untold=true')
  expect(untold.toSorted((a, b) => a.value.localeCompare(b.value))).toEqual([
    { value: 'false', targets: 1 },
    { value: 'true', targets: 1 },
  ])
  const grace = await makePerson(api, { organisationId: null })
  expect(await (await grace.send('GET', '/v1/targets/counts')).json()).toEqual({ total: 0, proof: [], untold: [] })
})
