import { readdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { addressOf } from './lab.ts'
import type { Outcome } from './outcome.ts'
import { startRig } from './rig.ts'
import { type Part, residentMiB } from './supervise.ts'

const perSecond = 5
const sampleMillis = 10_000
/** The start is left out: caches fill. */
const warmUpShare = 0.3

/** A steady load for so many minutes: what memory and descriptors do meanwhile, as the slope of a straight line through what was seen. */
export async function leak({ minutes }: { minutes: number }): Promise<Outcome> {
  const rig = await startRig({ backend: 'pg', apis: 1, workers: 1, silentMillis: () => 100 })
  try {
    const parts = { api: rig.apis[0]!, worker: rig.workers[0]! }
    const samples: { hours: number; api: Sample; worker: Sample }[] = []
    const began = performance.now()
    const total = minutes * 60_000
    let n = 0
    let lastSample = 0
    while (performance.now() - began < total) {
      const id = await rig.submit(addressOf(n % 50_000), `leak-${n++}`)
      if (n % 10 === 0) await rig.read(id)
      const elapsed = performance.now() - began
      if (elapsed - lastSample > sampleMillis) {
        lastSample = elapsed
        if (elapsed > total * warmUpShare)
          samples.push({ hours: elapsed / 3_600_000, api: sampleOf(parts.api), worker: sampleOf(parts.worker) })
      }
      await sleep(Math.max(0, (n * 1000) / perSecond - elapsed))
    }
    const slope = (of: 'api' | 'worker', what: keyof Sample) =>
      Number(slopeOf(samples.map((sample) => [sample.hours, sample[of][what]])).toFixed(1))
    const figures = {
      minutes,
      scans: n,
      'API MiB an hour': slope('api', 'memoryMiB'),
      'worker MiB an hour': slope('worker', 'memoryMiB'),
      'API descriptors an hour': slope('api', 'descriptors'),
      'worker descriptors an hour': slope('worker', 'descriptors'),
      'API MiB': Math.round(samples.at(-1)?.api.memoryMiB ?? 0),
      'worker MiB': Math.round(samples.at(-1)?.worker.memoryMiB ?? 0),
    }
    const isFlat = (value: number, atMost: number) => Math.abs(value) <= atMost
    return {
      figures,
      broken: [
        !isFlat(figures['API descriptors an hour'], 20) && 'the API’s descriptors do not stay as many',
        !isFlat(figures['worker descriptors an hour'], 20) && 'the worker’s descriptors do not stay as many',
        Object.values(parts).some(({ endings }) => Object.keys(endings).length > 0) && 'a process ended by itself',
      ].filter((sentence) => sentence !== false),
      nothing: samples.length < 5 ? ['too short to tell anything'] : [],
    }
  } finally {
    await rig.close()
  }
}

interface Sample {
  readonly memoryMiB: number
  readonly descriptors: number
}

function sampleOf(part: Part): Sample {
  return { memoryMiB: residentMiB(part), descriptors: readdirSync(`/proc/${part.pid()}/fd`).length }
}

/** Least squares. */
function slopeOf(points: readonly (readonly [number, number])[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [x, y] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))]
  const over = points.reduce((sum, [px, py]) => sum + (px - x) * (py - y), 0)
  const under = points.reduce((sum, [px]) => sum + (px - x) ** 2, 0)
  return under === 0 ? 0 : over / under
}
