import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { guessService, serviceByGreeting } from '#workers/scanners/ports/services.ts'

const bytes = (text: string) => Buffer.from(text, 'latin1')

test.each([
  ['SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n', 'ssh'],
  ['SSH-1.99-Cisco-1.25\n', 'ssh'],
  ['RFB 003.008\n', 'vnc'],
  ['220 mail.example.org ESMTP Postfix\r\n', 'smtp'],
  ['220-smtp.example.org ESMTP Exim 4.96\r\n', 'smtp'],
  ['220 (vsFTPd 3.0.3)\r\n', 'ftp'],
  ['220 ProFTPD Server ready.\r\n', 'ftp'],
  ['220-FileZilla Server 1.8\r\n', null],
  ['220 Microsoft FTP Service\r\n', 'ftp'],
  ['220 hello', null],
  ['+OK Dovecot ready.\r\n', 'pop3'],
  ['* OK [CAPABILITY IMAP4rev1] ready\r\n', 'imap'],
  ['* BYE too many connections\r\n', 'imap'],
  ['200 news.example.org ready\r\n', 'nntp'],
  ['@RSYNCD: 31.0\n', 'rsync'],
  ['HTTP/1.1 400 Bad Request\r\n', 'http'],
  ['\xff\xfd\x18\xff\xfd\x20', 'telnet'],
  ['\x4a\0\0\0\x0a8.0.36\0\x08\0\0\0abcdefgh\0', 'mysql'],
  ['\x59\0\0\0\x0a5.5.5-10.11.6-MariaDB-0+deb12u1\0', 'mysql'],
  ["\x45\0\0\0\xff\x6a\x04Host '192.0.2.1' is not allowed to connect to this MySQL server", 'mysql'],
  ['\x05\0\0\0\x0b\x08\x05\x1a\0', 'mysql'],
  ['-DENIED Redis is running in protected mode\r\n', 'redis'],
  ['', null],
  [' SSH-2.0-x', null],
  ['\0\0\0\0', null],
])('%j is heard as %s', (greeting, service) => {
  expect(serviceByGreeting(greeting)).toBe(service)
})

test('what a port says beats where it stands, and the guess says which of the two it is', () => {
  expect(guessService(23, bytes('SSH-2.0-x\r\n'))).toEqual({ service: 'ssh', guessedFrom: 'banner' })
  expect(guessService(23, bytes('welcome\r\n'))).toEqual({ service: 'telnet', guessedFrom: 'port' })
  expect(guessService(54_321, bytes(''))).toEqual({ service: null, guessedFrom: null })
})

test('no greeting of 4 KiB keeps the guess busy', () => {
  const units = ['220 ', '220-a.', ' ', '\0', 'a.', '(((', '* OK [CAPABILITY ', '\xff\xfb', 'FTP', '220 FT', '1']
  const long = fc.constantFrom(...units).map((unit) => unit.repeat(4096).slice(0, 4096))
  const any = fc.uint8Array({ maxLength: 4096 }).map((noise) => Buffer.from(noise).toString('latin1'))
  const startedAt = performance.now()
  fc.assert(
    fc.property(fc.oneof(long, any), (greeting) => {
      serviceByGreeting(greeting)
    }),
    { numRuns: 500 },
  )
  // Generous: a pattern that runs away would take minutes.
  expect(performance.now() - startedAt).toBeLessThan(10_000)
})
