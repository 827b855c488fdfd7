import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type RunningPortlight, startPortlight } from '../support/portlight.ts'

const rounds = 5

/** How long `npm start` takes until /readyz says 200: in a new data directory, and in one that was used before. */
export async function bench(): Promise<void> {
  const first: number[] = []
  const later: number[] = []
  for (let round = 0; round < rounds; round++) {
    const { dataDir, millis } = await startAndStop()
    first.push(millis)
    later.push((await startAndStop(dataDir)).millis)
    rmSync(dirname(dataDir), { recursive: true, force: true })
  }
  console.log(`npm start to /readyz 200, first start:  ${summary(first)}  (goal 3000)`)
  console.log(`npm start to /readyz 200, later starts: ${summary(later)}  (goal 1000)`)
}

async function startAndStop(dataDir?: string): Promise<{ dataDir: string; millis: number }> {
  const begun = performance.now()
  const portlight = await startPortlight(dataDir === undefined ? {} : { DATA_DIR: dataDir })
  while (!(await isReady(portlight))) await sleep(5)
  const millis = performance.now() - begun
  await portlight.untilSays(/Ctrl-C/)
  await portlight.stop()
  return { dataDir: portlight.dataDir, millis }
}

const isReady = (portlight: RunningPortlight) =>
  fetch(`${portlight.url}/readyz`).then(
    ({ status }) => status === 200,
    () => false,
  )

function summary(millis: readonly number[]): string {
  const sorted = [...millis].sort((a, b) => a - b).map(Math.round)
  return `median ${sorted[Math.floor(sorted.length / 2)]} ms of ${sorted.join(', ')}`
}

if (import.meta.main) await bench()
