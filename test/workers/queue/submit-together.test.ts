import { afterAll, beforeEach, expect, test } from 'vitest'
import { sql } from 'kysely'
import { hashApiKey } from '#db/model/api-key.ts'
import { findKeyActor } from '#db/queries/api-keys.ts'
import { addTarget } from '#db/queries/targets.ts'
import { parseTarget } from '#db/model/target.ts'
import { makeTenant } from '#test/support/make.ts'
import { useDatabase } from '#test/support/use-database.ts'
import { openQueues } from '#workers/queue/backend.ts'
import type { BeginDeps } from '#workers/queue/begin-scan.ts'
import { createBell } from '#workers/queue/enqueue.ts'
import { createQueueBound } from '#workers/queue/queue-bound.ts'
import { spellingGuard } from '#workers/queue/submit-scan.ts'
import { scanPlan } from '#workers/scanners/catalog.ts'
import { submittingTogether } from '#workers/queue/submit-together.ts'

const { db, url, actor } = await useDatabase()
const queues = await openQueues({ databaseUrl: url, redisUrl: null, poolSize: 2, onError: () => {} })
afterAll(() => queues.close())
const deps: BeginDeps = {
  db,
  bell: createBell(true, async () => queues),
  guard: spellingGuard(['127.0.0.0/8']),
  bound: createQueueBound(db, 10_000),
  onBug: (error) => {
    throw error
  },
}
const stranger = (await findKeyActor(db, hashApiKey(await makeTenant(db))))!.actor
const ask = (target: string) => ({
  target,
  scanners: scanPlan.parse({ ports: { ports: [9] } }),
  requestKey: null,
  requestId: 'r',
})
const jobs = async () => {
  const { rows } = await sql<{ id: string }>`select id from bullmq.job order by id`.execute(db)
  return rows.map(({ id }) => id)
}

beforeEach(async () => {
  await sql`truncate scans cascade`.execute(db)
  await sql`delete from bullmq.job`.execute(db)
})

test('of many at once each gets a scan of its own, of its own target and organisation, with a job', async () => {
  const submit = submittingTogether(deps)
  const made = await Promise.all(
    Array.from({ length: 120 }, (_, n) => submit(n % 3 === 0 ? stranger : actor, ask(`127.0.5.${n % 40}`))),
  )
  expect(new Set(made.map(({ id }) => id)).size).toBe(120)
  expect(made.every(({ isNew, status }) => isNew && status === 'queued')).toBe(true)
  const rows = await db
    .selectFrom('scans as scan')
    .innerJoin('targets as target', 'target.id', 'scan.target_id')
    .select(['scan.id', 'scan.organisation_id', 'target.organisation_id as of', 'target.canonical'])
    .execute()
  const stored = new Map(rows.map((row) => [row.id, row]))
  for (const [n, { id }] of made.entries()) {
    const organisationId = (n % 3 === 0 ? stranger : actor).organisationId
    expect(stored.get(id)).toMatchObject({
      canonical: `127.0.5.${n % 40}`,
      of: organisationId,
      organisation_id: organisationId,
    })
  }
  expect(await jobs()).toEqual(made.map(({ id }) => `s-${id}`).toSorted())
  const runs = await db.selectFrom('scan_runs').select(['scan_id', 'scanner', 'status']).execute()
  expect(runs.filter(({ scanner, status }) => scanner === 'ports' && status === 'queued')).toHaveLength(120)
})

test('one that cannot be had costs the others nothing', async () => {
  const submit = submittingTogether(deps)
  await addTarget(db, actor.organisationId, parseTarget('127.0.6.1'), { tags: ['other'] })
  const tagged = { ...actor, credential: { ...actor.credential, kind: 'api-key' as const, targetTags: ['mine'] } }
  const gone = { ...actor, organisationId: '00000000-0000-7000-8000-000000000000' }
  const outcomes = await Promise.allSettled([
    submit(actor, ask('127.0.6.1')),
    submit(tagged as typeof actor, ask('127.0.6.1')),
    submit(gone, ask('127.0.6.1')),
    submit(actor, ask('127.0.6.1')),
    submit(actor, ask('10.0.0.1')),
  ])
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled', 'rejected'])
  expect(outcomes[1]).toMatchObject({ reason: { code: 'target-out-of-reach' } })
  expect(outcomes[4]).toMatchObject({ reason: { code: 'target-refused' } })
  expect(await jobs()).toHaveLength(2)
})

test('a transaction that fails for a fault of one is done one by one', async () => {
  const submit = submittingTogether(deps)
  await submit(actor, ask('127.0.7.1'))
  const broken = { ...actor, credential: { ...actor.credential, id: 'no-uuid' } }
  const outcomes = await Promise.allSettled([
    submit(actor, ask('127.0.7.1')),
    submit(actor, ask('127.0.7.1')),
    submit(broken, ask('127.0.7.1')),
    submit(actor, ask('127.0.7.1')),
  ])
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
  expect(await jobs()).toHaveLength(4)
})
