import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeTenant } from '#test/support/make.ts'
import { medianOf, openInstance } from './instance.ts'

const crowd = Number(process.env['SCANS'] ?? 10_000)
const singles = 15
const askingAtOnce = 16
/** A scan of the crowd takes about as long as its server is silent. */
const silentMillis = 700

/** What one tenant's ten thousand scans make of another's single one. */
export async function bench(): Promise<void> {
  const instance = await openInstance({ QUEUED_SCANS: '1000000', WRITES_PER_MINUTE: '1000000' })
  const server = createServer((socket) => {
    socket.on('error', () => {})
    setTimeout(() => socket.end('220 lab.example FTP server ready\r\n'), silentMillis)
  }).listen(0, '127.0.0.1', 4096)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const base = await instance.startApi()
  instance.startWorker()
  const [many, few] = [await makeTenant(instance.db), await makeTenant(instance.db)]
  const ports = { ports: { ports: [port] } }
  const submit = async (key: string, body: object) => {
    const answer = await fetch(`${base}/v1/scans`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ target: '127.0.0.1', scanners: ports, ...body }),
    })
    if (answer.status !== 202) throw new Error(`${answer.status}: ${await answer.text()}`)
    return ((await answer.json()) as { id: string }).id
  }
  const single = async () => {
    const began = performance.now()
    const id = await submit(few, {})
    const answer = await fetch(`${base}/v1/scans/${id}`, {
      headers: { authorization: `Bearer ${few}`, prefer: 'wait=60' },
    })
    const { status } = (await answer.json()) as { status: string }
    if (status !== 'completed') throw new Error(`a single scan ended ${status}`)
    return performance.now() - began
  }
  const measure = async () => {
    const times: number[] = []
    for (let i = 0; i < singles; i++) {
      times.push(await single())
      await sleep(100)
    }
    return { median: medianOf(times), worst: Math.max(...times) }
  }
  await single()
  const idle = await measure()
  let left = crowd
  await Promise.all(
    Array.from({ length: askingAtOnce }, async () => {
      while (left-- > 0) await submit(many, { lane: left % 2 ? 'bulk' : 'interactive' })
    }),
  )
  const crowded = await measure()
  const { waiting } = await instance.db
    .selectFrom('scans')
    .select(({ fn }) => fn.countAll<string>().as('waiting'))
    .where('status', '=', 'queued')
    .executeTakeFirstOrThrow()
  const show = ({ median, worst }: { median: number; worst: number }) =>
    `median ${median.toFixed(0)} ms, worst ${worst.toFixed(0)} ms`
  console.log(
    `a single scan, idle: ${show(idle)}; beside ${crowd} of another tenant (${waiting} still wait): ${show(crowded)}; ${(crowded.median / idle.median).toFixed(2)}×`,
  )
  server.close()
  await instance.stop()
}
