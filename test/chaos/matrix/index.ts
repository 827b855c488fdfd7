import type { Outcome } from '../outcome.ts'
import type { Backend } from '../rig.ts'
import { Broken, type Case, type Size, Skipped } from './case.ts'
import { outsideCases } from './outside.ts'
import { postgresCases } from './postgres.ts'
import { redisCases } from './redis.ts'
import { workerCases } from './workers.ts'

/** The fault matrix. Rows 21 and 34 are parts of their own, 19 is `rolling` for the API; 27, 28 and 30 wait for schedules and a second release, 33 for targets behind a network of their own. */
export const cases: readonly Case[] = [...workerCases, ...postgresCases, ...redisCases, ...outsideCases]

/** One case on one backend. */
export async function runCase(one: Case, backend: Backend, size: Size): Promise<Outcome> {
  try {
    const { recoveryMillis, note } = await one.run(backend, size)
    const atMost = one.atMostMillis(size)
    const figures = {
      'recovery seconds': Number((recoveryMillis / 1000).toFixed(1)),
      'at most': atMost / 1000,
      ...(note === undefined ? {} : { note }),
    }
    const broken = recoveryMillis > atMost ? [`it took ${Math.round(recoveryMillis)} ms, ${atMost} ms are allowed`] : []
    return { figures, broken, nothing: [] }
  } catch (error) {
    if (error instanceof Skipped) return { figures: {}, broken: [], nothing: [error.message] }
    if (error instanceof Broken) return { figures: {}, broken: [error.message], nothing: [] }
    throw error
  }
}
