import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findProcess } from '#db/find-process.ts'
import { isHeld, readLock, takeLock, withLock } from '#db/lock-file.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'portlight-lock-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const mustTake = (file: string) => {
  const lock = takeLock(file)
  if (!isHeld(lock)) throw new Error(`held by ${lock.pid}`)
  return lock
}

test('one holds it, the others are told who, with what the holder wrote down', () => {
  const file = join(folder, 'one')
  const lock = mustTake(file)
  lock.note({ url: 'http://localhost:3000' })
  expect(takeLock(file)).toMatchObject({ pid: process.pid, url: 'http://localhost:3000' })
  lock.release()
  expect(existsSync(file)).toBe(false)
  expect(readLock(file)).toBeNull()
  expect(mustTake(file).wasStale).toBe(false)
})

test('a holder that died has lost it', async () => {
  const file = join(folder, 'dead')
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: 'pipe' })
  await once(child, 'spawn')
  const holder = { pid: child.pid ?? 0, startedAt: findProcess(child.pid ?? 0)?.startedAt }
  writeFileSync(file, JSON.stringify(holder))
  expect(takeLock(file)).toMatchObject(holder)
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(mustTake(file).wasStale).toBe(true)
})

test('a process that was given the number of a dead holder is not the holder', () => {
  const file = join(folder, 'reused')
  writeFileSync(file, JSON.stringify({ pid: process.pid, startedAt: 'before the last boot' }))
  expect(readLock(file)).toBeNull()
  expect(mustTake(file).wasStale).toBe(true)
})

test('what is no lock holds nothing', () => {
  const file = join(folder, 'garbage')
  writeFileSync(file, '{"pid":')
  expect(mustTake(file).wasStale).toBe(true)
})

test('a step under a lock is done by one after the other, and leaves nothing behind', async () => {
  const file = join(folder, 'step')
  let inside = 0
  const step = async () => {
    inside++
    await new Promise((settle) => setImmediate(settle))
    expect(inside).toBe(1)
    inside--
  }
  await Promise.all([1, 2, 3].map(() => withLock(file, 10_000, step)))
  expect(readdirSync(folder).filter((name) => name.startsWith('step'))).toEqual([])
})
