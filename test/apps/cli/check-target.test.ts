import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { mainFile, runCli } from './support/run-cli.ts'

/** Nobody answers to names. */
const env = { DNS_SERVERS: '127.0.0.1:1' }
const check = (words: readonly string[], input = '') => runCli(['check-target', ...words], { env, input })

interface Verdict {
  readonly target: string | null
  readonly canonical: string | null
  readonly allowed: boolean | null
  readonly rule: string | null
}
const verdicts = (stdout: string) =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Verdict)

test('each target has one line: how it is read, where it leads, and whether it may be scanned', async () => {
  const { code, stdout, stderr } = await check(['8.8.8.8', '2001:DB8::1', 'fair.example.net', '0x7f.1', '--json'])
  expect({ code, stderr }).toEqual({ code: 2, stderr: '' })
  expect(verdicts(stdout)).toEqual([
    { target: '8.8.8.8', canonical: '8.8.8.8', addresses: ['8.8.8.8'], allowed: true, rule: null },
    {
      target: '2001:DB8::1',
      canonical: '2001:db8::1',
      addresses: ['2001:db8::1'],
      allowed: false,
      rule: 'documentation',
    },
    { target: 'fair.example.net', canonical: 'fair.example.net', addresses: [], allowed: null, rule: null },
    { target: '0x7f.1', canonical: null, addresses: [], allowed: false, rule: 'odd-literal' },
  ])
})

test.each([
  ['all may be scanned', ['8.8.8.8', '2606:4700::1111'], 0],
  ['one may not', ['8.8.8.8', '10.0.0.1', 'fair.example.net'], 2],
  ['one did not resolve', ['8.8.8.8', 'fair.example.net'], 3],
])('the exit code when %s', async (_when, targets, code) => {
  expect(await check(targets)).toMatchObject({ code })
})

test('in words, with nothing in them that a terminal obeys', async () => {
  const { stdout } = await check(['8.8.8.8', '10.0.0.1', 'www.bücher.example.net', 'a\x1b[2J'])
  expect(stdout.split('\n')).toEqual([
    '8.8.8.8: may be scanned',
    '10.0.0.1: may not be scanned: private-use',
    'www.bücher.example.net (www.xn--bcher-kva.example.net): could not tell, because the name did not resolve',
    expect.stringMatching(/^a\\x1b\[2J: may not be scanned: .* \(invisible-character\)$/),
    '',
  ])
})

test('each answer comes as soon as it is there, and Ctrl-C ends a command that waits for more lines', async () => {
  const child = spawn(process.execPath, [mainFile, 'check-target', '--input', '-', '--json'], { stdio: 'pipe', env })
  const closed = once(child, 'close')
  const errors = text(child.stderr)
  child.stdin.write('{"target":"8.8.8.8"}\n')
  const [first] = (await once(child.stdout, 'data')) as [Buffer]
  expect(verdicts(first.toString())).toMatchObject([{ target: '8.8.8.8', allowed: true }])
  child.kill('SIGINT')
  expect(await closed).toEqual([130, null])
  expect(await errors).toBe('Interrupted.\n')
})

const corpus = new URL('../../../../shared/corpus/hostile/', import.meta.url)
const hasCorpus = existsSync(corpus)
if (!hasCorpus) console.log('skipped: no hostile corpus')

interface Line {
  readonly id: string
  readonly input: string
  readonly as?: readonly string[]
  readonly canonical?: string
}
const linesOf = (file: string) =>
  readFileSync(new URL(file, corpus), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)

test.runIf(hasCorpus)('every hostile target is refused, and no fair one is', async () => {
  const hostile = linesOf('targets-refuse.jsonl').filter((line) => line.as?.includes('host'))
  const fair = linesOf('targets-accept.jsonl')
  const lines = [...hostile, ...fair]
  const { stdout } = await check(
    ['--input', '-', '--json'],
    lines.map(({ input }) => `${JSON.stringify({ target: input })}\n`).join(''),
  )
  const said = verdicts(stdout)
  expect(said.map(({ target }) => target)).toEqual(lines.map(({ input }) => input))
  const letThrough = hostile.filter((_line, index) => said[index]?.allowed !== false)
  expect(letThrough).toEqual([])
  const ofFair = said.slice(hostile.length)
  expect(fair.filter((_line, index) => ofFair[index]?.allowed === false)).toEqual([])
  expect(ofFair.map(({ canonical }) => canonical)).toEqual(fair.map(({ canonical }) => canonical))
})
