import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'

const copy = mkdtempSync(join(tmpdir(), 'portlight-toy-'))
afterAll(() => rmSync(copy, { recursive: true, force: true }))

const folder = (name: string) => join(copy, 'workers/scanners', name)
const run = (command: string, ...args: string[]) =>
  execFileSync(join('node_modules/.bin', command), args, {
    cwd: copy,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], SCAN_ALLOW: '127.0.0.0/8', DNS_SERVERS: '127.0.0.1:9' },
  })

test('a scanner is its folder and one line of the table: then it type-checks, scans, judges, and stands in the catalogue', {
  timeout: 180_000,
}, () => {
  for (const part of ['apps', 'config', 'db', 'workers', 'package.json', 'tsconfig.json'])
    cpSync(part, join(copy, part), { recursive: true })
  symlinkSync(join(process.cwd(), 'node_modules'), join(copy, 'node_modules'))

  mkdirSync(folder('toy'))
  writeFileSync(
    join(folder('toy'), 'index.ts'),
    `import { z } from 'zod'
import { addressesOf, defineScanner } from '../scanner.ts'

export const toy = defineScanner({
  title: 'A toy',
  version: 1,
  accepts: ['name', 'address'],
  canFlap: false,
  asks: 'host',
  options: z.strictObject({ word: z.string().max(20).default('hello') }),
  result: z.object({ word: z.string().max(20), addresses: z.array(z.string().max(45)).max(16) }),
  tier: 'passive',
  longestMillis: () => 1000,
  async scan(target, { word }, { network }) {
    const { addresses } = await addressesOf(target, network)
    const coverage = { unit: 'words', asked: 1, answered: 1, silent: 0, unanswered: [], leftOut: [] }
    return { result: { word, addresses: [...addresses] }, coverage }
  },
  rules: [
    {
      id: 'toy/too-friendly',
      title: 'It says hello',
      severity: 'low',
      remedy: 'Say something else.',
      reference: 'none',
      check: ({ word, addresses }) => addresses.map((address) => ({ subject: 'word', address, verdict: word === 'hello' ? 'present' : 'absent' })),
    },
  ],
})
`,
  )
  const table = join(copy, 'workers/scanners/index.ts')
  writeFileSync(
    table,
    readFileSync(table, 'utf8').replace('export const scanners = {', 'export const scanners = {\n  toy,'),
  )
  appendFileSync(table, "\nimport { toy } from './toy/index.ts'\n")
  writeFileSync(
    join(copy, 'list.ts'),
    "import { catalogue, scanPlan } from '#workers/scanners/catalog.ts'\nconsole.log(JSON.stringify([catalogue().map(({ name }) => name), scanPlan.parse({ toy: {} })]))\n",
  )

  run('tsc', '-p', '.')
  expect(JSON.parse(run('node', 'list.ts'))).toEqual([
    ['toy', 'ports', 'tls', 'dns', 'whois', 'http'],
    { toy: { word: 'hello' } },
  ])
  const line = JSON.parse(run('node', 'apps/cli/main.ts', 'probe', 'toy', '127.0.0.1', '--json'))
  expect(line).toMatchObject({
    scanner: 'toy',
    status: 'completed',
    result: { word: 'hello' },
    findings: [{ rule: 'toy/too-friendly', verdict: 'present', address: '127.0.0.1' }],
  })
})
