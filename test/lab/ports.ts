import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server, Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** Ports on loopback of which it is known what they are. */
export interface PortsLab {
  readonly address: '127.0.0.1'
  /** Open, and waits for the other side to begin. */
  readonly quiet: number
  /** Nobody listens: a reset comes. */
  readonly closed: number
  /** No answer at all comes, neither a handshake nor a reset. */
  readonly silent: number
  /** A new open port, which says this to everybody at once. */
  greeting(bytes: string | Uint8Array): Promise<OpenPort>
  stop(): Promise<void>
}

export interface OpenPort {
  readonly port: number
  /** How many connections it has seen. */
  readonly connections: () => number
}

export async function startPortsLab(): Promise<PortsLab> {
  const servers: Server[] = []
  const listen = async (greeting: string | Uint8Array): Promise<OpenPort> => {
    let connections = 0
    const server = createServer((socket) => {
      connections += 1
      socket.on('error', () => {})
      if (greeting.length > 0) socket.write(greeting)
    })
    servers.push(server)
    return { port: await listening(server, 0), connections: () => connections }
  }
  const [quiet, closed, silent] = await Promise.all([listen(''), closedPort(), silentPort()])
  return {
    address: '127.0.0.1',
    quiet: quiet.port,
    closed,
    silent: silent.port,
    greeting: listen,
    stop: async () => {
      silent.stop()
      await Promise.all(servers.map(closeServer))
    },
  }
}

async function listening(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port')
  return address.port
}

const closeServer = (server: Server) =>
  new Promise((resolve) => {
    server.close(resolve)
  })

/** Below the ports that systems hand out themselves, so that nobody gets it in the meantime. */
async function closedPort(): Promise<number> {
  for (;;) {
    const server = createServer()
    const port = 10_000 + Math.floor(Math.random() * 20_000)
    try {
      await listening(server, port)
    } catch {
      continue
    }
    await closeServer(server)
    return port
  }
}

/** A stopped child whose queue is full: the kernel drops every further question (Linux, no root needed). */
async function silentPort(): Promise<{ port: number; stop: () => void }> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./ports-silent.ts', import.meta.url))], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  const port = Number(line)
  // A backlog of 1 admits two.
  const fillers = await Promise.all([holdConnection(port), holdConnection(port)])
  return {
    port,
    stop: () => {
      for (const filler of fillers) filler.destroy()
      child.kill('SIGKILL')
    },
  }
}

async function holdConnection(port: number): Promise<Socket> {
  const socket = new Socket()
  socket.on('error', () => {})
  socket.connect(port, '127.0.0.1')
  await once(socket, 'connect')
  return socket
}
