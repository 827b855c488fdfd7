import { expect, test } from 'vitest'
import { tls } from '#workers/scanners/tls/index.ts'
import { provedPace } from '#workers/network/turns.ts'

const parse = (options: unknown) => tls.options.safeParse(options)

test('nothing said asks port 443 by the name of the target', () => {
  expect(tls.options.parse({})).toEqual({ port: 443, serverName: null, starttls: null })
})

test('a name is kept in lower case; addresses, odd names and unknown fields are refused', () => {
  expect(tls.options.parse({ serverName: 'WWW.Example.ORG' })).toMatchObject({ serverName: 'www.example.org' })
  for (const serverName of ['xn--bcher-kva.example', '_sip.example.org', 'a', '1.example']) {
    expect(parse({ serverName }).success, serverName).toBe(true)
  }
  for (const serverName of [
    '',
    '.',
    'a..b',
    '192.0.2.1',
    '::1',
    '0x7f.1',
    'a b',
    'a/b',
    '-a.example',
    'bücher.example',
    'a\0b',
    `${'a'.repeat(64)}.example`,
  ]) {
    expect(parse({ serverName }).success, serverName).toBe(false)
  }
  expect(parse({ ports: [443] }).success).toBe(false)
  expect(parse({ port: 0 }).success).toBe(false)
  expect(parse({ starttls: 'telnet' }).success).toBe(false)
})

test('the longest time covers every handshake that may be tried, and its STARTTLS', () => {
  const plain = tls.longestMillis(tls.options.parse({}), provedPace)
  expect(plain).toBeGreaterThanOrEqual((4 * 3 + 3) * 10_000)
  expect(tls.longestMillis(tls.options.parse({ starttls: 'smtp' }), provedPace)).toBeGreaterThanOrEqual(
    (4 * 3 + 3) * 20_000,
  )
})
