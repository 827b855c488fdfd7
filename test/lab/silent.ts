import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'

/** A listener that stays silent for 0.2 to 1.5 s before it says its banner: work long enough to be killed in. */
export async function startSilentListener(
  host = '127.0.0.1',
): Promise<{ port: number; connections: () => number; close(): void }> {
  let connections = 0
  const server = createServer((socket) => {
    connections++
    const timer = setTimeout(() => socket.end('220 lab ready\r\n'), 200 + Math.random() * 1300)
    socket.on('error', () => {})
    socket.on('close', () => clearTimeout(timer))
  })
  server.listen(0, host)
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port, connections: () => connections, close: () => server.close() }
}
