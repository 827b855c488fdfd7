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

test('fields for the collector are read as OpenTelemetry writes them', () => {
  const tracing = (fields: string) =>
    loadConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318', OTEL_EXPORTER_OTLP_HEADERS: fields }).tracing
  expect(tracing('authorization=Basic%20YTpi,x-tenant=a')).toEqual({
    endpoint: 'http://localhost:4318',
    headers: { authorization: 'Basic YTpi', 'x-tenant': 'a' },
  })
  for (const bad of ['hunter2', 'a=hunter2%', 'a=hunter2%0d%0ab:c', 'a b=hunter2'])
    expect(complaintOf({ OTEL_EXPORTER_OTLP_HEADERS: bad })).toMatch(
      /^(?!.*hunter2).*OTEL_EXPORTER_OTLP_HEADERS: is no list/,
    )
  expect(loadConfig({}).tracing).toBeNull()
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

test('links begin with PUBLIC_URL, which is this machine unless it is said', () => {
  const publicUrlOf = (env: Record<string, string>) => loadConfig(env).api.publicUrl
  expect(publicUrlOf({})).toBe('http://localhost:3000')
  expect(publicUrlOf({ PORT: '80' })).toBe('http://localhost')
  expect(publicUrlOf({ PUBLIC_URL: 'https://scan.example.org/' })).toBe('https://scan.example.org')
  for (const url of ['scan.example.org', 'ftp://a', 'https://a/path', 'https://user@a', 'https://a/?b'])
    expect(complaintOf({ PUBLIC_URL: url })).toContain('PUBLIC_URL: ')
})

test('what other machines can reach speaks https, or somebody said that it need not', () => {
  for (const HOST of ['0.0.0.0', '::', '192.0.2.1', 'portlight'])
    expect(complaintOf({ HOST })).toMatch(/HOST: .*ALLOW_PLAIN_HTTP=on/)
  expect(complaintOf({ HOST: '0.0.0.0', ALLOW_PLAIN_HTTP: 'on' })).toBe('nothing')
  expect(complaintOf({ HOST: '0.0.0.0', PUBLIC_URL: 'https://scan.example.org' })).toBe('nothing')
  for (const HOST of ['127.0.0.1', 'localhost', '::1']) expect(complaintOf({ HOST })).toBe('nothing')
})

test('a certificate needs its key, and an https address', () => {
  const file = import.meta.filename
  expect(complaintOf({ TLS_CERT_FILE: file })).toContain('one needs the other')
  expect(complaintOf({ TLS_CERT_FILE: file, TLS_KEY_FILE: '/nowhere.pem' })).toContain('TLS_KEY_FILE: /nowhere.pem')
  expect(complaintOf({ TLS_CERT_FILE: file, TLS_KEY_FILE: file, PUBLIC_URL: 'http://a' })).toContain('PUBLIC_URL')
  expect(loadConfig({ TLS_CERT_FILE: file, TLS_KEY_FILE: file }).api).toMatchObject({
    publicUrl: 'https://localhost:3000',
    tls: { certFile: file, keyFile: file },
  })
})

test('a sign-in provider is set whole or not at all, and spoken to by https', () => {
  expect(loadConfig({}).oidc).toBeNull()
  const client = { OIDC_CLIENT_ID: 'portlight', OIDC_CLIENT_SECRET: 'hunter2' }
  expect(complaintOf(client)).toBe(
    'Bad settings. OIDC_ISSUER: sign-in by a provider needs OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET.',
  )
  expect(complaintOf({ ...client, OIDC_ISSUER: 'http://id.example.org' })).toContain('OIDC_ISSUER')
  expect(loadConfig({ ...client, OIDC_ISSUER: 'http://127.0.0.1:9000' }).oidc?.name).toBe('127.0.0.1:9000')
  expect(loadConfig({ ...client, OIDC_ISSUER: 'google' }).oidc).toMatchObject({
    issuer: 'https://accounts.google.com',
    name: 'Google',
  })
})

test('mail is for development only where no other machine sees its page', () => {
  expect(loadConfig({}).mail).toEqual({
    smtpUrl: null,
    from: 'Portlight <portlight@localhost>',
    isDevelopment: true,
  })
  expect(loadConfig({ NODE_ENV: 'production' }).mail.isDevelopment).toBe(false)
  expect(loadConfig({ HOST: '0.0.0.0', ALLOW_PLAIN_HTTP: 'on' }).mail.isDevelopment).toBe(false)
  expect(complaintOf({ SMTP_URL: 'http://user:hunter2@mail' })).toMatch(/SMTP_URL: (?!.*hunter2)/)
  expect(complaintOf({ MAIL_FROM: 'a\nBcc: b@example.org' })).toContain('MAIL_FROM')
})
