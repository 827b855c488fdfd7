import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { runProgram } from '#apps/cli/program.ts'
import packageJson from '../../../package.json' with { type: 'json' }
import { bareContext, fakeTerminal } from './support/fake-terminal.ts'
import { mainFile, runCli } from './support/run-cli.ts'

test.each([
  ['no command that there is', ['scna'], "Unknown command 'scna' (Did you mean scan?)"],
  ['no target', ['scan'], "Missing required argument 'target'"],
  ['a second target', ['scan', 'a.lab', 'b.lab'], /^Too many arguments for 'scan'/],
  ['an option that there is not', ['scan', 'a.lab', '--verbose'], /^Unknown option '--verbose'/],
  [
    'a severity that there is not',
    ['scan', 'a.lab', '--fail-on', 'huge'],
    /Allowed choices are info, low, medium, high, critical$/,
  ],
  ['a time that is none', ['scan', 'a.lab', '--timeout', '-1'], /It has to be a number greater than 0$/],
  ['options that are no JSON', ['scan', 'a.lab', '--options', '{'], /It has to be a JSON object$/],
  ['options that are no object', ['scan', 'a.lab', '--options', '[1]'], /It has to be a JSON object$/],
  [
    'an address without a scheme',
    ['scan', 'a.lab', '--url', 'localhost:3000', '--key', 'k'],
    /^--url takes an address such as/,
  ],
  [
    'a scanner that there is not',
    ['scan', 'a.lab', '--scanner', 'prots'],
    'There is no scanner "prots"; there are ports, tls, dns, whois, http',
  ],
  [
    'options of a scanner that there is not',
    ['scan', 'a.lab', '--options', '{"prots":{}}'],
    /^There is no scanner "prots"/,
  ],
  [
    'options of a scanner that is left out',
    ['scan', 'a.lab', '--scanner', 'dns', '--options', '{"tls":{}}'],
    'Options for tls, which --scanner leaves out',
  ],
  ['ports that are none', ['scan', 'a.lab', '--ports', '0'], /^ports\.ports: /],
  [
    'ports in two places',
    ['scan', 'a.lab', '--ports', '1', '--options', '{"ports":{"ports":"2"}}'],
    'The ports stand in --ports and in --options',
  ],
  ['a probe of nothing', ['probe', 'ports'], 'Name a target, or give --input'],
  ['a probe of two things', ['probe', 'ports', 'a.lab', '--input', 'x'], 'Give targets or --input, not both'],
  ['a probe by a scanner that there is not', ['probe', 'prots', 'a.lab'], /^There is no scanner "prots"/],
  ['a probe with bad options', ['probe', 'ports', 'a.lab', '--options', '{"ports":"x"}'], /^ports\.ports: /],
  [
    'a concurrency that is none',
    ['probe', 'ports', 'a.lab', '--concurrency', '0'],
    /It has to be a whole number from 1 to 256$/,
  ],
  ['a check of nothing', ['check-target'], 'Name a target, or give --input'],
])('%s is refused in one sentence, before anything is asked of anybody', async (_what, words, message) => {
  const error = await runProgram(words, bareContext(fakeTerminal())).catch((error: unknown) => error)
  expect(error).toMatchObject({ name: 'CommandError', exitCode: 2 })
  const sentence = (error as Error).message
  expect(sentence).not.toContain('\n')
  if (typeof message === 'string') expect(sentence).toBe(message)
  else expect(sentence).toMatch(message)
})

test.each([[['--help']], [['scan', '--help']], [['probe', '--help']], [['check-target', '--help']]])(
  '%j is help with examples and exit codes',
  async (words) => {
    const terminal = fakeTerminal()
    expect(await runProgram(words, bareContext(terminal))).toBe(0)
    expect(terminal.said.err).toBe('')
    expect(terminal.said.out).toContain('\nExamples:\n  ')
    expect(terminal.said.out).toContain('\nExit codes:\n  0 ')
    expect(terminal.said.out.split('\n').filter((line) => line.length > 120)).toEqual([])
  },
)

test('--version is that of the package', async () => {
  const terminal = fakeTerminal()
  expect(await runProgram(['--version'], bareContext(terminal))).toBe(0)
  expect(terminal.said.out).toBe(`${packageJson.version}\n`)
})

test('the help of a command that was not named ends with exit code 2, on the side for errors', async () => {
  const terminal = fakeTerminal()
  expect(await runProgram([], bareContext(terminal))).toBe(2)
  expect(terminal.said.out).toBe('')
  expect(terminal.said.err).toContain('Usage: portlight')
})

test('what was typed is repeated without the controls in it, and without a stack', async () => {
  expect(await runCli(['scan', 'a.lab', '--scanner', 'x\x1b[2J\u202e'])).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/^There is no scanner "x\\x1b\[2J\\u\{202e\}"; there are [^\n]*\.\n$/),
  })
})

test('bad settings are named in one sentence', async () => {
  const { code, stdout, stderr } = await runCli(['scan', 'a.lab'], { env: { PORT: 'x', LOG_LEVEL: 'loud' } })
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(/^Bad settings\. PORT: .* LOG_LEVEL: [^\n]*\.\n$/)
})

test('a Node that cannot read TypeScript is told so in one sentence', () => {
  const older = 'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "22.17.1" } })'
  const launcher = fileURLToPath(import.meta.resolve('#apps/cli/portlight.js'))
  const run = (words: readonly string[]) =>
    spawnSync(process.execPath, [...words, launcher, '--version'], { encoding: 'utf8' })
  expect(run([`--import=data:text/javascript,${encodeURIComponent(older)}`])).toMatchObject({
    status: 2,
    stdout: '',
    stderr: expect.stringMatching(/^Portlight needs Node 22\.18 or newer, and this is 22\.17\.1\. [^\n]*\.\n$/),
  })
  expect(run([])).toMatchObject({ status: 0, stdout: `${packageJson.version}\n`, stderr: '' })
})

test('a bug of ours is one sentence too, and no verdict', async () => {
  const bug = `
    setImmediate(function throwWhenReady() {
      if (process.listenerCount('uncaughtException') === 0) return setImmediate(throwWhenReady)
      throw new Error('a bug\\n at its place')
    })`
  const words = [`--import=data:text/javascript,${encodeURIComponent(bug)}`, mainFile, 'check-target', '--input', '-']
  // Standard input stays open: the command waits for its first line meanwhile.
  const child = spawn(process.execPath, words, { stdio: 'pipe' })
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  expect({ status, stdout, stderr }).toEqual({
    status: 3,
    stdout: '',
    stderr: 'Portlight itself failed: a bug\\n at its place.\n',
  })
})
