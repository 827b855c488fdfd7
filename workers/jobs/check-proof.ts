import { calendarNow } from '#db/queries/clock.ts'
import { dropAddressProof, isFresh, proofsOfHosts, readProof, saveCheck } from '#db/queries/proofs.ts'
import { checkProof } from '#workers/authority/check-proof.ts'
import { visitor } from '#workers/network/authority.ts'
import type { JobHandler } from './job.ts'

const patienceMillis = 45_000

/** Looks whether a proof stands where its owner was to publish it, and notes what came of it. */
export const checkProofJob: JobHandler<'check-proof'> = async ({ proofId }, { db, openDoor, signal, isOutwardOff }) => {
  if (isOutwardOff()) return
  const proof = await readProof(db, proofId)
  if (!proof) return
  const door = openDoor(AbortSignal.any([signal, AbortSignal.timeout(patienceMillis)]), visitor)
  const now = await calendarNow(db)
  const isVerified = async (name: string) =>
    (await proofsOfHosts(db, proof.organisationId, [name])).some((one) => isFresh(one, now))
  const check = await checkProof(door, proof, isVerified)
  if (signal.aborted) return
  await saveCheck(db, proofId, check)
  if (check.status === 'fails' && proof.targetKind === 'address')
    await dropAddressProof(db, proof.organisationId, proof.canonical)
}
