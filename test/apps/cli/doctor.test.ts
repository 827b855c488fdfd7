import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Settings } from '#apps/cli/context.ts'
import { runProgram } from '#apps/cli/program.ts'
import { freePort } from '#apps/up/free-port.ts'
import { ensureMasterKey } from '#db/master-key.ts'
import { startDnsLab } from '#test/lab/dns.ts'
import { resolverAddress } from '#test/lab/dns-world.ts'
import { createTestDatabase } from '#test/support/database.ts'
import { startMailServer } from '#test/support/mail-server.ts'
import { bareContext, fakeTerminal } from './support/fake-terminal.ts'

const database = await createTestDatabase()
const mail = await startMailServer()
const dns = await startDnsLab({
  zones: { '': ['. NS ns.test'] },
  servers: { [resolverAddress]: { zones: 'resolver' } },
})
afterAll(async () => {
  await database.drop()
  await mail.close()
  await dns.close()
})

const dataDir = mkdtempSync(join(tmpdir(), 'portlight-doctor-'))
const masterKeyFile = join(dataDir, 'master-key')
ensureMasterKey(masterKeyFile)
const nobody = { address: '127.0.0.1', port: await freePort() }
const settings = {
  dataDir,
  masterKeyFile,
  env: {},
  api: { host: '127.0.0.1', port: 3000, tls: null },
  databaseUrl: database.url,
  redisUrl: null,
  mail: { smtpUrl: mail.url },
  scanning: {
    allow: ['127.0.0.0/8'],
    dnsServers: [dns.resolver],
    canary: { address: '127.0.0.1', port: new URL(mail.url).port === '' ? 25 : Number(new URL(mail.url).port) },
    rdapBootstrap: null,
    whoisServer: null,
    extraRoots: null,
  },
} satisfies Settings

async function examine(changed: Partial<Settings> = {}) {
  const terminal = fakeTerminal()
  const context = { ...bareContext(terminal), settings: async () => ({ ...settings, ...changed }) }
  const code = await runProgram(['doctor', '--json'], context)
  const told = terminal.said.out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { name: string; standing: string; said: string; mend: string | null })
  return { code, of: (name: string) => told.find((one) => one.name === name)!, told }
}

test('where all is well nothing is wrong, and each line says what was seen', async () => {
  const { code, told, of } = await examine()
  expect(told.filter(({ standing }) => standing === 'wrong' || standing === 'not-told')).toEqual([])
  expect(code).toBe(0)
  expect(of('Postgres')).toMatchObject({ standing: 'well', said: expect.stringMatching(/^Version \d+/) as string })
  expect(of('Resolvers')).toMatchObject({ standing: 'well' })
  expect(of('Mail')).toEqual({ name: 'Mail', standing: 'well', said: 'The server takes us.', mend: null })
  expect(of('Queue')).toMatchObject({ said: 'In Postgres.' })
  // One login for all is how this test, and `npm start`, works.
  expect(of('Database logins')).toMatchObject({ standing: 'warning' })
})

test('what is wrong is said with its mend, and what could not be asked is not called well', async () => {
  const open = join(dataDir, 'open-key')
  writeFileSync(open, 'x', { mode: 0o644 })
  const gone = new URL(database.url)
  gone.port = String(nobody.port)
  const { code, of } = await examine({
    databaseUrl: gone.href,
    masterKeyFile: open,
    mail: { smtpUrl: `smtp://127.0.0.1:${nobody.port}` },
    scanning: { ...settings.scanning, dnsServers: [nobody] },
  })
  expect(code).toBe(1)
  for (const name of ['Postgres', 'Master key', 'Mail', 'Resolvers']) {
    expect([name, of(name).standing]).toEqual([name, 'wrong'])
    expect(of(name).mend).not.toBeNull()
  }
  for (const name of ['Clocks', 'Work', 'Queue', 'Database logins'])
    expect([name, of(name).standing]).toEqual([name, 'not-told'])
  expect(of('Mail').said).toBe('The server does not take us (ECONNREFUSED).')
})

test('a data directory without a database is one sentence, and stays as it is', async () => {
  const empty = mkdtempSync(join(tmpdir(), 'portlight-doctor-empty-'))
  await expect(examine({ dataDir: empty, databaseUrl: null })).rejects.toThrow(
    /^No Portlight has run with its data in /,
  )
})

test('a Redis that is not there, or would forget, is wrong', async () => {
  const { of } = await examine({ redisUrl: `redis://127.0.0.1:${nobody.port}` })
  expect(of('Queue')).toMatchObject({
    standing: 'wrong',
    said: expect.stringMatching(/^In Redis, which does not answer/) as string,
  })
})
