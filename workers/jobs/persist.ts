import { setTimeout as sleep } from 'node:timers/promises'
import { isUnavailable } from '#db/connect.ts'

/** Writes through a moment in which the database is away: asks again until it answers, or `worthwhile` says no. The write must bear being asked twice. */
export async function persist<Answer>(write: () => Promise<Answer>, worthwhile: () => boolean): Promise<Answer> {
  for (let tries = 0; ; tries++) {
    try {
      return await write()
    } catch (error) {
      if (!isUnavailable(error) || !worthwhile()) throw error
      await sleep(Math.min(50 * 2 ** tries, 1000))
    }
  }
}
