import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const unshared = (...command: readonly string[]) =>
  spawnSync('unshare', ['--map-root-user', '--net', ...command], { encoding: 'utf8' })

const canUnshare = unshared('true').status === 0
if (!canUnshare) console.log('skipped: no network namespaces here')

test.skipIf(!canUnshare)('without a network nobody was asked, and no port is called closed or silent for it', () => {
  const script = fileURLToPath(new URL('without-network.ts', import.meta.url))
  const { stdout, stderr } = unshared(process.execPath, script)
  const notAsked = { status: 'not-asked', errno: 'ENETUNREACH' }
  expect({ stderr, ...JSON.parse(stdout) }).toEqual({
    stderr: '',
    connect: notAsked,
    exchange: notAsked,
    resolve: { addresses: [], answers: { A: 'timed-out', AAAA: 'timed-out' } },
  })
})
