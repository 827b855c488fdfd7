import type { Db } from '#db/connect.ts'
import { openWindow } from '#db/model/schedule/blackout.ts'
import { pauseScans, pausingBlackouts } from '#db/queries/blackouts.ts'
import { calendarNow } from '#db/queries/clock.ts'

/** Lets rest what runs where a window has opened that says so. */
export async function pauseForWindows(db: Db): Promise<void> {
  const blackouts = await pausingBlackouts(db)
  if (blackouts.length === 0) return
  const now = await calendarNow(db)
  for (const { organisationId, ...blackout } of blackouts) {
    const window = openWindow([blackout], blackout.targetId, now)
    if (window) await pauseScans(db, { organisationId, targetId: blackout.targetId, ...window })
  }
}
