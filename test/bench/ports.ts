import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { formatPorts, readPorts } from '#workers/scanners/ports/ports-list.ts'
import { topPorts } from '#workers/scanners/ports/top-ports.ts'

const rounds = 5
/** Descriptors for both: with the usual 1,024 neither can have enough connections under way. */
const openFiles = 20_000
/** 25 ms each way, nothing lost. */
const wire = ['25000', '0']

const lab = fileURLToPath(new URL('../../../shared/lab/ports/', import.meta.url))
const cli = fileURLToPath(new URL('../../apps/cli/main.ts', import.meta.url))
const run = process.env.PORTLAB_RUN ?? mkdtempSync(join(tmpdir(), 'portlight-portlab-'))

interface Course {
  readonly title: string
  readonly address: string
  readonly ports: string
  /** The ports that are open there. */
  readonly open: readonly number[]
}

interface Measured {
  readonly millis: number
  readonly open: readonly number[]
}

/** The connect scan beside nmap's, in turns, on a host behind a wire: first what was found, then how long it took. */
export async function bench(): Promise<void> {
  const missing = whatIsMissing()
  if (missing !== null) return console.log(`skipped: ${missing}`)
  execFileSync(join(lab, 'up.sh'), wire, { env: { ...process.env, PORTLAB_RUN: run }, stdio: 'ignore' })
  try {
    for (const course of courses()) await compare(course)
  } finally {
    execFileSync(join(lab, 'down.sh'), { env: { ...process.env, PORTLAB_RUN: run }, stdio: 'ignore' })
    if (process.env.PORTLAB_RUN === undefined) rmSync(run, { recursive: true, force: true })
  }
}

function whatIsMissing(): string | null {
  if (!existsSync(lab)) return 'there is no lab of ports beside this repository'
  if (process.getuid?.() !== 0) return 'only root may make network namespaces'
  const tools = ['bash', 'gcc', 'ip', 'nft', 'ping', 'nmap'].filter((tool) => !isInstalled(tool))
  return tools.length > 0 ? `not installed: ${tools.join(', ')}` : null
}

const isInstalled = (tool: string) =>
  (process.env.PATH ?? '').split(':').some((directory) => existsSync(join(directory, tool)))

function courses(): Course[] {
  const top = new Set(topPorts)
  return [
    {
      title: '1,000 ports on a dark host',
      address: '10.77.0.3',
      ports: formatPorts(topPorts),
      open: portsIn('dark5.txt').filter((port) => top.has(port)),
    },
    { title: '65,535 ports, the rest closed', address: '10.77.0.2', ports: '1-65535', open: portsIn('open40.txt') },
  ]
}

const portsIn = (file: string) => readFileSync(join(lab, file), 'utf8').trim().split(/\s+/).map(Number)

const contestants: Readonly<Record<string, (course: Course) => Promise<Measured>>> = {
  'nmap -sT -T4': async ({ address, ports }) => {
    const { millis, output } = await timed('nmap', ['-sT', '-T4', '-n', '-Pn', '-oG', '-', '-p', ports, address])
    return { millis, open: [...output.matchAll(/(\d+)\/open\/tcp/g)].map(([, port]) => Number(port)) }
  },
  Portlight: async ({ address, ports }) => {
    const options = JSON.stringify({ ports })
    const { millis, output } = await timed(process.execPath, [
      cli,
      'probe',
      'ports',
      address,
      '--options',
      options,
      '--json',
    ])
    const { result } = JSON.parse(output) as { result: { addresses: { open: string }[] } }
    return { millis, open: result.addresses.flatMap(({ open }) => readPorts(open)) }
  },
}

async function compare(course: Course) {
  const measured = new Map<string, Measured[]>(Object.keys(contestants).map((name) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const [name, scan] of Object.entries(contestants)) measured.get(name)!.push(await scan(course))
  }
  console.log(`\n${course.title} (${course.address}, 50 ms round trip, ${rounds} runs in turns, whole processes)`)
  console.table(Object.fromEntries([...measured].map(([name, runs]) => [name, summary(course, runs)])))
}

function summary({ open }: Course, runs: readonly Measured[]) {
  const found = runs.map((run) => open.filter((port) => run.open.includes(port)).length)
  const madeUp = runs.map((run) => run.open.filter((port) => !open.includes(port)).length)
  const seconds = runs.map(({ millis }) => millis / 1000).sort((one, other) => one - other)
  return {
    [`found of ${open.length}`]: found.join(' '),
    'made up': Math.max(...madeUp),
    'median s': seconds[Math.floor(seconds.length / 2)]!.toFixed(1),
    'fastest s': seconds.at(0)!.toFixed(1),
    'slowest s': seconds.at(-1)!.toFixed(1),
  }
}

/** Runs a command where the hosts can be reached, and nothing else can. */
async function timed(command: string, parameters: readonly string[]) {
  const inside = ['-c', `ulimit -n ${openFiles} && exec ip netns exec pl_scn "$0" "$@"`, command, ...parameters]
  const startedAt = performance.now()
  const { stdout } = await promisify(execFile)('bash', inside, {
    env: { ...process.env, SCAN_ALLOW: '10.77.0.0/16', DNS_SERVERS: '127.0.0.1:9' },
    maxBuffer: 64 * 1024 * 1024,
  }).catch((error: { code?: number; stdout?: string }) => {
    // Findings end the probe with 1: that is an answer too.
    if (error.code === 1 && error.stdout) return { stdout: error.stdout }
    throw error
  })
  return { millis: performance.now() - startedAt, output: stdout }
}

if (import.meta.main) await bench()
