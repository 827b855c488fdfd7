import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { join } from 'node:path'
import { newId } from '#db/model/id.ts'
import { claimNext } from '#db/queries/claims.ts'
import { type AskedRun, createScan } from '#db/queries/scans.ts'
import { addTarget } from '#db/queries/targets.ts'
import { findActorOfKey } from '#db/queries/api-keys.ts'
import { finishScan } from '#workers/queue/finish-scan.ts'
import { openQueues, type Queues } from '#workers/queue/backend.ts'
import { createBell } from '#workers/queue/enqueue.ts'
import { labTarget, queuedRun } from '#test/support/make.ts'
import { makeFolder } from '#test/support/portlight.ts'
import { startRedis } from '#test/support/redis-server.ts'
import { type BenchInstance, openInstance } from './instance.ts'

const jobs = Number(process.env['JOBS'] ?? 3000)
const concurrency = 8

/** Empty scans, and scans of one closed port, through one worker process, beside as many jobs that do nothing, and beside a loop that only claims and finishes empty scans. */
export async function bench(): Promise<void> {
  const redis = await startRedis(join(makeFolder(), 'redis'))
  for (const redisUrl of [null, ...(redis === null ? [] : [redis.url])]) {
    const instance = await openInstance({
      CONCURRENCY: String(concurrency),
      ...(redisUrl === null ? {} : { QUEUE_URL: redisUrl }),
    })
    const queues = await openQueues({
      databaseUrl: instance.env['DATABASE_URL']!,
      redisUrl,
      poolSize: 12,
      onError: () => {},
    })
    try {
      const empty = await throughWorker(instance, queues, 'empty')
      const onePort = await throughWorker(instance, queues, 'one-port')
      const library = await libraryAlone(queues)
      const bare = await claimAndFinish(instance)
      const place = redisUrl === null ? 'Postgres' : 'Redis'
      console.log(
        `queue in ${place.padEnd(9)} ${empty.toFixed(0)} empty scans/s through one worker   BullMQ alone ${library.toFixed(0)} jobs/s (${(empty / library).toFixed(2)}×)   claim and finish alone ${bare.toFixed(0)} empty scans/s (${(empty / bare).toFixed(2)}×)   of one closed port ${onePort.toFixed(0)} scans/s`,
      )
    } finally {
      await queues.close()
      await instance.stop()
    }
  }
  await redis?.stop()
}

type Kind = 'empty' | 'one-port'
/** A scan whose only scanner does not take the target is claimed, ended and told of like any other, and asks nothing. */
const runsOf = (kind: Kind): AskedRun[] =>
  kind === 'one-port'
    ? [queuedRun('ports', { ports: '9' })]
    : [{ ...queuedRun('whois'), status: 'not-asked', reason: 'wrong-kind' }]

/** Scans that wait. */
async function make({ db }: BenchInstance, queues: Queues | null, kind: Kind): Promise<void> {
  await sql`truncate scans cascade`.execute(db)
  const { id } = await db.selectFrom('api_keys').select('id').executeTakeFirstOrThrow()
  const { actor } = (await findActorOfKey(db, id))!
  const bell = createBell(queues?.inside !== null, async () => queues!)
  for (let n = 0; n < jobs; n++) {
    const made = await db.transaction().execute(async (db) => {
      const { id: targetId } = await addTarget(db, actor.organisationId, labTarget)
      const runs = runsOf(kind)
      return createScan(db, actor, { targetId, requestId: null, deadlineSeconds: 900, requestKey: null, runs })
    })
    if (queues) await bell.ring('run-scan', made.id, { scanId: made.id })
  }
}

/** From the first claim to the last end, by the database's clock. */
async function throughWorker(instance: BenchInstance, queues: Queues, kind: Kind): Promise<number> {
  await make(instance, queues, kind)
  const worker = instance.startWorker()
  for (;;) {
    const { rows } = await sql<{ left: number; seconds: number }>`
      select count(*) filter (where finished_at is null)::int as left, extract(epoch from max(finished_at) - min(started_at))::float8 as seconds from scans
    `.execute(instance.db)
    if (rows[0]!.left === 0) {
      await worker.stop('SIGKILL')
      return jobs / rows[0]!.seconds
    }
    await sleep(200)
  }
}

async function libraryAlone(queues: Queues): Promise<number> {
  let done = 0
  let finished = () => {}
  const all = new Promise<void>((resolve) => (finished = resolve))
  for (let n = 0; n < jobs; n++)
    await queues.queues.batches.add('nothing', { n }, { jobId: `n-${n}`, removeOnComplete: true, removeOnFail: true })
  const began = performance.now()
  await queues.openWorker(
    'batches',
    async () => {
      if (++done === jobs) finished()
    },
    { concurrency, leaseSeconds: 10 },
  )
  await all
  return (jobs * 1000) / (performance.now() - began)
}

/** The same rows without a queue, a scanner or a lease to keep. */
async function claimAndFinish(instance: BenchInstance): Promise<number> {
  const { db } = instance
  await make(instance, null, 'empty')
  const began = performance.now()
  const run = async () => {
    for (;;) {
      const scan = await claimNext(db, newId(), 60, [])
      if (!scan) return
      await db.transaction().execute((db) =>
        finishScan(db, scan, (error) => {
          throw error
        }),
      )
    }
  }
  await Promise.all(Array.from({ length: concurrency }, run))
  return (jobs * 1000) / (performance.now() - began)
}
