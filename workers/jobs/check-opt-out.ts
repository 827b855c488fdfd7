import { findSpared, saveSpareCheck } from '#db/queries/do-not-scan.ts'
import { checkFileAt, checkOptOut } from '#workers/authority/check-proof.ts'
import { visitor } from '#workers/network/authority.ts'
import { tellSpared } from '#workers/queue/alerts/tell-spared.ts'
import type { JobHandler } from './job.ts'

const patienceMillis = 30_000

/** Looks whether whoever asks to be left alone is the owner: a token in the name's own zone, or served by the bare address. */
export const checkOptOutJob: JobHandler<'check-opt-out'> = async (
  { optOutId },
  { db, openDoor, signal, isOutwardOff },
) => {
  if (isOutwardOff()) return
  const asked = await findSpared(db, optOutId)
  if (!asked || asked.token === null || asked.status === 'holds') return
  const door = openDoor(AbortSignal.any([signal, AbortSignal.timeout(patienceMillis)]), visitor)
  const { kind, value, token } = asked
  const check =
    kind === 'name' ? await checkOptOut(door, value, token) : await checkFileAt(door, value.split('/')[0]!, token)
  if (signal.aborted) return
  await db.transaction().execute(async (db) => {
    if (await saveSpareCheck(db, optOutId, check)) await tellSpared(db, asked)
  })
}
