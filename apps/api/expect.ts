import type { Db } from '#db/connect.ts'
import type { ScanStatus } from '#db/model/scan.ts'
import { type Expectations, readExpectations } from '#db/queries/expectations.ts'

/** How a scan stands, as far as it says when to ask again. */
export interface Standing {
  readonly status: ScanStatus
  /** Since it was begun; 0 for one that waits. */
  readonly runningSeconds: number
  /** Scanners that have not ended. */
  readonly openScanners: readonly string[]
}

const freshMillis = 5000
const [soonest, latest] = [1, 60]
/** For a scanner that has run nowhere yet. */
const unknownSeconds = 2

/** Seconds after which it is worth asking again: by how many wait and how fast they go, or by how long these scanners took lately. */
export function secondsUntil({ queued, running, runSeconds }: Expectations, scan: Standing): number {
  const longest = Math.max(unknownSeconds, ...scan.openScanners.map((name) => runSeconds.get(name) ?? unknownSeconds))
  const expected = scan.status === 'queued' ? (queued / Math.max(1, running)) * longest : longest - scan.runningSeconds
  return Math.min(latest, Math.max(soonest, Math.ceil(expected)))
}

/** Says it from what was read within five seconds; nobody waits for it to be read anew. */
export function expecting(db: Db): (scan: Standing) => string {
  let known: Expectations = { queued: 0, running: 0, runSeconds: new Map() }
  let readAt = Number.NEGATIVE_INFINITY
  return (scan) => {
    if (performance.now() - readAt > freshMillis) {
      readAt = performance.now()
      readExpectations(db).then(
        (read) => (known = read),
        () => {},
      )
    }
    return String(secondsUntil(known, scan))
  }
}
