import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { freePort } from '#apps/up/free-port.ts'
import { pauseQueue, resumeQueue } from '#db/queries/pauses.ts'
import { askDrain, listWorkers } from '#db/queries/workers.ts'
import { makeScan, queuedRun } from '#test/support/make.ts'
import { startProcess } from '#test/support/processes.ts'
import { takeTestRedis } from '#test/support/redis.ts'
import { useDatabase } from '#test/support/use-database.ts'
import { openQueues } from '#workers/queue/backend.ts'
import { createBell } from '#workers/queue/enqueue.ts'

vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 })

const redisUrl = await takeTestRedis()

describe.each([
  ['Postgres', null],
  ['Redis', redisUrl],
])('workers of a queue on %s', async (name, url) => {
  if (name === 'Redis' && url === null) return test.skip('there is no Redis on this machine', () => {})
  const { db, url: databaseUrl, actor } = await useDatabase()
  const settings = {
    DATABASE_URL: databaseUrl,
    DATA_DIR: mkdtempSync(join(tmpdir(), 'portlight-drain-')),
    PORT: String(await freePort()),
    SCAN_ALLOW: '127.0.0.0/8',
    DNS_SERVERS: '127.0.0.1:9',
    DRAIN_SECONDS: '1',
    ...(url === null ? {} : { QUEUE_URL: url }),
  }
  const processes: ReturnType<typeof startProcess>[] = []
  beforeAll(() => {
    processes.push(startProcess('workers/main.ts', settings), startProcess('workers/main.ts', settings))
  })
  const queues = await openQueues({ databaseUrl, redisUrl: url, poolSize: 2, onError: () => {} })
  const bell = createBell(url === null, async () => queues)
  afterAll(async () => {
    await Promise.all(processes.map((one) => one.stop()))
    await queues.close()
  })
  const closedPort = await freePort()
  const submit = async () => {
    const { id } = await makeScan(db, actor, {
      deadlineSeconds: 600,
      runs: [queuedRun('ports', { ports: [closedPort] })],
    })
    await bell.ring('run-scan', id, { scanId: id })
    return id
  }
  const byWhom = async (ids: string[]) =>
    (await db.selectFrom('scans').select(['worker_id', 'status']).where('id', 'in', ids).execute()).map(
      ({ worker_id, status }) => (status === 'completed' ? worker_id : null),
    )
  const patience = { timeout: 30_000, interval: 50 }
  const working = async () => (await listWorkers(db)).length

  test('each is known by its heartbeat; one that is drained takes no more work, and says so', async () => {
    await Promise.all(processes.map((one) => one.saying('"working"')))
    await expect.poll(working, patience).toBe(2)
    const [drained, other] = await listWorkers(db)
    expect(drained).toMatchObject({ isSilent: false, isDraining: false, concurrency: 8, scans: [] })
    expect(new Set(processes.map(({ child }) => child.pid))).toEqual(new Set([drained!.pid, other!.pid]))
    await db.transaction().execute((db) => askDrain(db, drained!.id, { reason: 'upgrade', by: null }))
    await expect.poll(async () => (await listWorkers(db))[0]!.isDraining, { timeout: 2000, interval: 20 }).toBe(true)
    const ids = await Promise.all(Array.from({ length: 12 }, submit))
    await expect.poll(() => byWhom(ids), patience).toEqual(ids.map(() => other!.id))

    await db.transaction().execute((db) => askDrain(db, other!.id, { reason: 'upgrade too', by: null }))
    await expect.poll(async () => (await listWorkers(db))[1]!.isDraining, { timeout: 2000, interval: 20 }).toBe(true)
    const waiting = await submit()
    await db.transaction().execute((db) => askDrain(db, drained!.id, null))
    await expect.poll(() => byWhom([waiting]), patience).toEqual([drained!.id])
    await db.transaction().execute((db) => askDrain(db, other!.id, null))
  })

  test('nothing begins of a queue that is paused, whoever rings, and all of it once it goes on', async () => {
    await db.transaction().execute((db) => pauseQueue(db, 'scans-interactive', { reason: 'making room', by: null }))
    const ids = await Promise.all(Array.from({ length: 6 }, submit))
    const bulk = await makeScan(db, actor, { lane: 'bulk', runs: [queuedRun('ports', { ports: [closedPort] })] })
    await bell.ring('run-scan', bulk.id, { scanId: bulk.id })
    // The other lane's scan was rung for last: when it has ended, each of the rings before it was heard.
    await expect.poll(async () => (await byWhom([bulk.id]))[0] !== null, patience).toBe(true)
    const { rows } = await sql`select from scans where id = any(${ids}::uuid[]) and status = 'queued'`.execute(db)
    expect(rows).toHaveLength(ids.length)
    await db.transaction().execute((db) => resumeQueue(db, 'scans-interactive'))
    await expect.poll(async () => (await byWhom(ids)).includes(null), patience).toBe(false)
  })

  test('one that stops leaves the list, and one that is killed is silent on it', async () => {
    const [first, second] = await listWorkers(db)
    const ofPid = (pid: number) => processes.find(({ child }) => child.pid === pid)!
    await ofPid(first!.pid).stop()
    expect((await listWorkers(db)).map(({ id }) => id)).toEqual([second!.id])
    await ofPid(second!.pid).stop('SIGKILL')
    await sql`update workers set seen_at = seen_at - interval '11 seconds'`.execute(db)
    expect(await listWorkers(db)).toMatchObject([{ id: second!.id, isSilent: true }])
  })
})
