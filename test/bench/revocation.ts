import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startRedis } from '#test/support/redis-server.ts'
import { openInstance } from './instance.ts'

const rounds = 30
const password = 'correct horse battery staple'

/** How long after a session was revoked at one process another one still takes its token, and still tells its stream anything. */
export async function bench(): Promise<void> {
  await measure('queue in Postgres', {})
  const redis = await startRedis(mkdtempSync(join(tmpdir(), 'portlight-bench-redis-')))
  if (redis === null) console.log('queue in Redis      skipped: there is no redis-server')
  else {
    await measure('queue in Redis', { QUEUE_URL: redis.url })
    await redis.stop()
  }
}

async function measure(name: string, settings: Record<string, string>): Promise<void> {
  const instance = await openInstance(settings)
  const [one, other] = [await instance.startApi(), await instance.startApi()]
  const post = async (base: string, path: string, body: object, token: string | null = null) => {
    const answer = await fetch(base + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token === null ? {} : { authorization: `Bearer ${token}` }) },
      body: JSON.stringify(body),
    })
    return (await answer.json()) as Record<string, string>
  }
  const email = 'ada@example.org'
  const first = await post(one, '/v1/set-up', { email, password }, instance.key)
  const scan = await post(one, '/v1/scans', { target: '127.0.0.1' }, instance.key)
  const token: number[] = []
  const stream: number[] = []
  for (let round = 0; round < rounds; round++) {
    const { accessToken } = await post(one, '/v1/login', { email, password, device: first['deviceToken'] })
    const headers = { authorization: `Bearer ${accessToken}` }
    const opened = await fetch(`${other}/v1/scans/${scan['id']}/events`, { headers })
    const reader = opened.body!.getReader()
    await reader.read()
    const ended = (async () => {
      while (!(await reader.read()).done);
      return performance.now()
    })()
    // The other process has looked the session up a moment ago: it remembers.
    await fetch(`${other}/v1/me`, { headers })
    const revokedAt = performance.now()
    const answer = await fetch(`${one}/v1/logout`, { method: 'POST', headers })
    if (answer.status !== 204) throw new Error(`log-out answered ${answer.status}`)
    while ((await fetch(`${other}/v1/me`, { headers })).status !== 401);
    token.push(performance.now() - revokedAt)
    stream.push((await ended) - revokedAt)
  }
  const show = (values: number[]) =>
    `median ${values.toSorted((a, b) => a - b)[rounds / 2]!.toFixed(1)} ms, worst ${Math.max(...values).toFixed(1)} ms`
  console.log(
    `${name.padEnd(18)} token ${show(token)}   stream ${show(stream)}   (${rounds} sessions, two API processes)`,
  )
  await instance.stop()
}
