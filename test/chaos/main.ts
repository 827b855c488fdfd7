import { existsSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { conclude, exitCodes, type Line, type Outcome } from './outcome.ts'
import { cutSize, fullSize } from './matrix/case.ts'
import { cases, runCase } from './matrix/index.ts'
import { life } from './life.ts'
import { leak } from './leak.ts'
import { overload } from './overload.ts'
import { rolling } from './rolling.ts'
import type { Backend } from './rig.ts'
import { soak, type SoakOptions } from './soak.ts'
import { ticks } from './ticks.ts'

/**
 * `npm run chaos` runs every part at its full size and prints one table; `npm run chaos -- NAME…` some parts; `SEED`, `SCANS`, `FAULTS`, `RATE`, `BACKEND` say otherwise.
 * Exit codes: 0 held, 1 a promise was broken, 2 a run proves nothing, 3 it could not run.
 */
const number = (name: string, usual: number) => Number(process.env[name] ?? usual)
const backends: readonly Backend[] = process.env['BACKEND'] ? [process.env['BACKEND'] as Backend] : ['pg', 'redis']
const seeds = process.env['SEED'] ? [Number(process.env['SEED'])] : [1, 2, 3]

interface Run {
  readonly name: string
  readonly run: () => Promise<Outcome>
  readonly mustFail?: boolean
}

const big = (backend: Backend, seed: number): SoakOptions => ({
  backend,
  seed,
  scans: number('SCANS', 10_000),
  faults: number('FAULTS', 200),
  rate: number('RATE', 20),
  gapMillis: number('GAP', 1700),
  zombieShare: 0.1,
  leaseSeconds: 8,
})
const small = (backend: Backend, seed: number): SoakOptions => ({
  ...big(backend, seed),
  scans: number('SCANS', 600),
  faults: number('FAULTS', 40),
  rate: number('RATE', 15),
  gapMillis: number('GAP', 700),
  zombieShare: 0.3,
})

/** Each part, and the runs that it consists of. */
const parts: Readonly<Record<string, () => Run[]>> = {
  soak: () =>
    backends.flatMap((backend) =>
      seeds.map((seed) => ({ name: `soak ${backend} seed ${seed}`, run: () => soak(big(backend, seed)) })),
    ),
  'short-soak': () =>
    backends.map((backend) => ({
      name: `short soak ${backend} seed ${seeds[0]}`,
      run: () => soak(small(backend, seeds[0]!)),
    })),
  matrix: () =>
    cases
      .filter(({ name }) => name.includes(process.env['CASE'] ?? ''))
      .flatMap((one) =>
        one.backends
          .filter((backend) => backends.includes(backend))
          .map((backend) => ({
            name: `row ${one.row}: ${one.name} (${backend})`,
            run: () => runCase(one, backend, process.env['SIZE'] === 'cut' ? cutSize : fullSize),
          })),
      ),
  rolling: () => [
    { name: 'rolling restart', run: () => rolling({ seconds: number('SECONDS', 42), perSecond: number('RATE', 500) }) },
  ],
  overload: () => [{ name: 'overload ×10', run: () => overload({ seconds: number('SECONDS', 60) }) }],
  life: () => [
    { name: 'sequences of commands', run: () => life({ sequences: number('SEQUENCES', 10_000), seed: seeds[0]! }) },
  ],
  ticks: () =>
    seeds.map((seed) => ({
      name: `schedulers killed, seed ${seed}`,
      run: () => ticks({ count: number('TICKS', 1000), seed }),
    })),
  leak: () => [{ name: 'steady load', run: () => leak({ minutes: number('MINUTES', 30) }) }],
  controls: () =>
    backends.flatMap((backend) =>
      // Where nobody rings again each kill loses all that its worker had: with fewer of them enough still end to compare with.
      (['reconciler', 'fence'] as const).map((without) => ({
        name: `without ${without} ${backend} seed ${seeds[0]}`,
        mustFail: true,
        run: () =>
          soak({
            ...small(backend, seeds[0]!),
            ...(without === 'reconciler' ? { faults: number('FAULTS', 20) } : {}),
            without,
          }),
      })),
    ),
}

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !(name in parts))
if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}.`)
  process.exit(exitCodes.cannotRun)
}
const table = (process.env['CHAOS_TABLE'] ??= join(tmpdir(), `portlight-chaos-${process.pid}.jsonl`))
let worst: number = exitCodes.held
for (const part of asked.length > 0 ? asked : Object.keys(parts).filter((name) => name !== 'short-soak')) {
  for (const { name, run, mustFail } of parts[part]!()) {
    const began = performance.now()
    try {
      const outcome = await run()
      worst = Math.max(worst, conclude(name, outcome, Math.round((performance.now() - began) / 1000), mustFail))
    } catch (error) {
      console.error(`${name}: ${String(error)}`)
      worst = Math.max(worst, exitCodes.cannotRun)
    }
  }
}
if (existsSync(table)) {
  console.log('\n| Part | Verdict | Seconds | Figures |\n|---|---|---|---|')
  for (const line of readFileSync(table, 'utf8').trimEnd().split('\n')) {
    const { name, verdict, seconds, figures, broken, nothing } = JSON.parse(line) as Line
    const words = [...Object.entries(figures).map(([key, value]) => `${key} ${value}`), ...broken, ...nothing]
    console.log(`| ${name} | ${verdict} | ${seconds} | ${words.join(', ')} |`)
  }
}
if (table.startsWith(tmpdir())) rmSync(table, { force: true })
process.exit(worst)
