import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import type { Endpoint } from '#workers/network/door.ts'

/** Listens on a free port of loopback until the test is over. */
export async function listen(server: Server, host = '127.0.0.1'): Promise<Endpoint> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
  })
  server.listen(0, host)
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  const { address, port } = server.address() as AddressInfo
  return { address, port }
}

/** A TCP server that does this with each connection. */
export const serve = (talk: (socket: Socket) => void, host?: string) =>
  listen(
    createServer((socket) => {
      socket.on('error', () => {})
      talk(socket)
    }),
    host,
  )

/** A UDP server that answers each datagram with these. */
export async function answerDatagrams(replies: (datagram: Buffer) => readonly Buffer[]): Promise<Endpoint> {
  const socket = createSocket('udp4', (datagram, { address, port }) => {
    for (const reply of replies(datagram)) socket.send(reply, port, address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  onTestFinished(() => void socket.close())
  const { address, port } = socket.address()
  return { address, port }
}

/** A port at which nobody listens, as of a moment ago. */
export async function closedPort(): Promise<Endpoint> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { address, port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return { address, port }
}

const listenAndSleep = `
const server = require('node:net').createServer()
server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
  require('node:fs').writeSync(1, server.address().port + '\\n')
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
})`

/** A port that answers no SYN: its owner never accepts and its queue is full (Linux drops what comes then). */
export async function silentPort(): Promise<Endpoint> {
  const child = spawn(process.execPath, ['-e', listenAndSleep], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const port = Number(line.toString())
  const fillers: Socket[] = []
  onTestFinished(() => {
    for (const filler of fillers) filler.destroy()
  })
  // A queue of 1 takes two; more attempts than that fill it for certain.
  for (let count = 0; count < 4; count += 1) fillers.push(connect(port, '127.0.0.1').on('error', () => {}))
  await once(fillers[0] as Socket, 'connect')
  await once(fillers[1] as Socket, 'connect')
  return { address: '127.0.0.1', port }
}
