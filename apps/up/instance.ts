import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { localKeyFile } from '#db/local-key-file.ts'
import { isHeld, type Lock, readLock, takeLock } from '#db/lock-file.ts'
import { freePort } from './free-port.ts'
import { compileCache } from './places.ts'

/** A Portlight that runs on this machine. */
export interface Instance {
  /** Base of the API, without a slash at its end. */
  readonly url: string
  readonly apiKey: string
  /** The process that supervises it. */
  readonly pid: number
}

export interface OwnInstance extends Instance {
  /** Drains and stops all of it. */
  stop(): Promise<void>
}

/** No instance could be found or started; the message is one sentence for people. */
export class InstanceError extends Error {
  override name = 'InstanceError'
}

const lockFile = (dataDir: string) => join(dataDir, 'instance.json')
const startPatienceMillis = 120_000

/** Makes this process the one that runs this data directory. @throws InstanceError */
export function claimDataDir(dataDir: string): Lock {
  let lock
  try {
    mkdirSync(dataDir, { recursive: true })
    lock = takeLock(lockFile(dataDir))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new InstanceError(`DATA_DIR: cannot write to ${dataDir} (${code ?? 'unknown error'}).`)
  }
  if (isHeld(lock)) return lock
  const where = typeof lock['address'] === 'string' ? ` at ${lock['address']}` : ''
  throw new InstanceError(`Portlight already runs${where}, with its data in ${dataDir} (process ${lock.pid}).`)
}

/** The instance that keeps its data here, once it is ready; null when none runs. @throws InstanceError */
export async function findInstance(dataDir: string): Promise<Instance | null> {
  for (const giveUpAt = performance.now() + startPatienceMillis; ; await sleep(50)) {
    const holder = readLock(lockFile(dataDir))
    if (!holder) return null
    const { pid, url } = holder
    if (typeof url === 'string') return { url, apiKey: readKey(dataDir), pid }
    if (performance.now() > giveUpAt)
      throw new InstanceError(`Portlight (process ${pid}) has been starting for two minutes.`)
  }
}

/**
 * Starts an instance for the caller alone, on a free port and without a word on the terminal. It stops when the caller says so, or ends.
 * `env` holds its settings. @throws InstanceError
 */
export async function startInstance(dataDir: string, env: NodeJS.ProcessEnv): Promise<OwnInstance> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
    env: {
      ...env,
      NODE_COMPILE_CACHE: compileCache,
      DATA_DIR: dataDir,
      HOST: '127.0.0.1',
      PORT: String(await freePort()),
    },
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let words = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (words += text))
  const exited = once(child, 'exit')
  const isReady = await Promise.race([once(child, 'message').then(() => true), exited.then(() => false)])
  const instance = isReady ? await findInstance(dataDir) : null
  if (!instance) throw new InstanceError(words.trim() || 'Portlight ended while it was starting.')
  return {
    ...instance,
    stop: async () => {
      child.kill('SIGTERM')
      await exited
    },
  }
}

function readKey(dataDir: string): string {
  const file = localKeyFile(dataDir)
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    throw new InstanceError(
      `cannot read the API key in ${file} (${(error as NodeJS.ErrnoException).code ?? 'unknown'}).`,
    )
  }
}
