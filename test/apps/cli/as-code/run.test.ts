import { once } from 'node:events'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serve } from '@hono/node-server'
import { sql } from 'kysely'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { runProgram } from '#apps/cli/program.ts'
import { makeApiKey, hashApiKey } from '#db/model/api-key.ts'
import { newId } from '#db/model/id.ts'
import { useApi } from '#test/support/api.ts'
import { bareContext, fakeTerminal } from '../support/fake-terminal.ts'

const { db, api } = await useApi()
const server = serve({ fetch: api.app.fetch, hostname: '127.0.0.1', port: 0 })
await once(server, 'listening')
afterAll(() => server.close())

const key = makeApiKey()
const account = { id: newId(), organisation_id: api.organisationId, name: 'pipeline', role: 'admin' } as const
await db.insertInto('service_accounts').values(account).execute()
await db
  .insertInto('api_keys')
  .values({
    id: newId(),
    organisation_id: api.organisationId,
    name: 'pipeline',
    service_account_id: account.id,
    hash: hashApiKey(key),
  })
  .execute()
const instance = ['--url', `http://127.0.0.1:${(server.address() as AddressInfo).port}`, '--key', key]

beforeEach(async () => {
  await sql`truncate targets, schedules, alert_routes cascade`.execute(db)
})

const file = join(mkdtempSync(join(tmpdir(), 'as-code-')), 'portlight.yaml')
async function run(command: 'plan' | 'apply', text: string, ...more: string[]): Promise<{ code: number; out: string }> {
  writeFileSync(file, text)
  const terminal = fakeTerminal()
  const code = await runProgram([command, file, ...more, ...instance], bareContext(terminal))
  return { code, out: terminal.said.out }
}
const get = async (path: string) =>
  (await (await api.send('GET', path)).json()) as Record<string, Record<string, unknown>[]>

const whole = `version: 1
targets:
  - { target: 127.0.0.1, name: Shop, tags: [web] }
  - { target: 127.0.0.2, leastSeverity: high }
schedules:
  - name: nightly
    cron: '30 2 * * 1-5'
    zone: Europe/Amsterdam
    targets: { hosts: [127.0.0.1, 127.0.0.2] }
    scanners: { ports: { ports: '22,80' }, tls: {} }
alertRoutes:
  - { name: web team, targets: { tags: [web] }, leastSeverity: low, toOwners: true, quietHours: { from: '22:00', to: '07:00' } }
`

test('a file is shown as what there is to do, done, and then nothing is left to do', async () => {
  const shown = await run('plan', whole)
  expect(shown.code).toBe(1)
  expect(shown.out).toContain('+ target 127.0.0.1\n    name: "Shop"\n    tags: ["web"]\n')
  expect(shown.out).toContain('+ schedule nightly\n    cron: "30 2 * * 1-5"\n')
  expect((await get('/v1/targets'))['targets']).toEqual([])

  const done = await run('apply', whole)
  expect(done).toEqual({ code: 0, out: shown.out })
  const [schedule] = (await get('/v1/schedules'))['schedules']!
  const { targets: stored } = (await get('/v1/targets')) as { targets: { id: string }[] }
  expect(schedule).toMatchObject({
    name: 'nightly',
    targets: { ids: expect.arrayContaining(stored.map(({ id }) => id)) as string[] },
  })
  expect((await get('/v1/alert-routes'))['routes']).toMatchObject([{ name: 'web team', leastSeverity: 'low' }])
  for (const command of ['plan', 'apply'] as const)
    expect(await run(command, whole)).toEqual({ code: 0, out: 'Nothing to do: all is as the file says.\n' })
})

test('what drifted is shown field by field, and mended', async () => {
  await run('apply', whole)
  const [{ id }] = (await get('/v1/schedules'))['schedules'] as [{ id: string }]
  await api.send('PATCH', `/v1/schedules/${id}`, { cron: '0 4 * * *' })
  expect(await run('plan', whole)).toEqual({
    code: 1,
    out: '~ schedule nightly\n    cron: "0 4 * * *" -> "30 2 * * 1-5"\n',
  })
  await run('apply', whole)
  expect((await get('/v1/schedules'))['schedules']).toMatchObject([
    { id, cron: '30 2 * * 1-5', zone: 'Europe/Amsterdam' },
  ])
})

test('what the file does not name stays until it is told to be taken away', async () => {
  await run('apply', whole)
  const less = 'version: 1\ntargets:\n  - target: 127.0.0.1\nschedules: []\n'
  expect(await run('plan', less)).toEqual({
    code: 0,
    out: '? target 127.0.0.2 (not in the file; --prune takes it away)\n? schedule nightly (not in the file; --prune takes it away)\n',
  })
  await run('apply', less)
  expect((await get('/v1/schedules'))['schedules']).toHaveLength(1)
  const pruned = await run('apply', less, '--prune')
  expect(pruned.out).toContain('- schedule nightly (not in the file)\n')
  expect((await get('/v1/schedules'))['schedules']).toEqual([])
  expect((await get('/v1/targets'))['targets']).toMatchObject([{ canonical: '127.0.0.1' }])
  expect((await get('/v1/alert-routes'))['routes']).toHaveLength(1)
  await run('apply', whole)
  expect((await get('/v1/targets'))['targets']).toHaveLength(2)
})

test.each<[string, string, string]>([
  ['no YAML', 'version: [1', 'Flow sequence'],
  ['another version', 'version: 2\n', 'version'],
  ['a field that is none', 'version: 1\ntargets:\n  - { target: 127.0.0.1, tag: web }\n', 'targets.0'],
  ['a host that is none', 'version: 1\ntargets:\n  - target: not a host\n', 'targets.0.target'],
  [
    'a name that stands twice',
    'version: 1\ntargets: [{ target: 127.0.0.1 }, { target: 127.0.0.1 }]\n',
    'stands there twice',
  ],
  [
    'a host that nothing makes a target',
    'version: 1\nschedules: [{ name: n, cron: "@daily", targets: { hosts: [127.0.0.9] } }]\n',
    'which is no target',
  ],
  ['a bomb of aliases', 'version: 1\na: &a [x]\nb: [*a, *a]\n', ''],
])('%s is one sentence, and changes nothing', async (_what, text, said) => {
  await expect(run('apply', text)).rejects.toThrow(said)
  expect((await get('/v1/targets'))['targets']).toEqual([])
})

test('the example can be applied as it is', async () => {
  const text = readFileSync('config/examples/portlight.yaml', 'utf8')
  expect((await run('apply', text)).code).toBe(0)
  expect(await run('plan', text)).toEqual({ code: 0, out: 'Nothing to do: all is as the file says.\n' })
})
