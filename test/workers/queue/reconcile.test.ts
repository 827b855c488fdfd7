import { sql } from 'kysely'
import { expect, test } from 'vitest'
import type { Db } from '#db/connect.ts'
import { newId } from '#db/model/id.ts'
import { claimScan, endRun } from '#db/queries/claims.ts'
import { noteTest } from '#db/queries/deliveries.ts'
import { insertMail } from '#db/queries/mails.ts'
import { isAnyWaiting, tryLock } from '#db/queries/overdue.ts'
import { createWebhook } from '#db/queries/webhooks.ts'
import { findScan, runsOf } from '#db/queries/scans.ts'
import { lapse, makeScan, passDeadline, queuedRun } from '#test/support/make.ts'
import { useDatabase } from '#test/support/use-database.ts'
import { cancelScan } from '#workers/queue/cancel-scan.ts'
import type { Bell } from '#workers/queue/enqueue.ts'
import { reconcile, ringForWebhooks } from '#workers/queue/reconcile.ts'
import { reachOf } from '#db/queries/targets.ts'

const { db, actor } = await useDatabase()

/** A bell that writes down for whom it rang: the queue itself is tried in backend.test.ts. */
function countingBell() {
  const rung: string[] = []
  const jobs: unknown[] = []
  const bell: Bell = {
    transactional: true,
    enqueue: async () => {},
    enqueueAll: async () => {},
    ring: async (name, id, data) => {
      rung.push(id)
      jobs.push({ name, id, data })
    },
    ringAll: async () => {},
  }
  return { rung, jobs, bell }
}
const onBug = (error: unknown) => {
  throw error
}
const reconcileOnce = async () => {
  const { rung, bell } = countingBell()
  await reconcile({ db, bell, onBug })
  return rung
}
const scanOf = async (id: string) => (await findScan(db, reachOf(actor), id))!
const forgetRing = (id: string) => db.updateTable('scans').set({ rung_at: null }).where('id', '=', id).execute()

test('a scan whose ring was lost is rung for, once', async () => {
  const { id } = await makeScan(db, actor)
  expect(await reconcileOnce()).not.toContain(id)
  await forgetRing(id)
  expect(await reconcileOnce()).toContain(id)
  expect(await reconcileOnce()).not.toContain(id)
})

test('a queue that does not answer fails the round, once all were rung for', async () => {
  const [one, other] = [await makeScan(db, actor), await makeScan(db, actor)]
  await Promise.all([forgetRing(one.id), forgetRing(other.id)])
  const { rung, bell } = countingBell()
  const ring: Bell['ring'] = async (name, id, data) => {
    await bell.ring(name, id, data)
    throw new Error('no answer')
  }
  await expect(reconcile({ db, bell: { ...bell, ring }, onBug })).rejects.toThrow('no answer')
  expect(rung).toEqual(expect.arrayContaining([one.id, other.id]))
})

test('a scan whose worker died is rung for when its lease runs out, and not before', async () => {
  const { id } = await makeScan(db, actor)
  await claimScan(db, id, 10)
  expect(await reconcileOnce()).not.toContain(id)
  await lapse(db, id)
  await db
    .updateTable('scans')
    .set({ rung_at: new Date(Date.now() - 5000) })
    .where('id', '=', id)
    .execute()
  expect(await reconcileOnce()).toContain(id)
})

test('a scan that no worker ever took ends at its deadline as failed', async () => {
  const { id } = await makeScan(db, actor)
  await passDeadline(db, id)
  await reconcileOnce()
  expect(await scanOf(id)).toMatchObject({ status: 'failed', reason: 'never-started' })
  expect(await runsOf(db, id)).toMatchObject([{ status: 'failed', reason: 'never-started' }])
})

test('a cancelled scan whose worker died ends as cancelled when the lease runs out', async () => {
  const { id } = await makeScan(db, actor)
  await claimScan(db, id, 10)
  await cancelScan(db, reachOf(actor), id, onBug)
  await reconcileOnce()
  expect(await scanOf(id)).toMatchObject({ status: 'running' })
  await lapse(db, id)
  expect(await claimScan(db, id, 10)).toBeUndefined()
  await reconcileOnce()
  expect(await scanOf(id)).toMatchObject({ status: 'cancelled', reason: 'cancelled' })
  expect(await runsOf(db, id)).toMatchObject([{ status: 'cancelled', reason: 'cancelled' }])
})

test('at the deadline what was found stays, and what is open is inconclusive', async () => {
  const { id } = await makeScan(db, actor, { runs: [queuedRun('ports'), queuedRun('toy')] })
  const claim = (await claimScan(db, id, 10))!
  await endRun(db, claim, claim.runs.find(({ scanner }) => scanner === 'toy')!, {
    status: 'refused',
    reason: 'private-use',
  })
  await passDeadline(db, id)
  await reconcileOnce()
  expect(await scanOf(id)).toMatchObject({ status: 'completed', reason: null })
  expect((await runsOf(db, id)).map(({ scanner, status, reason }) => `${scanner} ${status} ${reason}`).sort()).toEqual([
    'ports inconclusive deadline',
    'toy refused private-use',
  ])
})

test('a scan that ends its workers is given up after eight leases that ran out', async () => {
  const { id } = await makeScan(db, actor)
  for (let i = 0; i < 8; i++) {
    await reconcileOnce()
    expect(await scanOf(id)).toMatchObject({ status: i === 0 ? 'queued' : 'running' })
    expect(await claimScan(db, id, 10)).toBeDefined()
    await lapse(db, id)
  }
  await reconcileOnce()
  expect(await scanOf(id)).toMatchObject({ status: 'failed', reason: 'crashed-too-often' })
})

test('three reconcilers at once end a scan once', async () => {
  const ids = await Promise.all(Array.from({ length: 10 }, async () => (await makeScan(db, actor)).id))
  for (const id of ids) await passDeadline(db, id)
  await Promise.all([reconcileOnce(), reconcileOnce(), reconcileOnce()])
  for (const id of ids) {
    const ends = await db
      .selectFrom('scan_events')
      .select('kind')
      .where('scan_id', '=', id)
      .where('kind', '=', 'failed')
      .execute()
    expect(ends).toHaveLength(1)
  }
})

test('a scan whose end breaks is told of, and holds up no other', async () => {
  const broken = (await makeScan(db, actor)).id
  const others = [(await makeScan(db, actor)).id, (await makeScan(db, actor)).id]
  for (const id of [broken, ...others]) await passDeadline(db, id)
  await sql`create function refuse_end() returns trigger language plpgsql as 'begin raise exception ''planted''; end'`.execute(
    db,
  )
  await sql
    .raw(
      `create trigger planted before insert on scan_events for each row when (new.scan_id = '${broken}') execute function refuse_end()`,
    )
    .execute(db)
  const told: string[] = []
  await reconcile({
    db,
    bell: countingBell().bell,
    onBug: (error, { scanId }) => void told.push(`${scanId} ${(error as Error).message}`),
  })
  await sql`drop trigger planted on scan_events`.execute(db)
  expect(told).toEqual([`${broken} planted`])
  for (const id of others) expect(await scanOf(id)).toMatchObject({ status: 'failed' })
  expect(await scanOf(broken)).toMatchObject({ status: 'queued' })
})

test('a scan that somebody else is ending is passed over', async () => {
  const stuck = (await makeScan(db, actor)).id
  const other = (await makeScan(db, actor)).id
  await passDeadline(db, stuck)
  await passDeadline(db, other)
  const [hold, locked] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const held = db.transaction().execute(async (db) => {
    await db.selectFrom('scans').select('id').where('id', '=', stuck).forUpdate().execute()
    locked.resolve()
    await hold.promise
  })
  await locked.promise
  await reconcileOnce()
  hold.resolve()
  await held
  expect(await scanOf(other)).toMatchObject({ status: 'failed' })
  expect(await scanOf(stuck)).toMatchObject({ status: 'queued' })
})

test('each kind of work that was forgotten is rung for by its own name, with its id', async () => {
  const { id: scanId } = await makeScan(db, actor)
  await forgetRing(scanId)
  const mailId = await insertMail(db, {
    kind: 'sign-up-code',
    recipient: 'a@example.org',
    challengeId: null,
    facts: {},
  })
  await sql`update mails set try_after = now() where id = ${mailId}::uuid`.execute(db)
  const batchId = newId()
  await sql`
    insert into batches (id, organisation_id, principal_kind, principal_id, credential_id, format, options, status, rung_at)
    values (${batchId}::uuid, ${actor.organisationId}::uuid, 'user', ${actor.principal.id}::uuid, ${actor.credential.id}::uuid, 'csv', '{}', 'reading', now() - interval '1 minute')
  `.execute(db)
  const { jobs, bell } = countingBell()
  await reconcile({ db, bell, onBug })
  expect(jobs).toEqual(
    expect.arrayContaining([
      { name: 'run-scan', id: scanId, data: { scanId } },
      { name: 'send-mail', id: mailId, data: { mailId } },
      { name: 'read-batch', id: batchId, data: { batchId } },
    ]),
  )
  await sql`delete from batches`.execute(db)
})

test('while another process rings, nobody else does, and its scans stay as they are', async () => {
  const { id } = await makeScan(db, actor)
  await forgetRing(id)
  const rings = await db.transaction().execute(async (held) => {
    expect(await tryLock(held, 'reconcile')).toBe(true)
    const { jobs, bell } = countingBell()
    await reconcile({ db, bell, onBug })
    return jobs
  })
  expect(rings).toEqual([])
  expect(await reconcileOnce()).toContain(id)
})

test('a webhook that has something to be told is rung for, once', async () => {
  const { organisationId } = actor
  const webhookId = (await createWebhook(db, {
    organisationId,
    name: '',
    url: 'https://hooks.example.org/',
    events: [],
    format: 'standard',
    madeBy: null,
  }))!
  const { jobs, bell } = countingBell()
  await ringForWebhooks({ db, bell })
  expect(jobs).toEqual([])
  await noteTest(db, organisationId, webhookId)
  await ringForWebhooks({ db, bell })
  await ringForWebhooks({ db, bell })
  expect(jobs).toEqual([{ name: 'tell-webhook', id: webhookId, data: { webhookId } }])
})

test('a database that breaks off while a scan is ended is the next round’s business, and no bug', async () => {
  const { id } = await makeScan(db, actor)
  await passDeadline(db, id)
  const bugs: unknown[] = []
  const broken = (code: string) => Object.assign(new Error('broken off'), { code })
  const breaking = (code: string) =>
    new Proxy(db, {
      get: (whole, name) =>
        name === 'transaction'
          ? () => ({
              execute: (work: (db: Db) => Promise<unknown>) =>
                whole.transaction().execute(async (db) => {
                  await work(db)
                  throw broken(code)
                }),
            })
          : (whole as unknown as Record<string | symbol, unknown>)[name],
    })
  const { bell } = countingBell()
  await expect(reconcile({ db: breaking('08006'), bell, onBug: (error) => void bugs.push(error) })).rejects.toThrow(
    'broken off',
  )
  expect(bugs).toEqual([])
  expect(await scanOf(id)).toMatchObject({ status: 'queued' })
  await reconcileOnce()
  expect(await scanOf(id)).toMatchObject({ status: 'failed', reason: 'never-started' })
})

test('whether any scan has waited for so long', async () => {
  await sql`truncate scans cascade`.execute(db)
  expect(await isAnyWaiting(db, 60)).toBe(false)
  const { id } = await makeScan(db, actor)
  expect(await isAnyWaiting(db, 60)).toBe(false)
  await sql`update scans set created_at = now() - interval '61 seconds' where id = ${id}::uuid`.execute(db)
  expect(await isAnyWaiting(db, 60)).toBe(true)
  await claimScan(db, id, 10)
  expect(await isAnyWaiting(db, 60)).toBe(false)
})
