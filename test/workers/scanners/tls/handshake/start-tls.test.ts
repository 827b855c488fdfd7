import { expect, test } from 'vitest'
import { ConnectionError } from '#workers/network/door.ts'
import { startTls } from '#workers/scanners/tls/handshake/start-tls.ts'
import { scriptedConnection } from '../../../../support/scripted-network.ts'
import type { StartTlsProtocol } from '#workers/scanners/tls/schema.ts'

const ask = (protocol: StartTlsProtocol, ...says: readonly (string | Uint8Array | ConnectionError)[]) => {
  const connection = scriptedConnection(says)
  return startTls(connection, protocol, 1000).then((outcome) => ({ outcome, written: connection.written.join('') }))
}

test('answers in many lines, and in pieces, are read to their end', async () => {
  const told = await ask(
    'smtp',
    '220-mail\r\n22',
    '0 ready\r\n',
    '250-mail\r\n250-STARTTLS\r\n250',
    ' OK\r\n',
    '220 go\r\n',
  )
  expect(told).toEqual({ outcome: 'ready', written: 'EHLO portlight.invalid\r\nSTARTTLS\r\n' })
})

test('a server that says no does not offer it', async () => {
  expect(await ask('smtp', '220 mail\r\n', '250 OK\r\n', '502 no\r\n')).toHaveProperty(
    'outcome',
    'starttls-not-offered',
  )
  expect(await ask('smtp', '220 mail\r\n', '502 no\r\n')).toHaveProperty('outcome', 'starttls-not-offered')
  expect(await ask('imap', '* OK ready\r\n', '* CAPABILITY\r\na BAD what\r\n')).toHaveProperty(
    'outcome',
    'starttls-not-offered',
  )
  expect(await ask('pop3', '+OK\r\n', '-ERR\r\n')).toHaveProperty('outcome', 'starttls-not-offered')
  expect(await ask('postgres', 'N')).toHaveProperty('outcome', 'starttls-not-offered')
  expect(await ask('ldap', Buffer.from('300c02010178070a010204000400', 'hex'))).toHaveProperty(
    'outcome',
    'starttls-not-offered',
  )
})

test('another protocol is a failure, not a no', async () => {
  expect(await ask('smtp', '554 go away\r\n')).toHaveProperty('outcome', 'starttls-failed')
  expect(await ask('postgres', 'SSH-2.0-OpenSSH\r\n')).toHaveProperty('outcome', 'starttls-failed')
  expect(await ask('postgres', 'E\0\0')).toHaveProperty('outcome', 'starttls-failed')
  expect(await ask('ldap', 'HTTP/1.1 400 Bad Request\r\n')).toHaveProperty('outcome', 'starttls-failed')
})

test('what is said after the go-ahead and before TLS is never taken for TLS', async () => {
  expect(await ask('imap', '* OK\r\n', 'a OK go\r\n* injected\r\n')).toHaveProperty('outcome', 'starttls-failed')
  expect(await ask('postgres', 'SX')).toHaveProperty('outcome', 'starttls-failed')
})

test('a server that talks without end is cut off', async () => {
  const flood = Array.from({ length: 100 }, () => '* more and more\r\n'.repeat(100))
  expect(await ask('imap', ...flood)).toHaveProperty('outcome', 'starttls-failed')
  expect(await ask('smtp', ...Array.from({ length: 100 }, () => 'x'.repeat(1000)))).toHaveProperty(
    'outcome',
    'starttls-failed',
  )
})

test('silence, a reset, an end and our own end are told apart', async () => {
  expect(await ask('smtp', new ConnectionError('timed-out', ''))).toHaveProperty('outcome', 'silent')
  expect(await ask('smtp', '220 a\r\n', new ConnectionError('reset', ''))).toHaveProperty('outcome', 'closed')
  expect(await ask('smtp', '220 a\r\n')).toHaveProperty('outcome', 'closed')
  expect(await ask('postgres')).toHaveProperty('outcome', 'closed')
  expect(await ask('smtp', new ConnectionError('closed', ''))).toHaveProperty('outcome', 'cancelled')
})

test('the time is for the whole dialogue: a server that drips cannot stretch it', async () => {
  const timeouts: number[] = []
  const connection = {
    ...scriptedConnection(),
    read: async (timeoutMillis: number) => {
      timeouts.push(timeoutMillis)
      const until = performance.now() + 20
      while (performance.now() < until) {
        // As if that long had passed on the wire.
      }
      return Buffer.from('x')
    },
  }
  expect(await startTls(connection, 'smtp', 100)).toBe('silent')
  expect(timeouts.length).toBeLessThan(10)
  expect(timeouts.at(-1)).toBeLessThan(50)
})
