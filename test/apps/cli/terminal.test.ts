import { spawn, spawnSync } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { accepted, fixtureKey, shows, startFixtureApi } from './support/fixture-api.ts'
import { aFinding, aRun, aScan } from './support/make.ts'
import { mainFile } from './support/run-cli.ts'

/** util-linux's `script` runs a command on a terminal of its own; that of macOS takes other words. */
const hasScript = spawnSync('script', ['--version']).stdout?.includes('util-linux') ?? false
if (!hasScript) console.log('skipped: no util-linux script(1) to make a terminal with')

/** Everything that the terminal was sent. */
async function onTerminal(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  const command = [process.execPath, mainFile, ...words].map((word) => `'${word}'`).join(' ')
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    env: { PATH: process.env['PATH'], TERM: 'xterm-256color', SHELL: '/bin/sh', ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return (await text(child.stdout)).replaceAll('\r\n', '\n')
}

const hostile = '\x1b]52;c;cm0gLXJm\x07\u009b2J\u202e'
const coverage = { unit: 'ports', asked: 4, answered: 4, silent: 0, unanswered: [], leftOut: [] }
const running = aScan({
  status: 'running',
  runs: [aRun({ scanner: hostile, status: 'running', progress: { done: 1, total: 4 }, coverage: null })],
})
const ended = aScan({
  runs: [aRun({ scanner: hostile, coverage })],
  findings: [aFinding({ title: hostile, evidence: { banner: hostile } })],
})

/** Our own: the styles, and what draws the progress over itself. */
const ours = /\x1b\[(?:\d{1,2}m|\d+A|J)/g

test.runIf(hasScript)(
  'on a terminal there is progress, then the coloured report, and no control but our own',
  async () => {
    await using api = await startFixtureApi({ post: [accepted()], get: [shows(running), shows(ended)] })
    const said = await onTerminal(['scan', 'shop.lab', '--url', api.url, '--key', fixtureKey])
    expect(said).toContain('asking    ━━━━━─────────────── 1 of 4\n')
    expect(said).toMatch(/\x1b\[2A\x1b\[J[^\n]*shop\.lab/)
    expect(said).toContain('\x1b[31mHIGH')
    expect(said.replaceAll(ours, '').replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  },
)

test.runIf(hasScript)('NO_COLOR leaves the words', async () => {
  await using api = await startFixtureApi({ get: [shows(ended)] })
  const said = await onTerminal(['scan', 'shop.lab', '--url', api.url, '--key', fixtureKey], { NO_COLOR: '1' })
  expect(said).toContain('  HIGH ')
  expect(said).not.toMatch(/\x1b\[\d+m/)
})
