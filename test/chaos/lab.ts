import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'

export interface CountingLab {
  readonly port: number
  /** Connections to each of this machine's addresses: every scan of a run asks one of its own. */
  readonly connectionsTo: (address: string) => number
  readonly connections: () => number
  close(): Promise<void>
}

/** Listens at every loopback address, and is silent for a while before it says its banner: work long enough to be killed in. It counts who came. */
export async function startCountingLab(
  silentMillis: () => number = () => 200 + Math.random() * 1300,
): Promise<CountingLab> {
  const counts = new Map<string, number>()
  const server = createServer((socket) => {
    const address = socket.localAddress ?? ''
    counts.set(address, (counts.get(address) ?? 0) + 1)
    const timer = setTimeout(() => socket.end('220 lab ready\r\n'), silentMillis())
    socket.on('error', () => {})
    socket.on('close', () => clearTimeout(timer))
  })
  server.listen({ port: 0, host: '0.0.0.0', backlog: 4096 })
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    connectionsTo: (address) => counts.get(address) ?? 0,
    connections: () => [...counts.values()].reduce((sum, count) => sum + count, 0),
    close: async () => {
      server.close()
      await once(server, 'close')
    },
  }
}

/** The n-th address of 127.0.0.0/8 that nothing else uses. */
export const addressOf = (n: number) => `127.${1 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}`
