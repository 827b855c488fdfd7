import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeKeys } from '#test/support/make.ts'
import { makeFolder } from '#test/support/portlight.ts'
import { addressOf } from './lab.ts'
import { countBy, createClient, pour, quantile } from './load.ts'
import { lowPort } from './low-port.ts'
import type { Outcome } from './outcome.ts'
import { startRig } from './rig.ts'

const haproxy = ['/usr/sbin/haproxy', '/usr/bin/haproxy', '/usr/local/sbin/haproxy'].find((path) => existsSync(path))

/** A check that is slow on a busy machine is none that failed. */
const configOf = (front: number, stats: number, urls: readonly string[]) => `
defaults
  mode http
  timeout connect 2s
  timeout client 75s
  timeout server 75s
  timeout check 10s
  option redispatch
  retries 3
frontend portlight
  bind 127.0.0.1:${front}
  default_backend api
frontend stats
  bind 127.0.0.1:${stats}
  stats enable
  stats uri /
backend api
  balance leastconn
  option httpchk GET /readyz
  http-check expect status 200
  default-server check inter 500ms fall 1 rise 1
${urls.map((url, i) => `  server api${i} ${new URL(url).host}`).join('\n')}
`

/** Whether the balancer sends requests to the API that is the n-th in its list: a column of its statistics. */
async function isUp(stats: number, n: number): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${stats}/;csv`).catch(() => null)
  const line = (await answer?.text())?.split('\n').find((line) => line.startsWith(`api,api${n},`))
  return line?.split(',')[17] === 'UP'
}

/** APIs are replaced by SIGTERM in turn behind a balancer, under load: nobody notices. One request in five is a submission. */
export async function rolling({ seconds, perSecond }: { seconds: number; perSecond: number }): Promise<Outcome> {
  if (haproxy === undefined) return { figures: {}, broken: [], nothing: ['there is no haproxy on this machine'] }
  const rig = await startRig({ backend: 'pg', workers: 0 })
  const [front, stats] = [await lowPort(), await lowPort()]
  const file = join(makeFolder(), 'haproxy.cfg')
  writeFileSync(file, configOf(front, stats, rig.urls))
  const proxy = spawn(haproxy, ['-db', '-q', '-f', file], { stdio: 'ignore' })
  const client = createClient(front, 100)
  try {
    const body = JSON.stringify({ target: addressOf(2), scanners: { ports: { ports: [rig.lab.port] } } })
    // Limits count by credential, and this is a crowd.
    const keys = await makeKeys(rig.db, 10)
    await sleep(1500)
    await client.send({ method: 'POST', path: '/v1/scans', key: keys[0]!, body })
    const { id } = await rig.db.selectFrom('scans').select('id').executeTakeFirstOrThrow()
    const loading = pour({ perSecond, seconds }, (n) => {
      const key = keys[n % keys.length]!
      return n % 5 === 0
        ? client.send({ method: 'POST', path: '/v1/scans', key, body, headers: { 'idempotency-key': `roll-${n}` } })
        : client.send({ method: 'GET', path: `/v1/scans/${id}`, key })
    })
    const until = performance.now() + (seconds - 6) * 1000
    let restarts = 0
    await sleep(3000)
    for (let turn = 0; performance.now() < until; turn++) {
      const n = turn % rig.apis.length
      const api = rig.apis[n]!
      const start = api.start()
      api.signal('SIGTERM')
      while (api.start() === start) await sleep(20)
      while (await isUp(stats, n)) await sleep(20)
      while (!(await isUp(stats, n))) await sleep(50)
      restarts++
    }
    const told = await loading
    const failed = told.filter(({ status }) => status < 200 || status > 299)
    const millis = told.map((one) => one.millis)
    const ends = rig.apis.flatMap(({ endings }) => Object.keys(endings).filter((how) => how !== '0'))
    return {
      figures: {
        requests: told.length,
        failed: failed.length,
        restarts,
        'p50 ms': Number(quantile(millis, 0.5).toFixed(1)),
        'p99 ms': Number(quantile(millis, 0.99).toFixed(1)),
      },
      broken: [
        ...(failed.length > 0
          ? [
              `${failed.length} requests failed: ${JSON.stringify(countBy(failed))}, ${failed.filter(({ isOfApi }) => !isOfApi).length} of them without an API`,
            ]
          : []),
        ...(ends.length > 0 ? [`an API ended with ${ends.join(', ')}`] : []),
      ],
      nothing: [
        ...(restarts < seconds / 6 ? [`only ${restarts} restarts`] : []),
        ...(told.length < seconds * perSecond * 0.9 ? [`only ${told.length} requests were sent`] : []),
      ],
    }
  } finally {
    client.close()
    proxy.kill()
    await once(proxy, 'exit')
    await rig.close()
  }
}
