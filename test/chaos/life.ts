import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Outcome } from './outcome.ts'

/** Random sequences of all that can happen to a scan, against a real Postgres (`test/workers/queue/scan-life.test.ts`), as many as are asked for. */
export async function life({ sequences, seed }: { sequences: number; seed: number }): Promise<Outcome> {
  const vitest = spawn('npx', ['vitest', 'run', 'test/workers/queue/scan-life.test.ts'], {
    env: { ...process.env, SEQUENCES: String(sequences), SEED: String(seed) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [vitest.stdout, vitest.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  const [code] = (await once(vitest, 'close')) as [number | null]
  return { figures: { sequences, seed }, broken: code === 0 ? [] : [output.slice(-2000)], nothing: [] }
}
