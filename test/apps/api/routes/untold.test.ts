import { beforeEach, expect, test } from 'vitest'
import { type Kysely, sql } from 'kysely'
import { up as makeUntold } from '#db/migrations/2026-11-28-j-untold.ts'
import { hashApiKey } from '#db/model/api-key.ts'
import { findKeyActor } from '#db/queries/api-keys.ts'
import { claimScan, endRun } from '#db/queries/claims.ts'
import { finishScan } from '#workers/queue/finish-scan.ts'
import { useApi } from '#test/support/api.ts'
import { useCalendar } from '#test/support/calendar.ts'
import { labTarget, makeScan, queuedRun } from '#test/support/make.ts'
import { makePerson } from '#test/support/people.ts'
import { endedPortScan } from '#test/support/port-scan.ts'

const { db, api } = await useApi()
const calendar = await useCalendar(db, '2026-05-01T00:00:00Z')
const { actor } = (await findKeyActor(db, hashApiKey(api.key)))!

interface Overview {
  untold: { scanner: string; reason: string; checks: number; targets: number; since: string }[]
  untoldInAll: { checks: number; ofChecks: number; targets: number; since: string | null }
  targets: Record<string, number>
  outward: { isOff: boolean }
  outages: { cause: string; target: { display: string } | null; targets: number }[]
}
const read = async (person: { send: typeof api.send } = api) =>
  (await (await person.send('GET', '/v1/overview')).json()) as Overview

beforeEach(async () => {
  await sql`truncate scans, targets, outages cascade`.execute(db)
  await calendar.set('2026-05-01T00:00:00Z')
})

const watch = (target: string, tags: string[] = []) => api.send('POST', '/v1/targets', { target, tags })
const failed = async (reason: string, scanner = 'ports') => {
  const { id } = await makeScan(db, actor, { target: labTarget, runs: [queuedRun(scanner)] })
  const claim = (await claimScan(db, id, 60))!
  await endRun(db, claim, claim.runs[0]!, { status: 'failed', reason })
  await db.transaction().execute((db) =>
    finishScan(db, claim, (error) => {
      throw error
    }),
  )
}

test('what could not be told counts until it is told, since when it first could not, whatever becomes of the scan', async () => {
  await watch('127.0.0.1')
  await endedPortScan(db, actor, { filtered: '5432' })
  const first = await read()
  expect(first.untold.length).toBeGreaterThan(0)
  expect(first.untold.every(({ targets, since }) => targets === 1 && since === '2026-05-01T00:00:00.000Z')).toBe(true)
  expect(first.untoldInAll).toMatchObject({ targets: 1, since: '2026-05-01T00:00:00.000Z' })
  expect(first.untoldInAll.checks).toBe(first.untold.reduce((sum, { checks }) => sum + checks, 0))
  expect(first.untoldInAll.ofChecks).toBeGreaterThanOrEqual(first.untoldInAll.checks)
  await calendar.set('2026-05-04T00:00:00Z')
  await endedPortScan(db, actor, { filtered: '5432' })
  await sql`delete from scans`.execute(db)
  expect(await read()).toEqual(first)
  await endedPortScan(db, actor, { closed: '5432' })
  expect(await read()).toMatchObject({ untold: [], untoldInAll: { checks: 0, targets: 0, since: null } })
})

test('a run that told nothing at all is one check that could not be told, with the reason of its end', async () => {
  await watch('127.0.0.1')
  await endedPortScan(db, actor, { closed: '5432' })
  expect((await read()).untold).toEqual([])
  await failed('unreachable')
  expect((await read()).untold).toMatchObject([{ scanner: 'ports', reason: 'unreachable', checks: 1, targets: 1 }])
  await failed('resolver-failed', 'tls')
  const { untold, untoldInAll } = await read()
  expect(untold).toHaveLength(2)
  // One target, however many causes it has.
  expect(untoldInAll).toMatchObject({ checks: 2, targets: 1 })
})

test('a host that nobody watches, or that is archived, is not counted; and a key sees its own targets only', async () => {
  await watch('127.0.0.1', ['web'])
  await watch('127.0.0.2', ['mail'])
  await endedPortScan(db, actor, { address: '127.0.0.1', filtered: '5432' })
  await endedPortScan(db, actor, { address: '127.0.0.2', filtered: '5432' })
  expect((await read()).untoldInAll.targets).toBe(2)
  const owner = await makePerson(api, { organisationId: actor.organisationId })
  const made = await owner.send('POST', '/v1/keys', { name: 'mail', targetTags: ['mail'] })
  const { key } = (await made.json()) as { key: string }
  const mail = {
    send: (method: string, path: string) => api.send(method, path, undefined, { authorization: `Bearer ${key}` }),
  }
  expect((await read(mail)).untoldInAll.targets).toBe(1)
  await sql`update targets set archived_at = now() where canonical = '127.0.0.1'`.execute(db)
  expect((await read()).untoldInAll.targets).toBe(1)
})

test('watched targets are proved, attested, lapsed or none of these, and the four add up', async () => {
  for (const host of ['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.4']) await watch(host)
  const { rows } = await sql<{ id: string; canonical: string }>`select id, canonical from targets`.execute(db)
  const idOf = (host: string) => rows.find(({ canonical }) => canonical === host)!.id
  const prove = (host: string, status: string) =>
    sql`
    insert into proofs (id, organisation_id, target_id, kind, token, status, held_at)
    values (${idOf(host)}::uuid, ${actor.organisationId}::uuid, ${idOf(host)}::uuid, 'dns-txt', ${host}, ${status}, now())`.execute(
      db,
    )
  await prove('127.0.0.1', 'holds')
  await prove('127.0.0.2', 'fails')
  await sql`
    insert into attestations (id, organisation_id, target_id, attested_by, sentence)
    values (${idOf('127.0.0.3')}::uuid, ${actor.organisationId}::uuid, ${idOf('127.0.0.3')}::uuid, '{}', 'Ours.')`.execute(
    db,
  )
  expect((await read()).targets).toEqual({ watched: 4, proved: 1, attested: 1, lapsed: 1, none: 1 })
})

test('what does not answer stands beside, with whom it silences', async () => {
  await watch('127.0.0.1')
  expect(await read()).toMatchObject({ outages: [], outward: { isOff: false } })
  await sql`
    with target as (select id from targets), outage as (
      insert into outages (id, organisation_id, cause, subject, began_at, told_at, told_targets)
      select id, ${actor.organisationId}::uuid, 'host', id::text, calendar_now(), calendar_now(), array[id] from target returning id
    ) insert into silences (target_id, cause, organisation_id, since, scans, outage_id)
    select target.id, 'host', ${actor.organisationId}::uuid, calendar_now(), 2, outage.id from target, outage`.execute(
    db,
  )
  const { outages } = await read()
  expect(outages).toMatchObject([{ cause: 'host', target: { display: '127.0.0.1' }, targets: 1 }])
  const grace = await makePerson(api, { organisationId: null })
  expect((await read(grace)).outages).toEqual([])
})

test('a database from before has what its last scans could not tell', async () => {
  await watch('127.0.0.1')
  await endedPortScan(db, actor, { filtered: '5432' })
  await failed('resolver-failed', 'tls')
  const dateless = ({ untold, untoldInAll }: Overview) => ({
    untold: untold.map((one) => ({ ...one, since: null })),
    untoldInAll: { ...untoldInAll, since: null },
  })
  const before = dateless(await read())
  expect(before.untold.length).toBeGreaterThan(1)
  await sql`drop table untold`.execute(db)
  await sql`alter table compared_runs drop column checks`.execute(db)
  await makeUntold(db as unknown as Kysely<unknown>)
  expect(dateless(await read())).toEqual(before)
})
