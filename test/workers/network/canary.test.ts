import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { asksCanary } from '#workers/network/canary.ts'

test('what takes a connection, or refuses it, is there', async () => {
  const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  expect(await asksCanary({ address: '127.0.0.1', port })).toBe(true)
  server.close()
  await once(server, 'close')
  expect(await asksCanary({ address: '127.0.0.1', port })).toBe(true)
})

test('what cannot be reached is not', async () => {
  // No TCP goes to a multicast address: the system refuses it without a packet.
  expect(await asksCanary({ address: '224.0.0.1', port: 9 })).toBe(false)
})
