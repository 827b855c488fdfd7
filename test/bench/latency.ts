import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect, createPool } from '#db/connect.ts'
import { startEmbedded } from '#db/embedded.ts'
import { makeFolder } from '#test/support/portlight.ts'
import { freePort } from '#apps/up/free-port.ts'
import { startProcess, untilReady } from '#test/support/processes.ts'

const scans = 200

/** How long after the POST was sent a worker has begun the scan: by the database's clock, which both writes share with this process. */
export async function bench(): Promise<void> {
  const dataDir = makeFolder()
  const postgres = await startEmbedded(join(dataDir, 'postgres'))
  const port = await freePort()
  const env = {
    DATABASE_URL: postgres.url,
    DATA_DIR: dataDir,
    PORT: String(port),
    SCAN_ALLOW: '127.0.0.0/8',
    DNS_SERVERS: '127.0.0.1:9',
  }
  await startProcess('apps/migrate/main.ts', env).ended
  const api = startProcess('apps/api/main.ts', env)
  const worker = startProcess('workers/main.ts', env)
  const base = `http://127.0.0.1:${port}`
  await untilReady(`${base}/readyz`, api)
  const headers = {
    authorization: `Bearer ${readFileSync(join(dataDir, 'api-key'), 'utf8').trim()}`,
    'content-type': 'application/json',
  }
  const body = JSON.stringify({ target: '127.0.0.1', scanners: { ports: { ports: [9] } } })
  const db = connect(createPool({ url: postgres.url, max: 1, name: 'bench', timeoutMillis: 5000, onError: () => {} }))

  const answerMillis: number[] = []
  const beginMillis: number[] = []
  for (let i = 0; i < scans + 20; i++) {
    const sentAt = Date.now()
    const began = performance.now()
    const answer = await fetch(`${base}/v1/scans`, { method: 'POST', headers, body })
    const { id } = (await answer.json()) as { id: string }
    const answered = performance.now() - began
    // Each waits for the end of the one before: a worker that is busy would measure the queue.
    let startedAt: Date | null = null
    for (let isOver = false; !isOver; await sleep(5)) {
      const events = await db.selectFrom('scan_events').select(['kind', 'at']).where('scan_id', '=', id).execute()
      startedAt ??= events.find(({ kind }) => kind === 'claimed')?.at ?? null
      isOver = events.some(({ kind }) => kind === 'completed')
    }
    // The first ones warm both processes up.
    if (i < 20) continue
    answerMillis.push(answered)
    beginMillis.push(startedAt!.getTime() - sentAt)
  }
  const show = (name: string, values: number[]) => {
    const sorted = values.sort((a, b) => a - b)
    const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]!.toFixed(1)
    console.log(
      `${name.padEnd(24)} p50 ${at(0.5)} ms   p95 ${at(0.95)} ms   p99 ${at(0.99)} ms   (${sorted.length} scans)`,
    )
  }
  show('POST → 202', answerMillis)
  show('POST → worker begins', beginMillis)

  await Promise.all([api.stop(), worker.stop('SIGKILL')])
  await db.destroy()
  await postgres.stop()
}
