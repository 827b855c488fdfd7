import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { findInstance, InstanceError, startInstance } from '#apps/up/instance.ts'
import { makeFolder, markName, processesOf } from '../../support/portlight.ts'

vi.setConfig({ testTimeout: 120_000 })

let folder: string
beforeAll(() => {
  folder = makeFolder()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const mark = randomUUID()
const env = { ...process.env, [markName]: mark, SCAN_ALLOW: '127.0.0.0/8', DNS_SERVERS: '127.0.0.1:9' }
const left = (dataDir: string) => processesOf(dataDir, mark)

test('an instance of one’s own is ready when it is given, is found by others, and leaves no process behind', async () => {
  const dataDir = join(folder, 'own')
  expect(await findInstance(dataDir)).toBeNull()
  const own = await startInstance(dataDir, env)
  const headers = { authorization: `Bearer ${own.apiKey}` }
  expect((await fetch(`${own.url}/v1/scans`, { headers })).status).toBe(200)
  expect(await findInstance(dataDir)).toEqual({ url: own.url, apiKey: own.apiKey, pid: own.pid })
  await own.stop()
  expect(await findInstance(dataDir)).toBeNull()
  expect(left(dataDir)).toEqual([])
})

test('it stops when the process that started it is killed', async () => {
  const dataDir = join(folder, 'orphaned')
  const script = `const { startInstance } = await import('#apps/up/instance.ts')
    await startInstance(${JSON.stringify(dataDir)}, process.env)
    console.log('started')`
  const caller = spawn(process.execPath, ['--input-type=module', '-e', script], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(caller.stdout, 'data')
  expect(left(dataDir).length).toBeGreaterThan(4)
  caller.kill('SIGKILL')
  while (left(dataDir).length > 0) await new Promise((settle) => setTimeout(settle, 50))
  expect(await findInstance(dataDir)).toBeNull()
})

test('what keeps it from starting is told in its own sentence', async () => {
  const dataDir = join(folder, 'refused')
  const starting = startInstance(dataDir, { ...env, DATABASE_URL: 'postgres://nobody:secret@127.0.0.1:1/nothing' })
  await expect(starting).rejects.toThrow(InstanceError)
  await expect(starting).rejects.toThrow(/^The database at 127\.0\.0\.1:1 could not be prepared: .*ECONNREFUSED/)
  await expect(starting).rejects.not.toThrow(/secret/)
  expect(left(dataDir)).toEqual([])
})
