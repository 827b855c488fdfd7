import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCli } from './support/run-cli.ts'

const banner = 'SSH-2.0-Evil \x1b[2J\u009b31m\r\n'
const server = createServer((socket) => {
  socket.on('error', () => {})
  socket.end(Buffer.from(banner, 'latin1'))
})
let port = 0
let folder = ''

beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
  folder = await mkdtemp(join(tmpdir(), 'portlight-probe-'))
})

afterAll(async () => {
  server.close()
  await rm(folder, { recursive: true })
})

/** Nobody answers to names: what is asked is asked of loopback alone. */
const env = { SCAN_ALLOW: '127.0.0.0/8', DNS_SERVERS: '127.0.0.1:1' }
const probe = (words: readonly string[], input = '') => runCli(['probe', 'ports', ...words], { env, input })
const ports = () => JSON.stringify({ ports: [port] })
const results = (stdout: string) =>
  stdout
    .trimEnd()
    .split('\n')
    .map(
      (line) => JSON.parse(line) as { target: string | null; status: string; reason: string | null; detail?: string },
    )

test('one scanner runs without API, queue or database, and gives one line of JSON', async () => {
  const { code, stdout, stderr } = await probe(['127.0.0.1', '--options', ports(), '--json'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(/^[^\p{C}]*\n$/u)
  expect(results(stdout)).toMatchObject([
    {
      scanner: 'ports',
      target: '127.0.0.1',
      status: 'completed',
      result: {
        addresses: [
          { address: '127.0.0.1', open: String(port), services: [{ banner: expect.stringContaining('\x1b[2J') }] },
        ],
      },
      coverage: { asked: 1, answered: 1 },
    },
  ])
})

test('without --json it is the report that a scan gives', async () => {
  const { code, stdout } = await probe(['127.0.0.1', '--options', ports()])
  expect(code).toBe(0)
  expect(stdout).toContain(`    ${port}/tcp`)
  expect(stdout).toContain('SSH-2.0-Evil \\x1b[2J\\x9b31m')
  expect(stdout.replaceAll('\n', '')).not.toMatch(/\p{C}/u)
})

test('a target that may not be scanned ends with exit code 2', async () => {
  const { code, stdout } = await probe(['10.0.0.1', '--json'])
  expect(code).toBe(2)
  expect(results(stdout)).toMatchObject([{ target: '10.0.0.1', status: 'refused', reason: 'private-use' }])
})

test('each line of a file has its result, in order, and a bad one stops nothing', async () => {
  const file = join(folder, 'targets.jsonl')
  const lines = [
    JSON.stringify({ target: '127.0.0.1' }),
    'no json',
    JSON.stringify({ host: '127.0.0.1' }),
    '',
    JSON.stringify({ target: '127.0.0.1', options: { ports: 'none' } }),
    JSON.stringify({ target: '10.0.0.1' }),
    JSON.stringify({ target: '127.0.0.2', options: { ports: [port] } }),
  ]
  writeFileSync(file, lines.join('\n'))
  const { code, stdout, stderr } = await probe(['--input', file, '--options', ports(), '--json', '--concurrency', '2'])
  expect(stderr).toBe('')
  expect(results(stdout)).toMatchObject([
    { target: '127.0.0.1', status: 'completed' },
    { target: null, status: 'invalid', reason: 'invalid-line', detail: 'Line 2 is no JSON.' },
    { target: null, status: 'invalid', reason: 'invalid-line', detail: 'Line 3 is no {"target": …, "options"?: …}.' },
    { target: '127.0.0.1', status: 'invalid', reason: 'invalid-options' },
    { target: '10.0.0.1', status: 'refused', reason: 'private-use' },
    { target: '127.0.0.2', status: 'completed' },
  ])
  expect(code).toBe(2)
})

test('targets come from standard input too, and without --json each result is a sentence', async () => {
  const input = `${JSON.stringify({ target: '127.0.0.1' })}\n${JSON.stringify({ target: '\x1b[2J' })}\n`
  const { stdout } = await probe(['--input', '-', '--options', ports()], input)
  expect(stdout.split('\n')).toEqual([
    expect.stringMatching(/^127\.0\.0\.1: Nothing wrong was found in what was answered/),
    expect.stringMatching(/^\\x1b\[2J: Refused: .* \(invisible-character\)\. Nothing can be said about this target\.$/),
    '',
  ])
})

test('a file that is not there is one sentence and exit code 2', async () => {
  const file = join(folder, 'none.jsonl')
  expect(await probe(['--input', file])).toEqual({
    code: 2,
    stdout: '',
    stderr: `--input: ${file} cannot be read (ENOENT).\n`,
  })
})
