import { setTimeout as sleep } from 'node:timers/promises'
import type { Bus } from '#db/bus.ts'
import type { Db } from '#db/connect.ts'
import { sparedInForce } from '#db/queries/do-not-scan.ts'
import type { SparingGuard } from '#workers/network/spare.ts'

/** The list holds within two seconds in every process, whatever becomes of the bus. */
const lookMillis = 1500

/** Keeps a guard's do-not-scan list as the database has it. The first look is over when this resolves. */
export async function keepSparing(
  db: Db,
  bus: Pick<Bus, 'on' | 'onGap'>,
  guard: SparingGuard,
  stop: AbortSignal,
): Promise<void> {
  // While the database is away the last list stays in force.
  const look = async () => {
    const list = await sparedInForce(db).catch(() => null)
    if (list !== null) guard.spare(list)
  }
  bus.on('do-not-scan', () => void look())
  bus.onGap(() => void look())
  await look()
  const goOn = async () => {
    while (!stop.aborted) {
      await sleep(lookMillis, undefined, { signal: stop }).catch(() => {})
      if (!stop.aborted) await look()
    }
  }
  void goOn()
}
