import { expect, test } from 'vitest'
import { greeting } from '#apps/up/greet.ts'
import { addressOf, baseOf } from '#apps/up/settings.ts'

const settings = {
  api: { host: '127.0.0.1', port: 3000, publicUrl: 'http://localhost:3000', tls: null },
  masterKeyFile: '/home/ada/.portlight/master-key',
  mail: { smtpUrl: null, isDevelopment: true },
  dataDir: '/home/ada/.portlight',
  databaseUrl: null,
  workerProcesses: 1,
  metrics: null,
  scanning: { allow: [], drainSeconds: 20 },
}
const key = { key: 'pl_secret', isNew: false, setUpCode: null }
const postgresData = '/home/ada/.portlight/postgres/data'

test('the key is shown by the start that made it, and by no other', () => {
  expect(greeting({ settings, key: { ...key, isNew: true }, postgresData })).toContain('pl_secret')
  const later = greeting({ settings, key, postgresData })
  expect(later).not.toContain('pl_secret')
  expect(later).toContain('API key  in /home/ada/.portlight/api-key')
})

test('the first account can be made in two ways, until it is', () => {
  const first = greeting({ settings, key: { ...key, setUpCode: 'ABCD-EFGH' }, postgresData })
  expect(first).toContain('http://localhost:3000/set-up with the code ABCD-EFGH\n')
  expect(first).toContain('npx portlight setup --email')
  expect(greeting({ settings, key, postgresData })).not.toContain('set-up')
})

test('what becomes of mail without a server is told of', () => {
  const mailOf = (mail: { smtpUrl: string | null; isDevelopment: boolean }) =>
    /Mail {5}(.*)/.exec(greeting({ settings: { ...settings, mail }, key, postgresData }))?.[1]
  expect(mailOf(settings.mail)).toContain('shown at http://localhost:3000/dev/mail')
  expect(mailOf({ smtpUrl: null, isDevelopment: false })).toContain('nobody can sign up')
  expect(mailOf({ smtpUrl: 'smtp://mail', isDevelopment: true })).toBeUndefined()
})

test('data that had to lie elsewhere are told of', () => {
  const text = greeting({ settings, key, postgresData: '/var/lib/portlight/data-1' })
  expect(text).toContain('/var/lib/portlight/data-1, the rest in /home/ada/.portlight')
  expect(greeting({ settings, key, postgresData: null })).toContain('in the Postgres of DATABASE_URL')
})

test('ranges that SCAN_ALLOW opens are told of', () => {
  const opened = { ...settings, scanning: { ...settings.scanning, allow: ['10.0.0.0/8'] } }
  expect(greeting({ settings: opened, key, postgresData })).toContain('10.0.0.0/8  (SCAN_ALLOW)')
})

test('the example can be copied whatever the path is called', () => {
  const odd = { ...settings, dataDir: "/home/ada/it's mine" }
  expect(greeting({ settings: odd, key, postgresData })).toContain(String.raw`$(cat '/home/ada/it'\''s mine/api-key')`)
})

test.for([
  ['127.0.0.1', 'http://localhost:3000', 'http://127.0.0.1:3000'],
  ['0.0.0.0', 'http://localhost:3000', 'http://127.0.0.1:3000'],
  ['::', 'http://localhost:3000', 'http://[::1]:3000'],
  ['192.0.2.7', 'http://192.0.2.7:3000', 'http://192.0.2.7:3000'],
  ['2001:db8::7', 'http://[2001:db8::7]:3000', 'http://[2001:db8::7]:3000'],
] as const)('listening on %s, people are given %s and programs %s', ([host, address, base]) => {
  const api = { host, port: 3000, publicUrl: 'https://scan.example.org', tls: null }
  expect([addressOf(api), baseOf(api)]).toEqual([address, base])
  expect(addressOf({ ...api, tls: {} })).toBe('https://scan.example.org')
})
