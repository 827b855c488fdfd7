import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { afterAll, expect, test } from 'vitest'
import { strangersDoor } from '#test/support/lab-door.ts'
import { type Authority, visitor } from '#workers/network/authority.ts'

let accepted = 0
const server = createServer((socket) => {
  accepted++
  socket.on('error', () => {}).end()
}).listen(0, '127.0.0.1')
await once(server, 'listening')
const { port } = server.address() as AddressInfo
afterAll(() => server.close())

const doorWith = (authority: Partial<Authority>) =>
  strangersDoor(new AbortController().signal, { ...visitor, ...authority })

async function dial(door: ReturnType<typeof doorWith>) {
  const outcome = await door.connect('127.0.0.1', port, { timeoutMillis: 2000 })
  if (outcome.status === 'connected') outcome.connection.close()
  return outcome
}

test('without authority nothing that only an owner may ask for sends a packet', async () => {
  const before = accepted
  const door = doorWith({ visitConnections: 0 })
  expect(await dial(door)).toEqual({ status: 'not-allowed', rule: 'no-proof' })
  expect(accepted).toBe(before)
})

test('a visit is so many connections, and then no more', async () => {
  const door = doorWith({ visitConnections: 2 })
  const outcomes = [await dial(door), await dial(door), await dial(door)]
  expect(outcomes.map(({ status }) => status)).toEqual(['connected', 'connected', 'not-asked'])
  expect(outcomes[2]).toEqual({ status: 'not-asked', errno: 'no-proof' })
})

test('authority is each address’ own', async () => {
  const door = doorWith({ visitConnections: 0, basisOf: (address) => (address === '127.0.0.2' ? 'proved' : 'passive') })
  expect((await dial(door)).status).toBe('not-allowed')
})

test('strangers’ and attested addresses are asked slowly, proved ones as their owner allows', () => {
  const ownersPace = { connectionsPerSecond: 5000, openConnections: 900 }
  const paceOf = (basis: 'passive' | 'attested' | 'proved', pace: typeof ownersPace | null = null) =>
    doorWith({ basisOf: () => basis, pace }).pace('127.0.0.1')
  const polite = { connectionsPerSecond: 20, openConnections: 10 }
  expect([paceOf('passive'), paceOf('attested'), paceOf('passive', ownersPace)]).toEqual([polite, polite, polite])
  expect(paceOf('proved')).toEqual({ connectionsPerSecond: 1000, openConnections: 256 })
  expect(paceOf('proved', ownersPace)).toEqual(ownersPace)
})

test('what is touched is told', async () => {
  const touched: string[] = []
  const door = doorWith({ onTouch: (address) => void touched.push(address) })
  await dial(door)
  expect(touched).toEqual(['127.0.0.1'])
})
