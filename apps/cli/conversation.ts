import { randomUUID } from 'node:crypto'
import { NoAnswer } from '#apps/client/errors.ts'
import { followScan } from '#apps/client/follow.ts'
import { askPatiently } from '#apps/client/patience.ts'
import { type Accepted, type Seen as SeenBy, type Submission, submitScan } from '#apps/client/scans.ts'
import type { Reached } from './reach-instance.ts'
import { type ScanDocument, scanDocument } from './scan-document.ts'

export type Seen = SeenBy<ScanDocument>

/** One scan, and the Portlight that it was given to: another one where that went away, on the same data. */
export interface Conversation {
  instance: Reached
  accepted: Accepted | null
}

export interface Manner {
  readonly timeoutMillis: number
  /** A supervisor has started a dead API again by then; if not, it is gone itself. */
  readonly goneAfterMillis: number
  readonly signal: AbortSignal
  readonly onSeen: (seen: Seen) => void
  /** Finds or starts the Portlight of this data directory once more. */
  readonly reachAgain: () => Promise<Reached>
}

/** Time for the last poll after a deadline, at which the API itself ends every scan. */
const graceMillis = 30_000
const busyPatienceMillis = 60_000
const silentPatienceMillis = 5000

/** Submits a scan and polls until it has ended or time is over. @throws Problem, NotPortlight, NoAnswer, and what `reachAgain` throws */
export async function submitAndFollow(talk: Conversation, submission: Submission, manner: Manner): Promise<Seen> {
  const { timeoutMillis, goneAfterMillis, signal, onSeen } = manner
  const begin = performance.now()
  const accepted = await submit(talk, submission, manner)
  talk.accepted = accepted
  const until = Math.min(performance.now() + accepted.remainingMillis + graceMillis, begin + timeoutMillis)
  for (;;) {
    const silentMillis = talk.instance.isNamed ? Infinity : goneAfterMillis
    try {
      return await followScan(talk.instance, accepted, readScan, { until, silentMillis, signal, onSeen })
    } catch (error) {
      const mayBeElsewhere = error instanceof NoAnswer && !talk.instance.isNamed && performance.now() < until
      if (!mayBeElsewhere) throw error
      await talk.instance.stop()
      talk.instance = await manner.reachAgain()
    }
  }
}

/** What is printed is looked at first. */
const readScan = (raw: unknown) => scanDocument.safeParse(raw).data

/** The same Idempotency-Key each time: asking again makes no second scan. */
function submit({ instance }: Conversation, submission: Submission, manner: Manner): Promise<Accepted> {
  const { timeoutMillis, signal } = manner
  const idempotencyKey = randomUUID()
  const busyMillis = Math.min(busyPatienceMillis, timeoutMillis)
  const silentMillis = Math.min(silentPatienceMillis, timeoutMillis)
  return askPatiently(() => submitScan(instance, submission, idempotencyKey, signal), {
    busyMillis,
    silentMillis,
    signal,
  })
}
