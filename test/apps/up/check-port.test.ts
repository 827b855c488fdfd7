import { once } from 'node:events'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { expect, test } from 'vitest'
import { checkPort } from '#apps/up/check-port.ts'
import { freePort } from '#apps/up/free-port.ts'

async function listen(address: string): Promise<{ server: Server; port: number } | null> {
  const server = createServer().listen(0, address)
  try {
    await once(server, 'listening')
  } catch {
    return null
  }
  return { server, port: (server.address() as AddressInfo).port }
}

test('a free port is fine', async () => {
  await expect(checkPort('127.0.0.1', await freePort())).resolves.toBeUndefined()
})

test.for(['127.0.0.1', '::1'])(
  'a port that another program has on %s is taken: localhost may lead there',
  async (address) => {
    const stranger = await listen(address)
    if (!stranger) return console.log(`There is no ${address} here: skipped.`)
    try {
      await expect(checkPort('127.0.0.1', stranger.port)).rejects.toThrow(`PORT: ${stranger.port} is taken`)
    } finally {
      stranger.server.close()
    }
  },
)

test('a port that is about to be left is waited for', async () => {
  const leaving = await listen('127.0.0.1')
  const checked = checkPort('127.0.0.1', leaving?.port ?? 0, 20_000)
  leaving?.server.close()
  await expect(checked).resolves.toBeUndefined()
})

test('an address that is not ours is told by HOST', async () => {
  await expect(checkPort('192.0.2.1', await freePort())).rejects.toThrow(/^HOST or PORT: .*EADDRNOTAVAIL/)
})
