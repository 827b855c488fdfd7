import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { medianOf, openInstance } from './instance.ts'

const rounds = 30

/** How long after a DELETE, sent to another API process than the POST, the scanned host sees its last socket closed, and the scan says `cancelled`. */
export async function bench(): Promise<void> {
  const instance = await openInstance()
  const open = new Set<Socket>()
  let lastClosedAt = 0
  // It says nothing, so that every connection stays open for as long as the scanner waits for a banner.
  const server = createServer((socket) => {
    open.add(socket)
    socket.resume().on('error', () => {})
    socket.on('close', () => {
      open.delete(socket)
      lastClosedAt = performance.now()
    })
  }).listen(0, '127.0.0.1', 1024)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const [first, second] = [await instance.startApi(), await instance.startApi()]
  instance.startWorker()
  const headers = { authorization: `Bearer ${instance.key}`, 'content-type': 'application/json' }
  const body = JSON.stringify({
    target: '127.0.0.1',
    scanners: { ports: { ports: [port] }, tls: { port } },
  })
  const statusOf = async (answer: Response) => ((await answer.json()) as { status: string }).status
  const sockets: number[] = []
  const ends: number[] = []
  for (let i = 0; i < rounds; i++) {
    const posted = await fetch(`${first}/v1/scans`, { method: 'POST', headers, body })
    if (posted.status !== 202) throw new Error(await posted.text())
    const { id } = (await posted.json()) as { id: string }
    while (open.size < 2) await sleep(5)
    const began = performance.now()
    let status = await statusOf(await fetch(`${second}/v1/scans/${id}`, { method: 'DELETE', headers }))
    const wait = { headers: { ...headers, prefer: 'wait=10' } }
    while (status === 'running') status = await statusOf(await fetch(`${second}/v1/scans/${id}`, wait))
    ends.push(performance.now() - began)
    if (status !== 'cancelled') throw new Error(`the scan ended ${status}`)
    if (open.size > 0) throw new Error(`the scan says cancelled, and ${open.size} sockets are open`)
    sockets.push(lastClosedAt - began)
  }
  const show = (name: string, values: number[]) =>
    console.log(
      `${name.padEnd(30)} median ${medianOf(values).toFixed(1)} ms, worst ${Math.max(...values).toFixed(1)} ms (${rounds})`,
    )
  show('DELETE → last socket closed', sockets)
  show('DELETE → cancelled', ends)
  server.close()
  await instance.stop()
}
