import { once } from 'node:events'
import { createServer } from 'node:net'

const [first, last] = [20_000, 25_999] as const

/** A free port below those that systems give to outgoing connections: one that is killed finds it free again when it comes back. */
export async function lowPort(): Promise<number> {
  for (;;) {
    const port = first + Math.floor(Math.random() * (last - first + 1))
    const server = createServer().listen(port, '127.0.0.1')
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    )
    if (!isFree) continue
    server.close()
    await once(server, 'close')
    return port
  }
}
