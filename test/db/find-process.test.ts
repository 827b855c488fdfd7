import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { askPs, findProcess } from '#db/find-process.ts'

test('a process is known by its command and its start, and gone when it has ended', async () => {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume() // a) strange (name'], { stdio: 'pipe' })
  await once(child, 'spawn')
  const pid = child.pid ?? 0
  const found = findProcess(pid)
  expect(found?.command).toContain('strange (name')
  expect(findProcess(pid)).toEqual(found)
  expect(findProcess(process.pid)?.startedAt).not.toBe(found?.startedAt)
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(findProcess(pid)).toBeNull()
})

test('a zombie, which nobody has reaped, is no process', async () => {
  // The shell becomes a program that never asks for the child it has, and the child ends when its pipe does.
  const script = 'cat <&3 >/dev/null & echo $!; exec cat 3<&-'
  const parent = spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'pipe', 'ignore', 'pipe'] })
  const [line] = (await once(parent.stdout ?? parent, 'data')) as [Buffer]
  const pid = Number(String(line))
  const turn = () => new Promise((settle) => setImmediate(settle))
  while (findProcess(parent.pid ?? 0)?.command !== 'cat') await turn()
  const pipe = parent.stdio[3] as Writable
  pipe.end()
  while (findProcess(pid)) await turn()
  expect(() => process.kill(pid, 0)).not.toThrow()
  parent.kill('SIGKILL')
  await once(parent, 'exit')
})

test('ps, which answers on macOS, tells the same', () => {
  const [asked, read] = [askPs(process.pid), findProcess(process.pid)]
  expect(asked?.command).toBe(read?.command)
  expect(asked?.startedAt).toMatch(/\d{2}:\d{2}:\d{2} \d{4}$/)
  expect(askPs(2 ** 22 + 1)).toBeNull()
})

test.for([0, -1, 1.5, Number.NaN])('%d is no process', (pid) => {
  expect(findProcess(pid)).toBeNull()
})
