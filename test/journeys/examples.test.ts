import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort } from '#apps/up/free-port.ts'
import { type HostLab, startHostLab } from '#test/lab/host.ts'
import { createTestDatabase } from '#test/support/database.ts'
import { startProcess, untilReady } from '#test/support/processes.ts'

const run = promisify(execFile)
const folder = mkdtempSync(join(tmpdir(), 'portlight-examples-'))
let lab: HostLab
let env: Record<string, string>

beforeAll(async () => {
  lab = await startHostLab()
  const database = await createTestDatabase()
  const port = String(await freePort())
  const settings = { ...lab.settings, DATABASE_URL: database.url, DATA_DIR: folder, PORT: port }
  expect(await startProcess('apps/migrate/main.ts', settings).ended).toBe(0)
  const api = startProcess('apps/api/main.ts', settings)
  const worker = startProcess('workers/main.ts', settings)
  const url = `http://127.0.0.1:${port}`
  await untilReady(`${url}/readyz`, api)
  const key = readFileSync(join(folder, 'api-key'), 'utf8').trim()
  env = { PATH: process.env['PATH']!, PORTLIGHT_URL: url, PORTLIGHT_KEY: key }
  return async () => {
    expect(await Promise.all([api.stop(), worker.stop()])).toEqual([0, 0])
    await database.drop()
  }
})
afterAll(() => lab.close())

/** What npm publishes, as a script elsewhere finds it. */
async function install(): Promise<void> {
  await run('npx', ['tsc', '-p', 'apps/client'])
  const { stdout } = await run('npm', ['pack', './apps/client', '--json', '--pack-destination', folder])
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }]
  const place = join(folder, 'node_modules/portlight-client')
  mkdirSync(place, { recursive: true })
  await run('tar', ['-xzf', join(folder, filename), '-C', place, '--strip-components=1'])
}

test('the example with the client scans two hosts side by side, with nothing but the package', async () => {
  await install()
  const script = join(folder, 'scan.mjs')
  writeFileSync(script, readFileSync('config/examples/scan.mjs'))
  const hosts = ['nowhere.test', '10.0.0.1']
  const ran = run(process.execPath, [script, ...hosts], { env, cwd: folder })
  const { code, stdout, stderr } = (await ran.catch((error: unknown) => error)) as Record<string, string>
  expect(code).toBe(2)
  expect(stdout).toContain('nowhere.test\tports\tfailed\tname-not-found')
  expect(stderr).toMatch(/10\.0\.0\.1: .* \(private-use\)/)
  expect(stderr).toMatch(/nowhere\.test: completed \(\d+\)/)
})

test('the example with curl prints the scan when it has ended', async () => {
  const { stdout } = await run('sh', ['config/examples/scan.sh', 'nowhere.test'], { env })
  expect(JSON.parse(stdout)).toMatchObject({ status: 'completed', target: { canonical: 'nowhere.test' } })
})

test('the example with curl passes on why a host was not taken', async () => {
  const ran = run('sh', ['config/examples/scan.sh', '10.0.0.1'], { env })
  await expect(ran).rejects.toMatchObject({ code: 22 })
})
