import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { ensureMasterKey, MasterKeyError, readMasterKey } from '#db/master-key.ts'

const folder = mkdtempSync(join(tmpdir(), 'portlight-key-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('the file is made once, for its owner alone, and nothing else is left behind', () => {
  const file = join(folder, 'made', 'master-key')
  const key = ensureMasterKey(file)
  expect(key.reveal()).toHaveLength(32)
  expect(ensureMasterKey(file).reveal()).toEqual(key.reveal())
  expect(readMasterKey(file).reveal()).toEqual(key.reveal())
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(readdirSync(join(folder, 'made'))).toEqual(['master-key'])
})

test('a start without the file says which one to put back', () => {
  expect(() => readMasterKey(join(folder, 'lost'))).toThrow(MasterKeyError)
  expect(() => readMasterKey(join(folder, 'lost'))).toThrow(/lost.*put back the one that was in use\.$/)
})

test('a file that others may read, or that holds no key, is refused', () => {
  const file = join(folder, 'open')
  ensureMasterKey(file)
  chmodSync(file, 0o640)
  expect(() => readMasterKey(file)).toThrow(/others may read/)
  for (const text of ['', 'short', Buffer.alloc(33).toString('base64'), `${Buffer.alloc(31).toString('base64')}!`]) {
    const bad = join(folder, 'bad')
    writeFileSync(bad, text, { mode: 0o600 })
    expect(() => readMasterKey(bad)).toThrow(/32 bytes in base64/)
  }
})
