import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { compileCache, dataDirOf } from '#apps/up/places.ts'
import { loadConfig } from '#config/index.ts'

test.for([{}, { DATA_DIR: '' }, { DATA_DIR: 'here' }, { DATA_DIR: '/srv/portlight/' }])(
  'the data directory of %o is the one that the settings name',
  (env) => {
    expect(dataDirOf(env)).toBe(loadConfig(env).dataDir)
  },
)

test('what a start loads can be compiled ahead', async () => {
  const compiling = spawn(process.execPath, ['apps/up/compile.ts'], { stdio: 'inherit' })
  expect(await once(compiling, 'exit')).toEqual([0, null])
  expect(readdirSync(compileCache)).not.toEqual([])
})
