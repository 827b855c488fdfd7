import { once } from 'node:events'
import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { publish } from '#db/bus.ts'
import { createClient, pour, quantile, type Told } from '#test/chaos/load.ts'
import { makeKeys } from '#test/support/make.ts'
import { type BenchInstance, openInstance } from './instance.ts'

const seconds = Number(process.env['SECONDS'] ?? 60)
const perSecond = 500
/** With an Idempotency-Key, which costs three round trips more. */
const keyedPerSecond = 200
const streams = 1000
const eventsPerSecond = 100

/** What the API bears while the load, it and Postgres share this machine, and no worker runs. */
export async function bench(): Promise<void> {
  const instance = await openInstance({ WRITES_PER_MINUTE: '1000000', QUEUED_SCANS: '1000000' })
  try {
    const base = await instance.startApi()
    const port = Number(new URL(base).port)
    const client = createClient(port, 64)
    // Reads are counted by credential, a hundred in a second.
    const keys = await makeKeys(instance.db, 20)
    const [key] = keys as [string]
    const submit = (n: number, headers: Record<string, string> = {}) =>
      client.send({
        method: 'POST',
        path: '/v1/scans',
        key,
        body: JSON.stringify({ target: `127.1.1.${n % 250}`, scanners: { ports: { ports: [9] } } }),
        headers,
      })
    await pour({ perSecond: 100, seconds: 5 }, (n) => submit(n))
    show(`POST at ${perSecond}/s`, await pour({ perSecond, seconds }, (n) => submit(n)))
    const keyed = await pour({ perSecond: keyedPerSecond, seconds: Math.min(seconds, 30) }, (n) =>
      submit(n, { 'idempotency-key': `speed-${n}` }),
    )
    show(`the same, keyed, ${keyedPerSecond}/s`, keyed)

    const { id, version } = await instance.db
      .selectFrom('scans')
      .select(['id', 'version'])
      .limit(1)
      .executeTakeFirstOrThrow()
    const headers = { 'if-none-match': `W/"${version}"` }
    const told = await pour({ perSecond, seconds: Math.min(seconds, 30) }, (n) =>
      client.send({ method: 'GET', path: `/v1/scans/${id}`, key: keys[n % keys.length]!, headers }),
    )
    show(`304 at ${perSecond}/s`, told)
    client.close()
    await follow(instance, port, keys)
  } finally {
    await instance.stop()
  }
}

function show(name: string, told: readonly Told[]): void {
  const millis = told.map((one) => one.millis)
  const wrong = told.filter(({ status }) => status !== 202 && status !== 304).length
  const at = (share: number) => `${quantile(millis, share).toFixed(1)} ms`
  console.log(
    `${name.padEnd(24)} ${told.length} answers, ${wrong} other than asked   p50 ${at(0.5)}   p99 ${at(0.99)}   worst ${at(1)}`,
  )
}

/** As many open streams, each of a scan of its own, while a hundred of these scans change in a second: from the commit to the event. */
async function follow({ db }: BenchInstance, port: number, keys: readonly string[]): Promise<void> {
  const scans = await db.selectFrom('scans').select(['id', 'version']).limit(streams).execute()
  const changedAt = new Map<string, number>()
  const millis: number[] = []
  const asking: ClientRequest[] = []
  const open = async (id: string, n: number) => {
    const key = keys[n % keys.length]!
    const ask = request({
      port,
      host: '127.0.0.1',
      path: `/v1/scans/${id}/events`,
      headers: { authorization: `Bearer ${key}` },
      agent: false,
    })
    asking.push(ask)
    ask.on('error', () => {})
    ask.end()
    const [answer] = (await once(ask, 'response')) as [IncomingMessage]
    if (answer.statusCode !== 200) throw new Error(`a stream was answered ${answer.statusCode}`)
    answer.setEncoding('utf8').on('data', (text: string) => {
      for (const [, version] of text.matchAll(/^id: (\d+)$/gm)) {
        const at = changedAt.get(`${id} ${version}`)
        if (at !== undefined) millis.push(performance.now() - at)
      }
    })
    answer.on('error', () => {})
  }
  for (let i = 0; i < scans.length; i += 50) await Promise.all(scans.slice(i, i + 50).map(({ id }, n) => open(id, n)))
  await sleep(3000)
  const versions = new Map(scans.map(({ id, version }) => [id, version]))
  const change = async (id: string) => {
    const version = versions.get(id)! + 1
    versions.set(id, version)
    await db.transaction().execute(async (db) => {
      await db.updateTable('scans').set({ version }).where('id', '=', id).execute()
      await sql`insert into scan_events (scan_id, version, kind) values (${id}::uuid, ${version}, 'progress')`.execute(
        db,
      )
      await publish(db, 'scan', id)
    })
    changedAt.set(`${id} ${version}`, performance.now())
  }
  const told = await pour({ perSecond: eventsPerSecond, seconds: 20 }, async (n) => {
    await change(scans[(n * 7) % scans.length]!.id)
    return { status: 0, millis: 0, isOfApi: false }
  })
  await sleep(3000)
  console.log(
    `${streams} open streams        ${told.length} changes, ${millis.length} events seen   p50 ${quantile(millis, 0.5).toFixed(1)} ms   p99 ${quantile(millis, 0.99).toFixed(1)} ms   worst ${Math.max(...millis).toFixed(1)} ms`,
  )
  for (const ask of asking) ask.destroy()
}
