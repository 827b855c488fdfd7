import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '#db/model/id.ts'
import type { Actor } from '#db/model/actor.ts'
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeActor, makeScan } from '#test/support/make.ts'
import { takeTestRedis } from '#test/support/redis.ts'
import { openQueues, type Queues } from '#workers/queue/backend.ts'
import { createBell } from '#workers/queue/enqueue.ts'

let database: TestDatabase
let actor: Actor
const redisUrl = await takeTestRedis()
beforeAll(async () => {
  database = await createTestDatabase()
  actor = await makeActor(database.db)
})
afterAll(() => database.drop())

const open = (url: string | null) =>
  openQueues({ databaseUrl: database.url, redisUrl: url, poolSize: 6, onError: () => {} })

const bellOf = (queues: Queues) => createBell(queues.inside !== null, async () => queues)

/** A worker that writes down what it was asked, and a wait for as many as are wanted. */
async function listening(queues: Queues) {
  const heard: string[] = []
  let wake = () => {}
  const worker = await queues.openWorker(
    'scans',
    async ({ data }) => {
      heard.push((data as { scanId: string }).scanId)
      wake()
    },
    { concurrency: 4, leaseSeconds: 10 },
  )
  const until = async (count: number) => {
    while (heard.length < count) await new Promise<void>((done) => (wake = done))
    return heard.toSorted()
  }
  // A worker that is cut off may take a job along which belongs to the next test.
  const close = () => worker.close().then(() => queues.close())
  return { until, close }
}

describe.each([
  ['Postgres', () => null],
  ['Redis', () => redisUrl],
])('a queue on %s', (name, urlOf) => {
  const isThere = name === 'Postgres' || redisUrl !== null

  test.runIf(isThere)('a ring reaches a worker, and the same id rings again once its job is done', async () => {
    const queues = await open(urlOf())
    const bell = bellOf(queues)
    const { until, close } = await listening(queues)
    const scanId = newId()
    await bell.ring('run-scan', scanId, { scanId })
    expect(await until(1)).toEqual([scanId])
    const others = [newId(), newId()]
    for (const id of others) await bell.ring('run-scan', id, { scanId: id })
    expect(await until(3)).toEqual([scanId, ...others].sort())
    await close()
  })

  test.runIf(isThere)('a job that fails leaves nothing that would swallow the next ring', async () => {
    const queues = await open(urlOf())
    const bell = bellOf(queues)
    const calls: string[] = []
    const second = Promise.withResolvers<void>()
    const worker = await queues.openWorker(
      'scans',
      async ({ data }) => {
        calls.push((data as { scanId: string }).scanId)
        if (calls.length === 1) throw new Error('broken')
        second.resolve()
      },
      { concurrency: 1, leaseSeconds: 10 },
    )
    const scanId = newId()
    await bell.ring('run-scan', scanId, { scanId })
    for (let tries = 0; calls.length < 2 && tries < 1000; tries++) {
      await bell.ring('run-scan', scanId, { scanId })
      await new Promise(setImmediate)
    }
    await second.promise
    expect(calls).toEqual([scanId, scanId])
    await worker.close()
    await queues.close()
  })

  test.runIf(isThere)('data that is no id never enters the queue', async () => {
    const queues = await open(urlOf())
    await expect(bellOf(queues).ring('run-scan', 'x', { scanId: 'pl_secret' })).rejects.toThrow(/uuid/i)
    await queues.close()
  })
})

test('on Postgres a rollback leaves neither the scan nor its job, and a commit both', async () => {
  const queues = await open(null)
  const bell = bellOf(queues)
  const { until, close } = await listening(queues)
  const dropped = newId()
  await database.db
    .transaction()
    .execute(async (db) => {
      await bell.enqueue(db, 'run-scan', dropped, { scanId: dropped })
      throw new Error('changed my mind')
    })
    .catch(() => {})
  const kept = (await makeScan(database.db, actor)).id
  await database.db.transaction().execute((db) => bell.enqueue(db, 'run-scan', kept, { scanId: kept }))
  // A ring of the test before, which rang until it was heard, may come first.
  let count = 1
  while (!(await until(count)).includes(kept)) count++
  expect(await until(count)).not.toContain(dropped)
  await close()
})

test('a store that does not answer costs the ringer less than a second', async () => {
  // Nobody listens on the discard port: Redis is away.
  const queues = await open('redis://127.0.0.1:9')
  const scanId = newId()
  await expect(bellOf(queues).ring('run-scan', scanId, { scanId })).rejects.toThrow()
  await queues.close()
})
