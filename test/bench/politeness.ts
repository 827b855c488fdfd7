import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { fork } from 'node:child_process'
import { openInstance } from './instance.ts'

const processes = 3
const connections = 60

/** What a listener sees of three processes that all want the same address: the busiest second, and the most open at once. */
export async function bench(): Promise<void> {
  const instance = await openInstance()
  for (const [basis, limit] of [
    ['attested', { perSecond: 20, open: 10 }],
    ['proved', { perSecond: 1000, open: 256 }],
  ] as const) {
    const times: number[] = []
    const open = new Set<Socket>()
    let most = 0
    const server = createServer((socket) => {
      times.push(performance.now())
      open.add(socket)
      most = Math.max(most, open.size)
      socket.on('close', () => open.delete(socket)).on('error', () => {})
    }).listen(0, '127.0.0.1', 1024)
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const each = basis === 'attested' ? connections : 50 * connections
    const children = Array.from({ length: processes }, () =>
      fork('test/bench/politeness-dialler.ts', [
        instance.env['DATABASE_URL']!,
        String(port),
        basis,
        String(each / processes),
      ]),
    )
    await Promise.all(children.map((child) => once(child, 'exit')))
    server.close()
    let busiest = 0
    for (let from = 0, to = 0; to < times.length; to++) {
      while (times[to]! - times[from]! >= 1000) from++
      busiest = Math.max(busiest, to - from + 1)
    }
    const seconds = (times.at(-1)! - times[0]!) / 1000
    console.log(
      `${basis.padEnd(9)} busiest second ${busiest} of ${limit.perSecond}   most open ${most} of ${limit.open}   ${times.length} connections in ${seconds.toFixed(1)} s by ${processes} processes`,
    )
  }
  await instance.stop()
}
