import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { labDoor } from '#test/support/lab-door.ts'
import { answerDatagrams, closedPort } from './loopback.ts'

const question = Buffer.from('question')
const any = { timeoutMillis: 5000, accept: () => true }

test('a reply comes back', async () => {
  const { address, port } = await answerDatagrams((datagram) => [Buffer.concat([Buffer.from('re: '), datagram])])
  const outcome = await labDoor().exchange(address, port, question, any)
  expect(outcome).toEqual({
    status: 'answered',
    reply: Buffer.from('re: question'),
    roundTripMillis: expect.any(Number),
  })
})

test('a datagram that is not the answer is passed over', async () => {
  const { address, port } = await answerDatagrams(() => [Buffer.from('no'), Buffer.from('yes'), Buffer.from('late')])
  const accept = (reply: Uint8Array) => reply[0] === 'y'.charCodeAt(0)
  const outcome = await labDoor().exchange(address, port, question, { ...any, accept })
  expect(outcome).toMatchObject({ status: 'answered', reply: Buffer.from('yes') })
})

test('where nobody listens the host refuses; where nobody answers it is silent', async () => {
  const closed = await closedPort()
  expect(await labDoor().exchange(closed.address, closed.port, question, any)).toEqual({ status: 'refused' })
  const mute = await answerDatagrams(() => [])
  const brief = { ...any, timeoutMillis: 50 }
  expect(await labDoor().exchange(mute.address, mute.port, question, brief)).toEqual({ status: 'silent' })
})

test('another sender is not heard', async () => {
  const other = createSocket('udp4')
  onTestFinished(() => void other.close())
  const server = createSocket('udp4', (_datagram, from) => {
    other.send('forged', from.port, from.address, () => server.send('true', from.port, from.address))
  })
  onTestFinished(() => void server.close())
  server.bind(0, '127.0.0.1')
  await once(server, 'listening')
  const { address, port } = server.address()
  expect(await labDoor().exchange(address, port, question, any)).toMatchObject({ reply: Buffer.from('true') })
})

test('an address outside policy gets no datagram', async () => {
  const seen: Buffer[] = []
  const { address, port } = await answerDatagrams((datagram) => {
    seen.push(datagram)
    return [datagram]
  })
  const shut = labDoor({ allow: [] })
  expect(await shut.exchange(address, port, question, any)).toEqual({ status: 'not-allowed', rule: 'loopback' })
  const own = labDoor({ own: [{ address, port }] })
  expect(await own.exchange(address, port, question, any)).toEqual({ status: 'not-allowed', rule: 'own-socket' })
  await labDoor().exchange(address, port, Buffer.from('allowed'), any)
  expect(seen.map(String)).toEqual(['allowed'])
})

test('a datagram that is too long for any link was not asked', async () => {
  const { address, port } = await answerDatagrams((datagram) => [datagram])
  const outcome = await labDoor().exchange(address, port, Buffer.alloc(65_600), any)
  expect(outcome).toEqual({ status: 'not-asked', errno: 'EMSGSIZE' })
})
