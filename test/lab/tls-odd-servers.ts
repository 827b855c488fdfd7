import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'

/** A listener on an ephemeral loopback port; closing it cuts whatever is still open. */
export interface Listener {
  readonly port: number
  /** How many connections came. */
  readonly connections: () => number
  close(): Promise<void>
}

export async function listen(server: Server, host = '127.0.0.1', port = 0): Promise<Listener> {
  const open = new Set<Socket>()
  let connections = 0
  server.on('connection', (socket: Socket) => {
    connections++
    open.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => open.delete(socket))
  })
  server.listen(port, host)
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    close: async () => {
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Servers that do not speak TLS where TLS is expected. */
export const oddServers = {
  /** Takes every connection and says nothing, ever. */
  tarpit: () => createServer((socket) => void socket.resume()),
  /** Closes at once. */
  closing: () => createServer((socket) => void socket.end()),
  /** Cuts the connection on the first byte. */
  resetting: () => createServer((socket) => socket.once('data', () => socket.resetAndDestroy())),
  http: () =>
    createServer((socket) =>
      socket.once('data', () =>
        socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'),
      ),
    ),
  ssh: () => createServer((socket) => void socket.write('SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n')),
  garbage: () =>
    createServer((socket) => {
      const flood = () => {
        while (socket.writable && socket.write(Buffer.alloc(16_384, 0x5a))) {
          // Until its buffer is full.
        }
      }
      socket.on('drain', flood)
      flood()
    }),
  /** Records that look like TLS and never make a handshake. */
  records: () =>
    createServer((socket) => {
      const record = Buffer.concat([Buffer.from([0x16, 0x03, 0x03, 0x40, 0x00]), Buffer.alloc(16_384, 0x02)])
      const flood = () => {
        while (socket.writable && socket.write(record)) {
          // Until its buffer is full.
        }
      }
      socket.on('drain', flood)
      flood()
    }),
} as const
