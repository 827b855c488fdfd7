import { appendFileSync, closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { rotateLogs } from '#apps/up/rotate-logs.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'portlight-logs-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const textOf = (name: string) => readFileSync(join(folder, name), 'utf8')

test('a log that has outgrown its size begins anew, and its writer goes on in the same file', () => {
  const writer = openSync(join(folder, 'api.log'), 'a')
  writeSync(writer, 'old line\n')
  rotateLogs(folder, 5)
  writeSync(writer, 'new line\n')
  closeSync(writer)
  expect(textOf('api.log')).toBe('new line\n')
  expect(textOf('api.log.1')).toBe('old line\n')
})

test('the five parts before are kept, the newest first', () => {
  for (let i = 1; i <= 7; i++) {
    appendFileSync(join(folder, 'up.log'), `part ${i}\n`)
    rotateLogs(folder, 5)
  }
  const old = readdirSync(folder).filter((name) => name !== 'up.log')
  expect(old.map(textOf)).toEqual(['part 7\n', 'part 6\n', 'part 5\n', 'part 4\n', 'part 3\n'])
})

test('a short log stays as it is', () => {
  appendFileSync(join(folder, 'api.log'), 'line\n')
  rotateLogs(folder)
  expect(readdirSync(folder)).toEqual(['api.log'])
})
