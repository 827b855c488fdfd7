import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { loadConfig } from '#config/index.ts'
import { createLog, type Log } from '#config/log.ts'
import { endOnBugs, exitCodes, StartError, start, stopSignal } from '#config/start.ts'
import { clockSkewMillis } from '#db/queries/clock.ts'
import { isAnyWaiting } from '#db/queries/overdue.ts'
import { createDoor, networkSettings } from './network/live.ts'
import { ownEndpoints } from './network/own-endpoints.ts'
import type { Processor } from './queue/backend.ts'
import { keepReconciling } from './queue/keep-reconciling.ts'
import { openStores, type Stores, untilAnswers } from './queue/stores.ts'
import { runJob } from './jobs/index.ts'
import type { WorkerContext } from './jobs/job.ts'
import { untilStuck } from './watchdog.ts'

/** BullMQ's Postgres backend counts locks by this machine's clock: one that is off would steal live jobs. */
const skewMillisAtMost = 2000

/** After its grace a scan is handed back in this time, or its lease runs out. */
const lastWordsMillis = 5000

await start(async () => {
  const config = loadConfig(process.env)
  const { databaseUrl, redisUrl, api, scanning, logLevel } = config
  if (databaseUrl === null)
    throw new StartError('DATABASE_URL is not set: name a Postgres, or use `npm start`, which brings its own.')
  const log = createLog('worker', logLevel)
  endOnBugs(log)
  const stop = stopSignal()
  const onError = (err: Error) => log.warn({ err }, 'a store did not answer')
  const { concurrency, drainSeconds, leaseSeconds } = scanning
  const poolSizes = { ours: 6, queue: 4 }
  const stores = await openStores(
    { name: 'worker', databaseUrl, redisUrl, poolSizes, timeoutMillis: 5000, onError },
    stop,
  )
  await mayStart(stores, log, onError, stop)

  const network = networkSettings({ ...scanning, own: await ownEndpoints({ api, databaseUrl, redisUrl }) })
  const outOfTime = new AbortController()
  const handedBack = new Set<string>()
  const context: WorkerContext = {
    db: stores.db,
    log,
    openDoor: (signal) => createDoor(network, signal),
    leaseSeconds,
    signal: outOfTime.signal,
    onHandedBack: (scanId) => void handedBack.add(scanId),
  }
  const { processor, seen } = counted((job) => runJob(job, context))
  const worker = await (await stores.queues()).openWorker('scans', processor, { concurrency, leaseSeconds })
  log.info({ concurrency, leaseSeconds, queue: redisUrl === null ? 'postgres' : 'redis' }, 'working')

  const onBug = (error: unknown, about: object) => log.error({ ...about, err: error }, 'a bug of ours')
  const reconciling = keepReconciling({ ...stores, onBug }, onError, stop)
  untilStuck({ ...seen, isAnyWaiting: () => isAnyWaiting(stores.db, 60) }, stop).then(
    () => exitStuck(log),
    () => {},
  )
  if (!stop.aborted) await once(stop, 'abort')

  log.info({ running: seen.running() }, 'draining')
  const grace = setTimeout(() => outOfTime.abort(), drainSeconds * 1000)
  // A queue that is away never says that the last job is done.
  await Promise.race([worker.close(), sleep(drainSeconds * 1000 + lastWordsMillis)])
  clearTimeout(grace)
  // Their jobs are gone from the queue by now, so that these rings make new ones.
  await Promise.allSettled([...handedBack].map((scanId) => stores.bell.ring('run-scan', scanId, { scanId })))
  await reconciling
  await stores.close()
  log.info({}, 'stopped')
  process.exit(exitCodes.stopped)
})

/** Waits for what may still come; @throws StartError for what needs a person. */
async function mayStart(
  { db, queues }: Stores,
  log: Log,
  onError: (error: Error) => void,
  stop: AbortSignal,
): Promise<void> {
  const { objection, warning } = await untilAnswers(async () => (await queues()).inspect(), onError, stop)
  if (warning !== null) log.warn({}, warning)
  if (objection !== null) throw new StartError(`QUEUE_URL: ${objection}.`)
  const skewMillis = await clockSkewMillis(db)
  if (Math.abs(skewMillis) > skewMillisAtMost) {
    throw new StartError(
      `This machine's clock is ${Math.round(skewMillis / 1000)} s ahead of the database's: set it right first.`,
    )
  }
}

/** The processor, and what the watchdog wants to know of it. */
function counted(process: Processor) {
  let running = 0
  let lastSeenMillis = performance.now()
  const processor: Processor = async (job) => {
    running++
    lastSeenMillis = performance.now()
    try {
      await process(job)
    } finally {
      running--
      lastSeenMillis = performance.now()
    }
  }
  return { processor, seen: { running: () => running, lastSeenMillis: () => lastSeenMillis } }
}

function exitStuck(log: Log): never {
  log.fatal({}, 'scans wait and none reaches this worker: it ends, to be started anew')
  process.exit(exitCodes.broken)
}
