import { expect, test } from 'vitest'
import { keepRunning, pauseMillis } from '#apps/up/keep-running.ts'

test('the pause before a new start doubles from half a second to half a minute', () => {
  expect([0, 1, 2, 3, 4, 5, 6, 7, 50].map(pauseMillis)).toEqual([
    500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000,
  ])
})

test('what ends is started again, and what cannot be started is tried again, each with one line', async () => {
  const stop = new AbortController()
  const lines: string[] = []
  const stopped: number[] = []
  let begun = 0
  const begin = async () => {
    const number = ++begun
    if (number === 2) throw new Error('no room')
    let end = (_how: string) => {}
    const exited = new Promise<string>((settle) => (end = settle))
    if (number === 1) end('SIGKILL')
    if (number === 3) stop.abort()
    return { exited, stop: async () => (stopped.push(number), end('exit code 0')) }
  }
  await keepRunning({ name: 'API', begin, say: (line) => lines.push(line) }, stop.signal)
  expect(lines).toEqual([
    'API ended (SIGKILL). It is started again in 0.5 s.',
    'API ended (no room). It is started again in 1 s.',
  ])
  expect(stopped).toEqual([3])
})
