import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { ConnectionError, type ConnectionErrorReason } from '#workers/network/door.ts'
import { bannerText, readBanner } from '#workers/scanners/ports/banner.ts'
import { scriptedConnection } from '#test/support/scripted-network.ts'
import { VirtualClock } from './support/virtual-clock.ts'

const failure = (reason: ConnectionErrorReason) => new ConnectionError(reason, reason)
const heard = async (...says: (string | ConnectionError)[]) =>
  Buffer.from(await readBanner(scriptedConnection(says), new VirtualClock())).toString('latin1')

test('what comes in pieces is one greeting', async () => {
  expect(await heard('220-one\r\n', '220 two\r\n')).toBe('220-one\r\n220 two\r\n')
})

test.each(['timed-out', 'reset', 'limit', 'closed'] as const)(
  'what came before the connection was %s is kept',
  async (reason) => {
    expect(await heard('SSH-2.0-x', failure(reason))).toBe('SSH-2.0-x')
    expect(await heard(failure(reason))).toBe('')
  },
)

test('no more than 4 KiB is read', async () => {
  expect(await heard('a'.repeat(3000), 'b'.repeat(3000), 'c')).toHaveLength(4096)
})

test('a server that lets its greeting drip gets two seconds, not more', async () => {
  const clock = new VirtualClock()
  const dripping = scriptedConnection()
  const greeting = await clock.until(
    readBanner(
      {
        ...dripping,
        read: async () => {
          await clock.pause(150)
          return Buffer.from('x')
        },
      },
      clock,
    ),
  )
  expect(clock.now()).toBeLessThan(2200)
  expect(greeting.byteLength).toBeGreaterThan(5)
})

test('a greeting is kept as text that a database takes, whatever its bytes are', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 4096 }), (greeting) => {
      const text = bannerText(greeting)!
      expect(text.length).toBeLessThanOrEqual(512)
      expect(text.isWellFormed()).toBe(true)
      expect(text).not.toContain('\0')
    }),
  )
})

test('silence is no banner', () => {
  expect(bannerText(new Uint8Array())).toBeNull()
})

test("MySQL's greeting is the same in every scan: its salt is left out", () => {
  const greeting = (salt: string) => Buffer.from(`\x4a\0\0\0\x0a8.0.36\0${salt}`, 'latin1')
  expect(bannerText(greeting('one salt'))).toBe(bannerText(greeting('another')))
  expect(bannerText(greeting('one salt'))).toContain('8.0.36')
})
