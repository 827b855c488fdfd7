import { once } from 'node:events'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import packageJson from '../package.json' with { type: 'json' }
import { type Config, loadConfig } from '#config/index.ts'
import { createLog, type Log } from '#config/log.ts'
import { type Metrics, openMetrics, recordNothing } from '#workers/metrics/metrics.ts'
import { endOnBugs, exitCodes, StartError, start, stopSignal } from '#config/start.ts'
import { openBus } from '#db/bus.ts'
import { leaseTurns } from '#db/queries/turns.ts'
import { MasterKeyError } from '#db/master-key.ts'
import type { Db } from '#db/connect.ts'
import { openMasterKey } from '#db/open-master-key.ts'
import { clockSkewMillis, skewMillisAtMost } from '#db/queries/clock.ts'
import { keysFor } from '#db/queries/keys.ts'
import { sealedUrlOf, secretsOf } from '#db/queries/webhooks.ts'
import type { SealingKey } from '#db/seal.ts'
import { asksCanary } from './network/canary.ts'
import { createChannelPost } from './network/channel-post.ts'
import { newId } from '#db/model/id.ts'
import { isAnyWaiting } from '#db/queries/overdue.ts'
import { createDoor, networkSettings } from './network/live.ts'
import { measuredDoor } from './network/measured-door.ts'
import { ownEndpoints } from './network/own-endpoints.ts'
import { keepBeating } from './heartbeat.ts'
import type { JobWorker, Processor } from './queue/backend.ts'
import { createQueueBound } from './queue/queue-bound.ts'
import { type QueueName, queueNames } from './queue/contracts.ts'
import { keepReconciling } from './queue/keep-reconciling.ts'
import { openStores, type Stores, untilAnswers, whileAway } from './queue/stores.ts'
import { runJob } from './jobs/index.ts'
import { serveMetrics } from './metrics/serve.ts'
import { showPool } from './metrics/show-pool.ts'
import { showTracing } from './metrics/show-tracing.ts'
import { tracedDoor } from './tracing/traced-door.ts'
import { noteStatements, openTracing, type Tracing } from './tracing/tracer.ts'
import { sparing } from './network/spare.ts'
import { keepSparing } from './queue/keep-sparing.ts'
import { createSharedTurns } from './network/shared-turns.ts'
import { followOutward } from './outward.ts'
import { noTransport, terminalTransport } from './mail/terminal.ts'
import { smtpTransport } from './mail/transport.ts'
import { createSlots, reservedSlots } from './jobs/slots.ts'
import type { WorkerContext } from './jobs/job.ts'
import { followWord } from './words.ts'
import { untilStuck } from './watchdog.ts'

const mailsAtOnce = 4
/** Reading one keeps a processor busy. */
const batchesAtOnce = 1
/** One that never answers holds a place for 15 s. */
const webhooksAtOnce = 16

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
  // Each queue's worker keeps a connection to listen on, and all share the rest.
  const poolSizes = { ours: 6, queue: queueNames.length + 4 }
  const tracing = openTracing(config.tracing, 'portlight-worker', (err) =>
    log.warn({ err }, 'traces are not collected'),
  )
  const { tracer } = tracing
  const onStatement = config.tracing === null ? undefined : noteStatements(tracer)
  const stores = await openStores(
    { name: 'worker', databaseUrl, redisUrl, poolSizes, timeoutMillis: 5000, onError, onStatement },
    stop,
  )
  await mayStart(stores, log, onError, stop)

  const own = [...(await ownEndpoints({ api, databaseUrl, redisUrl })), ...metricsPlaces(config)]
  const settings = networkSettings({ ...scanning, own, publicUrl: api.publicUrl })
  const guard = sparing(settings.guard)
  const network = {
    ...settings,
    guard,
    turns: createSharedTurns(settings.turns, (request) => leaseTurns(stores.db, request)),
  }
  const bus = openBus({ url: databaseUrl, name: 'portlight-worker', onError })
  await keepSparing(stores.db, bus, guard, stop)
  const outward = followOutward(
    stores.db,
    bus,
    (isOff) => log.warn({ isOff }, isOff ? 'outward packets are switched off' : 'outward packets are switched on'),
    stop,
  )
  const outOfTime = new AbortController()
  const handedBack = new Set<string>()
  const masterKey = await whileAway(() => masterKeyOf(stores.db, config), onError, stop)
  const mail = openMail(stores.db, masterKey, config)
  const metrics = await openOwn(config, stores, tracing)
  const workerId = newId()
  const workers: JobWorker[] = []
  const takeWork = (isDraining: boolean) => {
    log.warn({ workerId, isDraining }, isDraining ? 'takes no more work, as an admin asked' : 'takes work again')
    for (const one of workers) void (isDraining ? one.pause(true) : one.resume())
  }
  const facts = {
    id: workerId,
    host: hostname(),
    pid: process.pid,
    version: packageJson.version,
    queue: redisUrl === null ? 'postgres' : 'redis',
    concurrency,
  } as const
  const heart = keepBeating(stores.db, bus, facts, { isStopping: () => stop.aborted, onChange: takeWork })
  const context: WorkerContext = {
    workerId,
    db: stores.db,
    guard,
    mail,
    channels: {
      post: createChannelPost({ ...scanning, allow: config.outboundAllow, own }),
      secretsOf: (webhookId) => secretsOf(stores.db, masterKey, webhookId),
      sealedUrlOf: (webhookId) => sealedUrlOf(stores.db, masterKey, webhookId),
    },
    log,
    openDoor: (signal, authority) => {
      const door = createDoor(network, signal, authority)
      const measured = metrics === null ? door : measuredDoor(door, metrics.recorder)
      return config.tracing === null ? measured : tracedDoor(measured, tracer)
    },
    tracer,
    recorder: metrics?.recorder ?? recordNothing,
    leaseSeconds,
    get signal() {
      return AbortSignal.any([outOfTime.signal, outward.signal()])
    },
    isOutwardOff: () => outward.isOff(),
    isStopping: () => stop.aborted || heart.isDraining(),
    slots: createSlots(concurrency),
    onCancel: followWord(bus, 'cancel'),
    onPause: followWord(bus, 'pause'),
    onHandedBack: (scanId) => void handedBack.add(scanId),
  }
  const { processor, seen } = counted((job) => runJob(job, context))
  const queues = await stores.queues()
  const open = async (name: QueueName, atOnce: number, process: Processor = (job) => runJob(job, context)) => {
    const one = await queues.openWorker(name, process, {
      concurrency: atOnce,
      leaseSeconds,
      isTaking: () => !context.isStopping(),
    })
    if (heart.isDraining()) await one.pause(true)
    workers.push(one)
  }
  await open('scans', concurrency + reservedSlots(concurrency), processor)
  // Apart from the scans, so that no number of them delays a code, or a list from being read.
  await open('mail', mailsAtOnce)
  await open('batches', batchesAtOnce)
  await open('alerts', webhooksAtOnce)
  log.info({ workerId, concurrency, leaseSeconds, queue: facts.queue }, 'working')

  const onBug = (error: unknown, about: object) => log.error({ ...about, err: error }, 'a bug of ours')
  const reconciling = keepReconciling(
    {
      ...stores,
      guard,
      bound: createQueueBound(stores.db, config.queuedScans),
      onBug,
      keepScansDays: config.keepScansDays,
      canary: async () => (scanning.canary === null || outward.isOff() ? null : asksCanary(scanning.canary)),
    },
    onError,
    stop,
  )
  untilStuck({ ...seen, isAnyWaiting: async () => !heart.isDraining() && isAnyWaiting(stores.db, 60) }, stop).then(
    () => exitStuck(log),
    () => {},
  )
  if (!stop.aborted) await once(stop, 'abort')

  log.info({ running: seen.running() }, 'draining')
  const grace = setTimeout(() => outOfTime.abort(), drainSeconds * 1000)
  // A queue that is away never says that the last job is done.
  await Promise.race([Promise.all(workers.map((one) => one.close())), sleep(drainSeconds * 1000 + lastWordsMillis)])
  clearTimeout(grace)
  // Their jobs are gone from the queue by now, so that these rings make new ones.
  await Promise.allSettled([...handedBack].map((scanId) => stores.bell.ring('run-scan', scanId, { scanId })))
  await reconciling
  await heart.stop()
  await bus.close()
  mail.transport.close()
  await stores.close()
  await tracing.close()
  log.info({}, 'stopped')
  process.exit(exitCodes.stopped)
})

/** Where the workers that `npm start` started together show their metrics, which is no target either: each has a port of its own next to this one's. */
function metricsPlaces({ metrics, api, workerProcesses }: Config) {
  const port = metrics?.port ?? null
  if (port === null) return []
  const ports = Array.from({ length: 2 * workerProcesses - 1 }, (_, n) => port - workerProcesses + 1 + n)
  return ports.map((port) => ({ address: api.host, port }))
}

/** What this process shows to whoever scrapes; null where nobody does. @throws StartError where its port is taken */
async function openOwn({ metrics, api }: Config, { poolState }: Stores, tracing: Tracing): Promise<Metrics | null> {
  if (metrics === null || metrics.port === null) return null
  const own = await openMetrics()
  showPool(own, poolState)
  showTracing(own, tracing)
  await serveMetrics(own, { host: api.host, port: metrics.port, token: metrics.token }).catch(() => {
    throw new StartError(`METRICS_PORT ${metrics.port} is taken: name another.`)
  })
  return own
}

/** @throws StartError */
function masterKeyOf(db: Db, { masterKeyFile }: Config): Promise<SealingKey> {
  return openMasterKey(db, masterKeyFile).catch((error: Error) => {
    throw error instanceof MasterKeyError ? new StartError(error.message) : error
  })
}

/** How mail leaves here, and what its codes and links are made with. */
function openMail(db: Db, masterKey: SealingKey, { api, mail }: Config): WorkerContext['mail'] {
  const show = (text: string) => (process.send ? process.send({ print: text }) : process.stdout.write(text))
  const withoutServer = mail.isDevelopment ? terminalTransport(show) : noTransport
  return {
    transport: mail.smtpUrl === null ? withoutServer : smtpTransport(mail.smtpUrl, mail.from),
    keys: async () => ({
      publicUrl: api.publicUrl,
      code: (await keysFor(db, masterKey, 'mailed-code'))[0].secret,
      link: (await keysFor(db, masterKey, 'mailed-link'))[0].secret,
    }),
  }
}

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
  const skewMillis = await whileAway(() => clockSkewMillis(db), onError, stop)
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
