import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { startSilentListener } from '#test/lab/silent.ts'

/**
 * The kill soak against the real processes: `node test/chaos/soak.ts pg|redis [recon-off|fence-off]`, with the rig's own variables (N, KILLS, SEED …).
 * The two controls must fail, and this command succeeds when they do.
 */
const [backend = 'pg', control] = process.argv.slice(2)
const rig = resolve('../shared/rig/soak.mjs')
if (!existsSync(rig)) {
  console.error('skipped: the rig is not beside the project')
  process.exit(3)
}

const lab = await startSilentListener()
const dataDir = mkdtempSync(join(tmpdir(), 'portlight-soak-'))
const run = (entry: string) => `node --import ./test/chaos/controls.ts ${entry}`
const soak = spawn(process.execPath, [rig], {
  stdio: 'inherit',
  env: {
    N: '600',
    KILLS: '40',
    RATE: '15',
    GAP: '700',
    ZOMBIE: '0.3',
    ...process.env,
    BE: backend,
    CWD: resolve('.'),
    INIT_CMD: run('apps/migrate/main.ts'),
    API_CMD: run('apps/api/main.ts'),
    WORKER_CMD: run('workers/main.ts'),
    TOKEN_CMD: `cat ${join(dataDir, 'api-key')}`,
    SUBMIT: '/v1/scans',
    READ: '/v1/scans/:id',
    BODY: JSON.stringify({ target: '127.0.0.1', scanners: { ports: { ports: [lab.port] } } }),
    DATA_DIR: dataDir,
    SCAN_ALLOW: '127.0.0.0/8',
    DNS_SERVERS: '127.0.0.1:9',
    // Where nobody rings again each kill loses all that its worker had: with fewer of them enough still end to compare with.
    ...(control === 'recon-off' ? { KILLS: '20', ...process.env, RECON: '0', EXPECT: 'fail' } : {}),
    ...(control === 'fence-off' ? { FENCE: '0', EXPECT: 'fail' } : {}),
  },
})
const [code] = (await once(soak, 'exit')) as [number | null]
console.log(JSON.stringify({ connectionsAtTheLab: lab.connections() }))
lab.close()
rmSync(dataDir, { recursive: true, force: true })
process.exitCode = code ?? 1
