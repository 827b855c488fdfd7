import { enableCompileCache } from 'node:module'
import { canWriteTo, compileCache, dataDirOf, logFolderOf } from './places.ts'
import { startApi } from './parts.ts'

enableCompileCache(compileCache)
// A later start is to take a second, and most of that is loading. So the API, which has most to load, loads beside us. The first start
// has three seconds, and no folder for its log yet.
const dataDir = dataDirOf(process.env)
const earlyApi = canWriteTo(logFolderOf(dataDir)) ? startApi(dataDir, process.env) : null

const { loadConfig } = await import('#config/index.ts')
const { exitCodes, StartError, start } = await import('#config/start.ts')
const { InstanceError } = await import('./instance.ts')
const { stopSignals } = await import('./stop-signals.ts')
const { up } = await import('./up.ts')

await start(async () => {
  try {
    await up({ settings: loadConfig(process.env), env: process.env, signals: stopSignals(), earlyApi })
  } catch (error) {
    throw error instanceof InstanceError ? new StartError(error.message) : error
  } finally {
    earlyApi?.discard()
  }
  process.exit(exitCodes.stopped)
})
