import type { SSEStreamingApi } from 'hono/streaming'
import type { Actor } from '#db/model/actor.ts'
import { isFinal } from '#db/model/scan.ts'
import { changesBetween, findScan } from '#db/queries/scans.ts'
import { reachOf } from '#db/queries/targets.ts'
import { wholeOf } from '#workers/documents/scan.ts'
import type { Deps } from '../app.ts'
import type { Authenticate } from '../authenticate.ts'
import { follow } from './follow.ts'

export interface ScanStream {
  readonly actor: Actor
  readonly scanId: string
  /** The version that the client has; 0 for none. */
  readonly seen: number
}

/** Sends the scan whenever it has a new version, until it is final. */
export async function streamScan(
  deps: Pick<Deps, 'db' | 'bus' | 'isDraining'>,
  identify: Authenticate,
  { actor, scanId, seen }: ScanStream,
  out: SSEStreamingApi,
): Promise<void> {
  const { db } = deps
  let version = seen
  const look = async (current: Actor) => {
    const scan = await findScan(db, reachOf(current), scanId)
    if (!scan) return 'over'
    const isNews = scan.version > version
    if (isNews) {
      const whole = await wholeOf(db, scan)
      // Versions that came and went between two looks, so that nobody misses an id; who comes new has missed nothing.
      const missed = version === 0 ? [] : await changesBetween(db, scanId, version, scan.version)
      for (const { version: id, ...change } of missed)
        await out.writeSSE({ event: 'change', id: String(id), data: JSON.stringify({ version: id, ...change }) })
      version = scan.version
      await out.writeSSE({ event: 'scan', id: String(version), data: JSON.stringify(whole) })
    }
    if (isFinal(scan.status)) return 'over'
    return isNews ? 'sent' : 'nothing'
  }
  await follow(deps, identify, { actor, permission: 'scans:read', topic: 'scan', id: scanId, look }, out)
}
