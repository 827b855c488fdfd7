import { findInstance, InstanceError, type OwnInstance, startInstance } from '#apps/up/instance.ts'
import type { Instance } from '#apps/client/http.ts'
import type { Context } from './context.ts'
import { notTold, usageError } from './errors.ts'

export interface Reached extends Instance {
  /** Named by its address; any other belongs to the data directory here, and can be reached anew when it goes away. */
  readonly isNamed: boolean
  /** Started for this command alone: what it was asked goes on only when Portlight starts again. */
  readonly isOwn: boolean
  stop(): Promise<void>
}

export interface Wanted {
  readonly url?: string | undefined
  readonly key?: string | undefined
}

/** The Portlight that was named, else the one that runs here, else one started for this command. @throws CommandError */
export async function reachInstance({ url, key }: Wanted, { settings, terminal }: Context): Promise<Reached> {
  if (url !== undefined && key !== undefined) return { ...running(baseOf(url), key), isNamed: true }
  const { dataDir, env } = await settings()
  try {
    const found = await findInstance(dataDir)
    if (url !== undefined) {
      if (found?.url !== baseOf(url)) throw usageError('--url needs --key: the key that the Portlight there takes')
      return { ...running(found.url, found.apiKey), isNamed: true }
    }
    if (found) return running(found.url, key ?? found.apiKey)
    if (key !== undefined) throw usageError('--key needs --url: no Portlight runs here')
    terminal.err('No Portlight runs here: starting one for this scan, to be stopped after it.\n')
    return await startOwn(dataDir, env)
  } catch (error) {
    throw error instanceof InstanceError ? notTold(error.message) : error
  }
}

/** Where two start at once, one of them finds the other's. */
async function startOwn(dataDir: string, env: NodeJS.ProcessEnv): Promise<Reached> {
  let own: OwnInstance
  try {
    own = await startInstance(dataDir, env)
  } catch (error) {
    const found = await findInstance(dataDir)
    if (found) return running(found.url, found.apiKey)
    throw error
  }
  return { url: own.url, key: own.apiKey, isNamed: false, isOwn: true, stop: () => own.stop() }
}

const running = (url: string, key: string): Reached => ({
  url,
  key,
  isNamed: false,
  isOwn: false,
  stop: async () => {},
})

/** Scheme, host and port. @throws CommandError */
function baseOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
    throw usageError(`--url takes an address such as http://127.0.0.1:3000, not "${url}"`)
  }
  return parsed.origin
}
