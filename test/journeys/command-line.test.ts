import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findInstance } from '#apps/up/instance.ts'
import { type HostLab, type LabHost, startHostLab } from '#test/lab/host.ts'
import { freePort } from '#apps/up/free-port.ts'
import { makeFolder } from '#test/support/portlight.ts'
import { startProcess } from '#test/support/processes.ts'

let lab: HostLab
let env: Record<string, string>
beforeAll(async () => {
  lab = await startHostLab()
  const dataDir = makeFolder()
  const caFile = join(dataDir, 'lab-root.pem')
  writeFileSync(caFile, lab.rootPem)
  env = { ...lab.settings, DATA_DIR: dataDir, CA_FILE: caFile, PORT: String(await freePort()) }
})
afterAll(() => lab.close())

async function scan({ target, scanners }: LabHost, ...more: string[]) {
  const named = Object.keys(scanners).flatMap((name) => ['--scanner', name])
  const cli = startProcess('apps/cli/main.ts', env, [
    'scan',
    target,
    ...named,
    '--options',
    JSON.stringify(scanners),
    ...more,
  ])
  return { exitCode: await cli.ended, output: cli.output() }
}

test('where no Portlight runs, a scan starts one, reports, and leaves none behind', { timeout: 120_000 }, async () => {
  const planted = await scan(lab.planted)
  expect(planted.exitCode).toBe(1)
  expect(planted.output).toContain('starting one for this scan')
  expect(planted.output).toMatch(/The certificate has expired[\s\S]*where {6}\d+\/tcp at 127\.0\.0\.1[\s\S]*remedy/)
  expect(await findInstance(env['DATA_DIR']!)).toBeNull()

  const clean = await scan(lab.clean, '--fail-on', 'info', '--strict')
  expect(clean.output).toContain('Nothing wrong was found in what was answered')
  expect(clean.exitCode).toBe(0)
  expect(await findInstance(env['DATA_DIR']!)).toBeNull()
})

test('what is no target starts nothing at all', async () => {
  const refused = await scan({ target: '0x7f.1', scanners: { ports: {} }, findings: [] })
  expect(refused).toMatchObject({ exitCode: 2, output: expect.stringContaining('odd-literal') })
  expect(refused.output).not.toContain('starting one')
})
