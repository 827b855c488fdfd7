import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { freePort } from '#apps/up/free-port.ts'

export interface RedisServer {
  readonly url: string
  readonly pid: number
  stop(): Promise<void>
}

/** Starts a Redis as the product needs it (append-only file, nothing evicted) on a free port; null where there is no redis-server. */
export async function startRedis(dir: string, port?: number): Promise<RedisServer | null> {
  const program = findRedis()
  if (program === null) return null
  mkdirSync(dir, { recursive: true })
  const ownPort = port ?? (await freePort())
  const child = spawn(
    program,
    ['--port', String(ownPort), '--bind', '127.0.0.1', '--dir', dir, '--databases', '1024'].concat([
      '--appendonly',
      'yes',
      '--maxmemory-policy',
      'noeviction',
      '--save',
      '',
    ]),
    { stdio: 'ignore' },
  )
  const exited = once(child, 'exit')
  await once(child, 'spawn')
  const url = `redis://127.0.0.1:${ownPort}`
  await untilAnswering(url, () => child.exitCode !== null)
  return {
    url,
    pid: child.pid ?? 0,
    stop: async () => {
      child.kill('SIGTERM')
      await exited
    },
  }
}

/** The program; null where this machine has none. */
export function findRedis(): string | null {
  const { REDIS_SERVER, PATH = '' } = process.env
  if (REDIS_SERVER) return REDIS_SERVER
  const programs = PATH.split(delimiter).map((folder) => join(folder, 'redis-server'))
  return programs.find((program) => existsSync(program)) ?? null
}

async function untilAnswering(url: string, hasEnded: () => boolean): Promise<void> {
  for (;;) {
    const client = new Redis(url, { lazyConnect: true, retryStrategy: null, connectTimeout: 1000 })
    client.on('error', () => {})
    try {
      await client.connect()
      await client.ping()
      return
    } catch (error) {
      if (hasEnded()) throw new Error('redis-server ended before it answered', { cause: error })
    } finally {
      client.disconnect()
    }
    await sleep(15)
  }
}
