import { Redis } from 'ioredis'
import { inject } from 'vitest'

/** The URL of an empty Redis database for one test file; null where the machine has no Redis. */
export async function takeTestRedis(): Promise<string | null> {
  const url = inject('redisUrl')
  if (url === null) return null
  const client = new Redis(url)
  try {
    return `${url}/${await client.incr('taken')}`
  } finally {
    client.disconnect()
  }
}
