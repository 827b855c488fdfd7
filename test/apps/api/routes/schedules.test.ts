import { beforeEach, describe, expect, test } from 'vitest'
import { sql } from 'kysely'
import type { z } from 'zod'
import type { blackoutDocument, scheduleDocument, tickDocument } from '#apps/api/documents/schedule.ts'
import { createKey } from '#db/queries/api-keys.ts'
import { createServiceAccount } from '#db/queries/service-accounts.ts'
import { keepSchedules } from '#workers/queue/schedules/keep-schedules.ts'
import { expectProblem, useApi } from '#test/support/api.ts'
import { useCalendar } from '#test/support/calendar.ts'

const { db, api } = await useApi()
const calendar = await useCalendar(db, '2026-03-27T12:00:00Z')

type Schedule = z.output<typeof scheduleDocument>
type Tick = z.output<typeof tickDocument>
type Blackout = z.output<typeof blackoutDocument>

beforeEach(async () => {
  await sql`truncate schedules, blackouts, scans, targets cascade`.execute(db)
  await calendar.set('2026-03-27T12:00:00Z')
})

const berlin = { cron: '30 2 * * *', zone: 'Europe/Berlin' }
const create = async (body: object = berlin): Promise<Schedule> => {
  const answer = await api.send('POST', '/v1/schedules', body)
  expect(answer.status).toBe(201)
  return (await answer.json()) as Schedule
}
const read = async (id: string) => (await (await api.send('GET', `/v1/schedules/${id}`)).json()) as Schedule
const change = (id: string, body: object) => api.send('PATCH', `/v1/schedules/${id}`, body)
const runsOf = async (id: string, query = '') =>
  (await (await api.send('GET', `/v1/schedules/${id}/runs${query}`)).json()) as { runs: Tick[]; next: string | null }
const target = async (host: string, facts: object = {}) =>
  ((await (await api.send('POST', '/v1/targets', { target: host, ...facts })).json()) as { id: string }).id

test('what a schedule will do is shown, across a change of the clock, as the preview says', async () => {
  const made = await create({ ...berlin, name: 'nightly', spreadSeconds: 600 })
  expect(made).toMatchObject({ name: 'nightly', overlap: 'skip', catchUp: 'once', isPaused: false, scanners: null })
  expect(made.nextRuns).toHaveLength(10)
  expect(made.nextRuns.slice(0, 3).map(({ local }) => local)).toEqual([
    '2026-03-28T02:30:00+01:00',
    '2026-03-29T03:00:00+02:00',
    '2026-03-30T02:30:00+02:00',
  ])
  const preview = await api.send('POST', '/v1/schedules/preview', berlin)
  expect(await preview.json()).toEqual({ nextRuns: made.nextRuns })
})

test('why a run did not happen has an answer, and one that did shows its scans', async () => {
  const id = await target('127.0.0.1', { tags: ['web'] })
  const schedule = await create({ ...berlin, targets: { tags: ['web'] } })
  expect(schedule.lastRun).toBeNull()
  await calendar.set('2026-03-28T01:30:10Z')
  await keepSchedules(api.deps)
  expect((await read(schedule.id)).lastRun).toMatchObject({ local: '2026-03-28T02:30:00+01:00', status: 'running' })
  await change(schedule.id, { pausedReason: 'moving house' })
  expect(await read(schedule.id)).toMatchObject({ isPaused: true, pausedReason: 'moving house' })
  await calendar.set('2026-03-29T01:00:10Z')
  await keepSchedules(api.deps)
  const { runs, next } = await runsOf(schedule.id)
  expect(next).toBeNull()
  expect(runs).toMatchObject([
    { local: '2026-03-29T03:00:00+02:00', status: 'missed', reason: 'paused', scans: [] },
    { status: 'running', reason: null, scans: [{ targetId: id, target: '127.0.0.1', status: 'queued' }] },
  ])
  const listed = (await (await api.send('GET', '/v1/schedules')).json()) as { schedules: Schedule[] }
  const { scans: _, ...latest } = runs[0]!
  expect(listed.schedules.map(({ lastRun }) => lastRun)).toEqual([latest])
  expect((await runsOf(schedule.id, '?status=missed')).runs).toHaveLength(1)
  const first = await runsOf(schedule.id, '?limit=1')
  expect((await runsOf(schedule.id, `?limit=1&before=${first.next}`)).runs).toMatchObject([{ status: 'running' }])
  const scan = await api.send('GET', `/v1/scans/${runs[1]!.scans[0]!.scanId}`)
  expect(await scan.json()).toMatchObject({ target: { canonical: '127.0.0.1' } })
})

describe('changing', () => {
  test('keeps what is not named, and counts its runs anew where its timing changes', async () => {
    const { id } = await create({ ...berlin, name: 'nightly', overlap: 'queue' })
    expect((await change(id, { zone: 'America/New_York' })).status).toBe(204)
    expect(await read(id)).toMatchObject({
      name: 'nightly',
      overlap: 'queue',
      cron: '30 2 * * *',
      zone: 'America/New_York',
    })
    expect((await read(id)).nextRuns[0]!.local).toBe('2026-03-28T02:30:00-04:00')
    await change(id, { everySeconds: 3600 })
    const changed = await read(id)
    expect(changed).toMatchObject({ cron: null, everySeconds: 3600 })
    expect(changed.nextRuns[0]!.at).toBe('2026-03-27T13:00:00.000Z')
  })
  test('and removing', async () => {
    const { id } = await create()
    expect((await api.send('DELETE', `/v1/schedules/${id}`)).status).toBe(204)
    await expectProblem(api.send('GET', `/v1/schedules/${id}`), 404, 'not-found')
  })
})

describe('is refused in words', () => {
  test.each([
    [{ cron: '* * * * * *' }, 'invalid-schedule'],
    [{ cron: '0 0 31 2 *' }, 'invalid-schedule'],
    [{ cron: '@daily', zone: 'Mars/Olympus' }, 'invalid-schedule'],
    [{ cron: '@daily', everySeconds: 3600 }, 'invalid-schedule'],
    [{}, 'invalid-schedule'],
    [{ everySeconds: 5 }, 'invalid-input'],
    [{ cron: '@daily', colour: 'red' }, 'invalid-input'],
    [{ cron: '@daily', scanners: { ports: { ports: 'x' } } }, 'invalid-input'],
  ])('%j', async (body, code) => {
    await expectProblem(api.send('POST', '/v1/schedules', body), 422, code)
  })
  test('a target that is somebody else’s', async () => {
    const targets = { ids: ['01890000-0000-7000-8000-000000000000'] }
    await expectProblem(api.send('POST', '/v1/schedules', { ...berlin, targets }), 404, 'not-found')
  })
  test('a key that is for some targets only', async () => {
    const { organisationId } = api
    const account = (await createServiceAccount(db, { organisationId, name: 'narrow', role: 'operator' }))!
    const limits = { scopes: null, targetTags: ['web'], sourceRanges: null, expiresAt: null }
    const { key } = (await createKey(db, {
      ...limits,
      organisationId,
      owner: { serviceAccountId: account.id },
      name: '',
    }))!
    const headers = { authorization: `Bearer ${key}` }
    await expectProblem(api.send('POST', '/v1/schedules', berlin, headers), 403, 'target-out-of-reach')
    await expectProblem(api.send('GET', '/v1/schedules', undefined, headers), 403, 'target-out-of-reach')
  })
})

describe('windows in which nothing begins', () => {
  const open = async (body: object) => {
    const answer = await api.send('POST', '/v1/blackouts', body)
    expect(answer.status).toBe(201)
    return (await answer.json()) as Blackout
  }
  test('are shown on the runs that they will keep from beginning', async () => {
    await open({
      name: 'freeze',
      note: 'a new router',
      startsAt: '2026-03-28T00:00:00Z',
      endsAt: '2026-03-29T00:30:00Z',
    })
    const { nextRuns } = await create()
    expect(nextRuns.slice(0, 2).map(({ blackout }) => blackout)).toEqual(['freeze', null])
  })
  test('are listed while they are open or may still open, and can be removed', async () => {
    const weekly = await open({ name: 'saturday', cron: '0 11 * * 5', zone: 'UTC', minutes: 90 })
    expect(weekly).toMatchObject({ isOpen: true, running: 'finish', targetId: null })
    const once = await open({ startsAt: '2026-03-28T00:00:00Z', endsAt: '2026-03-29T00:00:00+01:00' })
    const list = async () =>
      ((await (await api.send('GET', '/v1/blackouts')).json()) as { blackouts: Blackout[] }).blackouts
    expect((await list()).map(({ id }) => id)).toEqual([once.id, weekly.id])
    await calendar.set('2026-03-30T00:00:00Z')
    expect((await list()).map(({ id, isOpen }) => [id, isOpen])).toEqual([[weekly.id, false]])
    expect((await api.send('DELETE', `/v1/blackouts/${weekly.id}`)).status).toBe(204)
    expect(await list()).toEqual([])
  })
  test.each([
    [{ startsAt: '2026-03-28T00:00:00Z' }],
    [{ startsAt: '2026-03-29T00:00:00Z', endsAt: '2026-03-28T00:00:00Z' }],
    [{ startsAt: '2026-03-20T00:00:00Z', endsAt: '2026-03-21T00:00:00Z' }],
    [{ cron: '@daily' }],
    [{ cron: '@daily', minutes: 5, startsAt: '2026-03-28T00:00:00Z', endsAt: '2026-03-29T00:00:00Z' }],
  ])('%j is none', async (body) => {
    await expectProblem(api.send('POST', '/v1/blackouts', body), 422, 'invalid-schedule')
  })
})
