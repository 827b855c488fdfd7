import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { buildPage } from '#apps/web/build.ts'
import type { Lock } from '#db/lock-file.ts'
import { checkPort } from './check-port.ts'
import { createCrew } from './crew.ts'
import { greeting } from './greet.ts'
import { claimDataDir } from './instance.ts'
import { type KeptDatabase, keepDatabase } from './keep-database.ts'
import { api, startApi, worker } from './parts.ts'
import { environmentOf, logFolderOf } from './places.ts'
import type { Places, Prepared } from './prepare-database.ts'
import { findPrepared, notePrepared } from './prepared.ts'
import { rotateLogs } from './rotate-logs.ts'
import { addressOf, baseOf, urlOf, type UpSettings } from './settings.ts'
import { createSpeaker } from './speak.ts'
import type { Child } from './start-child.ts'
import type { StopSignals } from './stop-signals.ts'
import { untilReady } from './until-ready.ts'

/** A drained process says a last word to its stores. */
const marginSeconds = 5
const rotateEveryMillis = 60_000

export interface Launch {
  readonly settings: UpSettings
  readonly env: NodeJS.ProcessEnv
  readonly signals: StopSignals
  /** The API's process, where it was started before the settings were read. */
  readonly earlyApi: Child | null
}

/** Runs Portlight until it is asked to stop, and leaves no process behind. @throws InstanceError when it cannot start */
export async function up(launch: Launch): Promise<void> {
  const { settings, signals } = launch
  const { host, port } = settings.api
  const lock = claimDataDir(settings.dataDir)
  try {
    lock.note({ address: addressOf(settings.api) })
    // What a killed supervisor left behind drains by itself, and holds the port until then.
    await checkPort(host, port, lock.wasStale ? 10_000 : 0)
    await run(launch, lock)
  } catch (error) {
    if (!signals.stop.aborted) throw error
  } finally {
    lock.release()
  }
}

async function run({ settings, env, signals: { stop, hurry }, earlyApi }: Launch, lock: Lock): Promise<void> {
  const { dataDir, databaseUrl, scanning, workerProcesses } = settings
  const address = addressOf(settings.api)
  const logFolder = logFolderOf(dataDir)
  mkdirSync(logFolder, { recursive: true, mode: 0o700 })
  const say = createSpeaker(join(logFolder, 'up.log'))
  const graceMillis = (scanning.drainSeconds + marginSeconds) * 1000
  const crew = createCrew({ env: environmentOf(env, dataDir), logFolder, graceMillis, hurry, say })
  const apiProcess = earlyApi ?? startApi(dataDir, env)
  crew.take(api, apiProcess)
  let database: KeptDatabase | undefined
  try {
    database = await keepDatabase({
      databaseUrl,
      dataDir,
      logFolder,
      onFirstStart: () => void import('./prepare-database.ts').catch(() => {}),
      onRestart: (url) => crew.use(url),
      say,
    })
    const key = databaseUrl === null ? await prepareOurs(database.url, settings) : await prepare(databaseUrl, settings)
    crew.use(database.url)
    // Its sources are read while the API starts in a process of its own, and nothing else waits for it.
    await buildPage().catch((error: unknown) => say(`The dashboard could not be built: ${String(error)}`))
    await untilReady(apiProcess, baseOf(settings.api), stop)
    crew.keep(api)
    for (let number = 1; number <= workerProcesses; number++) crew.keep(worker(number, settings.metrics?.port ?? null))

    lock.note({ address, url: urlOf(settings.api) })
    say(`Ready at ${address}.`, greeting({ settings, key, postgresData: database.data }))
    process.send?.('ready')
    await untilAsked(stop, logFolder)
    say(`Stopping: running scans have ${scanning.drainSeconds} s to finish.`)
  } finally {
    await crew.stop()
    await database?.stop()
  }
}

async function prepareOurs(url: string, places: Places): Promise<Prepared> {
  const known = await findPrepared(url, places.dataDir)
  if (known) return { ...known, setUpCode: null }
  const prepared = await prepare(url, places)
  // Until the first account is made every start says how.
  if (prepared.setUpCode === null) await notePrepared(url, places.dataDir)
  return prepared
}

async function prepare(url: string, places: Places): Promise<Prepared> {
  const { prepareDatabase } = await import('./prepare-database.ts')
  return prepareDatabase(url, places)
}

async function untilAsked(stop: AbortSignal, logFolder: string): Promise<void> {
  const rotation = setInterval(rotateLogs, rotateEveryMillis, logFolder)
  if (!stop.aborted) await once(stop, 'abort')
  clearInterval(rotation)
}
