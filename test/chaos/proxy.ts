import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface FaultyProxy {
  readonly port: number
  /** Where new connections lead. */
  leadTo(port: number): void
  /** Connections that are open now say nothing any more, as where a NAT has forgotten them; new ones are well. */
  forgetConnections(): void
  /** Ends every connection, by a reset. */
  cut(): void
  close(): Promise<void>
}

/** Stands between the product and a store. */
export async function startProxy(port: number): Promise<FaultyProxy> {
  let target = port
  const pairs = new Set<{ near: Socket; far: Socket; isForgotten: boolean }>()
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1')
    const pair = { near, far, isForgotten: false }
    pairs.add(pair)
    const pass = (from: Socket, to: Socket) => {
      from.on('data', (bytes) => {
        if (!pair.isForgotten) to.write(bytes)
      })
      from.on('error', () => {})
      from.on('close', () => {
        if (!pair.isForgotten) to.destroy()
        pairs.delete(pair)
      })
    }
    pass(near, far)
    pass(far, near)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const each = (act: (pair: { near: Socket; far: Socket; isForgotten: boolean }) => void) => [...pairs].forEach(act)
  const cut = () =>
    each(({ near, far }) => {
      near.resetAndDestroy()
      far.destroy()
    })
  return {
    port: (server.address() as AddressInfo).port,
    leadTo: (port) => void (target = port),
    forgetConnections: () => each((pair) => (pair.isForgotten = true)),
    cut,
    close: async () => {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}
