// A listener that never accepts: it says its port and stops in the same turn. Whoever starts it fills its queue.
// Should anybody continue it, it ends.
import { writeSync } from 'node:fs'
import { createServer } from 'node:net'

const server = createServer()
server.listen({ host: '127.0.0.1', port: 0, backlog: 1 }, () => {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port')
  writeSync(1, `${address.port}\n`)
  process.kill(process.pid, 'SIGSTOP')
  process.exit()
})
