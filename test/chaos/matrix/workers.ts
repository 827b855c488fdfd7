import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startProcess } from '#test/support/processes.ts'
import { momentNames } from '../edits.ts'
import { addressOf } from '../lab.ts'
import type { Backend } from '../rig.ts'
import { type Case, must, mustBeWhole, type Size, until, untilStatus, withRig } from './case.ts'

const both = ['pg', 'redis'] as const
const edits = { NODE_OPTIONS: '--import ./test/chaos/edits.ts' }

/** A worker that wakes up after its scan was done by another; `env` may take out what keeps it from writing then. */
async function sleepPastLease(backend: Backend, { leaseSeconds }: Size, env: Record<string, string> = {}) {
  const silentMillis = () => 1500
  return withRig({ backend, leaseSeconds, workers: 1, apis: 1, silentMillis, env }, async (rig) => {
    const id = await rig.submit(addressOf(1), 'one')
    await untilStatus(rig, id, 'running')
    await sleep(300)
    const [sleeper] = rig.workers
    sleeper!.signal('SIGSTOP')
    const began = performance.now()
    rig.startWorker()
    await mustBeWhole(rig, id, addressOf(1))
    const recoveryMillis = performance.now() - began
    await sleep(Math.max(0, leaseSeconds * 3000 - recoveryMillis))
    sleeper!.signal('SIGCONT')
    const isFenced = () => sleeper!.output().includes('fenced')
    await until('the sleeper has come to its end', async () => isFenced() || (await rig.read(id)).resultCount > 1)
    await sleep(500)
    await mustBeWhole(rig, id, addressOf(1))
    must(isFenced(), 'the sleeper does not say that it was fenced')
    return { recoveryMillis }
  })
}

/** The same without the fence: a product that would be broken. */
export const sleepWithoutFence = (backend: Backend, size: Size) =>
  sleepPastLease(backend, size, { ...edits, FENCE: '0' })

export const workerCases: readonly Case[] = [
  {
    row: '1',
    name: 'a worker is killed in the middle of a scan',
    backends: both,
    inCut: ['redis'],
    atMostMillis: ({ leaseSeconds }) => leaseSeconds * 1000 + 6500,
    run: (backend, { leaseSeconds }) =>
      withRig({ backend, leaseSeconds, workers: 2, apis: 1, silentMillis: () => 1500 }, async (rig) => {
        const id = await rig.submit(addressOf(1), 'one')
        await untilStatus(rig, id, 'running')
        await sleep(300)
        const began = performance.now()
        for (const worker of rig.workers) worker.kill()
        const scan = await mustBeWhole(rig, id, addressOf(1))
        must(scan.attempt === 2, `it took ${scan.attempt} attempts`)
        return { recoveryMillis: performance.now() - began }
      }),
  },
  {
    row: '2',
    name: 'a worker is frozen past its lease and wakes up',
    backends: both,
    inCut: ['pg'],
    atMostMillis: ({ leaseSeconds }) => leaseSeconds * 1000 + 6500,
    run: (backend, size) => sleepPastLease(backend, size),
  },
  {
    row: '3, 4, R5',
    name: 'a process is killed at each of twelve named moments',
    backends: both,
    inCut: ['pg'],
    atMostMillis: ({ leaseSeconds }) => leaseSeconds * 1000 + 17_000,
    run: (backend, { leaseSeconds, repetitions }) => {
      const crashFile = join('/tmp', `portlight-crash-${process.pid}-${backend}`)
      const env = { ...edits, CRASH_FILE: crashFile }
      return withRig({ backend, leaseSeconds, workers: 2, silentMillis: () => 200, env }, async (rig) => {
        let worst = 0
        let slowest = ''
        const crash = async (moment: string, n: number) => {
          const address = addressOf(n)
          writeFileSync(crashFile, moment)
          const began = performance.now()
          const id = await rig.submit(address, `crash-${n}`)
          await mustBeWhole(rig, id, address)
          await until(`somebody died: ${moment}`, () => !existsSync(crashFile), 15_000)
          must((await rig.submit(address, `crash-${n}`)) === id, `the same key made two scans: ${moment}`)
          const millis = performance.now() - began
          if (millis > worst) [worst, slowest] = [millis, moment]
        }
        let n = 0
        for (let i = 0; i < repetitions; i++) for (const moment of momentNames) await crash(moment, ++n)
        return { recoveryMillis: worst, note: `${n} kills, the slowest: ${slowest}` }
      })
    },
  },
  {
    row: '18',
    name: 'a scan that ends each worker which takes it',
    backends: both,
    atMostMillis: () => 120_000,
    run: (backend) =>
      withRig(
        {
          backend,
          leaseSeconds: 3,
          workers: 3,
          apis: 1,
          env: { ...edits, POISON: addressOf(1) },
          silentMillis: () => 100,
        },
        async (rig) => {
          const began = performance.now()
          const poison = await rig.submit(addressOf(1), 'poison')
          let others = 0
          const scans = (async () => {
            while ((await rig.read(poison)).status in { queued: 1, running: 1 }) {
              const address = addressOf(100 + others)
              await mustBeWhole(rig, await rig.submit(address, `other-${others++}`), address)
            }
          })()
          const scan = await rig.untilEnded(poison, 150_000)
          const recoveryMillis = performance.now() - began
          await scans
          must(
            scan.status === 'failed' && scan.reason === 'crashed-too-often',
            `it ended ${scan.status} (${scan.reason})`,
          )
          must(others > 5, `only ${others} other scans ran meanwhile`)
          return { recoveryMillis, note: `${scan.attempt} attempts, ${others} other scans meanwhile` }
        },
      ),
  },
  {
    row: '17',
    name: 'the clock of a worker is an hour ahead',
    backends: ['pg'],
    atMostMillis: () => 10_000,
    run: (backend) =>
      withRig({ backend, apis: 1, workers: 1, silentMillis: () => 100 }, async (rig) => {
        const wrong = startProcess('workers/main.ts', { ...rig.env, ...edits, CLOCK_AHEAD_MILLIS: '3600000' })
        const began = performance.now()
        const code = await wrong.ended
        must(code !== 0 && wrong.output().includes('clock'), `it ended with ${code}: ${wrong.output().slice(-300)}`)
        const id = await rig.submit(addressOf(1), 'one')
        await mustBeWhole(rig, id, addressOf(1))
        return { recoveryMillis: performance.now() - began, note: 'it refuses to start' }
      }),
  },
  {
    row: '19',
    name: 'SIGTERM to a worker in the middle of a scan',
    backends: both,
    inCut: ['pg'],
    atMostMillis: () => 15_000,
    run: (backend, { leaseSeconds }) =>
      withRig({ backend, leaseSeconds, apis: 1, workers: 1, silentMillis: () => 1500 }, async (rig) => {
        const id = await rig.submit(addressOf(1), 'one')
        await untilStatus(rig, id, 'running')
        const began = performance.now()
        rig.workers[0]!.signal('SIGTERM')
        const scan = await mustBeWhole(rig, id, addressOf(1))
        const recoveryMillis = performance.now() - began
        await until('it has ended by itself, well', () => rig.workers[0]!.endings['0'] === 1, 30_000)
        return { recoveryMillis, note: `attempt ${scan.attempt}` }
      }),
  },
  {
    row: '29',
    name: 'a worker that may open 64 files',
    backends: ['pg'],
    atMostMillis: () => 60_000,
    run: (backend) =>
      withRig({ backend, apis: 1, workers: 0, silentMillis: () => 50 }, async (rig) => {
        const began = performance.now()
        const worker = spawn('bash', ['-c', `ulimit -n 64; exec "${process.execPath}" workers/main.ts`], {
          env: { ...rig.env, PATH: process.env['PATH'] },
          stdio: 'ignore',
        })
        const ended = once(worker, 'exit')
        const first = rig.lab.port
        const ports = `${first - 200}-${first + 200}`
        const id = await rig.submit(addressOf(1), 'one', { scanners: { ports: { ports } } })
        const scan = await rig.untilEnded(id, 60_000)
        const recoveryMillis = performance.now() - began
        worker.kill('SIGKILL')
        await ended
        const [run] = scan.runs
        const { asked = 0, answered = 0 } = run?.coverage ?? {}
        const result = JSON.stringify(run?.result ?? {})
        const isTold = answered === 401 && result.includes(String(first))
        must(isTold || run?.status !== 'completed' || asked < 401, `it told ${answered} of 401 ports and hid the rest`)
        return { recoveryMillis, note: `${run?.status}, ${answered} of 401 answered` }
      }),
  },
  {
    row: '31',
    name: 'an error that nobody catches',
    backends: ['pg'],
    inCut: ['pg'],
    atMostMillis: ({ leaseSeconds }) => leaseSeconds * 1000 + 6500,
    run: (backend, { leaseSeconds }) => {
      const crashFile = join('/tmp', `portlight-throw-${process.pid}`)
      const env = { ...edits, CRASH_FILE: crashFile }
      return withRig({ backend, leaseSeconds, apis: 1, workers: 1, silentMillis: () => 800, env }, async (rig) => {
        writeFileSync(crashFile, 'throw claimed')
        const began = performance.now()
        const id = await rig.submit(addressOf(1), 'one')
        await mustBeWhole(rig, id, addressOf(1))
        const recoveryMillis = performance.now() - began
        const { endings, output } = rig.workers[0]!
        must(endings['1'] === 1, `the worker ended ${JSON.stringify(endings)}`)
        must(output().includes('a bug that nobody catches'), 'its log does not say why')
        return { recoveryMillis }
      })
    },
  },
]
