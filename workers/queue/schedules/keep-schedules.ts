import { endTicks } from '#db/queries/ticks.ts'
import type { BeginDeps } from '../begin-scan.ts'
import { noteTicks } from './note-ticks.ts'
import { pauseForWindows } from './pause-scans.ts'
import { startScans } from './start-scans.ts'

/** Notes what is due, begins what its moment has come for, lets rest what shall, and ends the ticks that are over. */
export async function keepSchedules(deps: BeginDeps): Promise<void> {
  await endTicks(deps.db)
  await noteTicks(deps.db)
  await pauseForWindows(deps.db)
  await startScans(deps)
}
