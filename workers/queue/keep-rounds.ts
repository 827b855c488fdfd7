import { setTimeout as sleep } from 'node:timers/promises'
import type { Db } from '#db/connect.ts'
import { type Round, takeRounds } from '#db/queries/rounds.ts'

export interface Chore extends Round {
  readonly run: () => Promise<unknown>
}

const lookMillis = 1000
/** By so much a round may come early: a look that is a moment before its time does not wait for the next. */
const earlyMillis = 100

/**
 * Looks each second which chores are due, and does those that no other process has begun; ends with the last of them once the signal aborts.
 * Who is still at a chore does not ask for it, nor who failed at it until others could: something that only this process lacks holds no chore up.
 */
export async function keepRounds(
  db: Db,
  chores: readonly Chore[],
  onError: (error: Error) => void,
  signal: AbortSignal,
): Promise<void> {
  const busy = new Map<string, Promise<void>>()
  const pause = (millis: number) => sleep(millis, undefined, { signal }).catch(() => {})
  const doRound = async ({ name, everyMillis, run }: Chore) => {
    try {
      await run()
    } catch (error) {
      onError(error as Error)
      await pause(everyMillis + lookMillis)
    }
    busy.delete(name)
  }
  const look = async () => {
    const free = chores.filter(({ name }) => !busy.has(name))
    const asked = free.map(({ name, everyMillis }) => ({ name, everyMillis: everyMillis - earlyMillis }))
    const taken = await takeRounds(db, asked)
    for (const chore of free.filter(({ name }) => taken.includes(name))) busy.set(chore.name, doRound(chore))
  }
  while (!signal.aborted) {
    await look().catch(onError)
    await pause(lookMillis)
  }
  await Promise.all(busy.values())
}
