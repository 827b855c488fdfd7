import { expect, test } from 'vitest'
import { loadConfig } from '#config/index.ts'

const complaintOf = (env: Record<string, string>) => {
  try {
    loadConfig(env)
    return 'nothing'
  } catch (error) {
    return (error as Error).message
  }
}

test('nothing set is fine: everything has a default', () => {
  expect(loadConfig({})).toMatchObject({
    api: { host: '127.0.0.1', port: 3000 },
    databaseUrl: null,
    redisUrl: null,
    scanning: { allow: [], leaseSeconds: 10 },
  })
  expect(loadConfig({ PORT: '', SCAN_ALLOW: '' })).toEqual(loadConfig({}))
})

test('every bad setting is named at once, in one sentence each', () => {
  const complaint = complaintOf({
    PORT: '70000',
    DATABASE_URL: 'mysql://x',
    QUEUE_URL: 'amqp://x',
    SCAN_ALLOW: '10.0.0.0/33',
    DNS_SERVERS: 'ns.example.org',
    RDAP_BOOTSTRAP: 'ftp://x',
    WHOIS_SERVER: 'a b',
    CA_FILE: '/nowhere.pem',
    LEASE: 'soon',
    LOG_LEVEL: 'loud',
  })
  for (const name of [
    'PORT',
    'DATABASE_URL',
    'QUEUE_URL',
    'SCAN_ALLOW',
    'DNS_SERVERS',
    'RDAP_BOOTSTRAP',
    'WHOIS_SERVER',
    'CA_FILE',
    'LEASE',
    'LOG_LEVEL',
  ]) {
    expect(complaint).toContain(`${name}: `)
  }
})

test('a complaint never repeats a password', () => {
  expect(complaintOf({ DATABASE_URL: 'http://user:hunter2@db/x' })).not.toContain('hunter2')
})

test('ranges and servers are read as people write them', () => {
  const { scanning } = loadConfig({
    SCAN_ALLOW: '127.0.0.0/8, ::1',
    DNS_SERVERS: '192.0.2.53,[2001:db8::53]:5353,2001:db8::54',
    WHOIS_SERVER: '[::1]:4343',
  })
  expect(scanning.allow).toEqual(['127.0.0.0/8', '::1/128'])
  expect(scanning.dnsServers).toEqual([
    { address: '192.0.2.53', port: 53 },
    { address: '2001:db8::53', port: 5353 },
    { address: '2001:db8::54', port: 53 },
  ])
  expect(scanning.whoisServer).toEqual({ host: '::1', port: 4343 })
})

test('a queue in another Postgres is refused: it would share no transaction with the scans', () => {
  expect(complaintOf({ DATABASE_URL: 'postgres://a/x', QUEUE_URL: 'postgres://b/x' })).toContain('QUEUE_URL')
  expect(loadConfig({ DATABASE_URL: 'postgres://a/x', QUEUE_URL: 'postgres://a/x' }).redisUrl).toBeNull()
  expect(loadConfig({ DATABASE_URL: 'postgres://a/x', QUEUE_URL: 'redis://b' }).redisUrl).toBe('redis://b')
})
