import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { buildPage } from '#apps/web/build.ts'
import { startEmbedded } from '#db/embedded.ts'
import { isHeld, takeLock } from '#db/lock-file.ts'
import { clearLeftovers } from './clear-leftovers.ts'
import { startRedis } from './redis-server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the first test that needs a Postgres starts the one for the whole run. */
    clusterDir: string
    /** Null where there is no redis-server: what needs one says that it is skipped. */
    redisUrl: string | null
  }
}

const prefix = join(tmpdir(), 'portlight-run-')

export default async function setup(project: TestProject) {
  clearLeftovers(prefix)
  await buildPage()
  const dir = mkdtempSync(prefix)
  // Temporary folders are closed to others, and as root the server runs as somebody else.
  chmodSync(dir, 0o711)
  const lock = takeLock(join(dir, 'run.lock'))
  const clusterDir = join(dir, 'postgres')
  const redis = await startRedis(join(dir, 'redis'))
  if (!redis) console.log('There is no redis-server in PATH, nor in REDIS_SERVER: the Redis half is skipped.')
  if (isHeld(lock)) lock.note({ redisPid: redis?.pid })
  project.provide('clusterDir', clusterDir)
  project.provide('redisUrl', redis?.url ?? null)

  return async () => {
    await redis?.stop()
    if (existsSync(clusterDir)) await startEmbedded(clusterDir).then((server) => server.stop())
    rmSync(dir, { recursive: true, force: true })
  }
}
