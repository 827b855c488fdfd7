import type { SSEStreamingApi } from 'hono/streaming'
import type { Actor } from '#db/model/actor.ts'
import { denialOf, type PermissionName } from '#db/model/permission.ts'
import { isFinal } from '#db/model/scan.ts'
import { changesBetween, findScan } from '#db/queries/scans.ts'
import { reachOf } from '#db/queries/targets.ts'
import type { Deps } from '../app.ts'
import type { Authenticate } from '../authenticate.ts'
import { wholeOf } from '#workers/documents/scan.ts'
import { changesOf } from './changes.ts'

/** Whoever was revoked hears nothing after this time, whatever became of the bus. */
const recheckMillis = 900
/** Without a word from the bus the scan is looked at as often as this. */
const lookMillis = 2000
/** A comment, so that nobody on the way takes the connection for dead. */
const pingMillis = 15_000

const permission: PermissionName = 'scans:read'

export interface ScanStream {
  readonly actor: Actor
  readonly scanId: string
  /** The version that the client has; 0 for none. */
  readonly seen: number
}

/** Sends the scan whenever it has a new version, each time authorised anew, until it is final or its listener may not see it any more. */
export async function streamScan(
  { db, bus, isDraining }: Pick<Deps, 'db' | 'bus' | 'isDraining'>,
  identify: Authenticate,
  { actor, scanId, seen }: ScanStream,
  out: SSEStreamingApi,
): Promise<void> {
  let version = seen
  const changes = changesOf(bus, scanId)
  out.onAbort(changes.stir)
  let lookedAt = 0
  let saidAt = performance.now()
  try {
    while (!out.aborted && !out.closed && !isDraining()) {
      const current = await identify.again(actor.credential, actor.principal)
      const isAllowed = current?.organisationId === actor.organisationId && denialOf(current, permission) === null
      if (!isAllowed) {
        await out.writeSSE({ event: 'end', data: '{"reason":"credential-ended"}' })
        return
      }
      if (changes.takeNews() || performance.now() - lookedAt > lookMillis) {
        lookedAt = performance.now()
        const scan = await findScan(db, reachOf(current), scanId)
        if (!scan) return
        if (scan.version > version) {
          const whole = await wholeOf(db, scan)
          // Versions that came and went between two looks, so that nobody misses an id; who comes new has missed nothing.
          const missed = version === 0 ? [] : await changesBetween(db, scanId, version, scan.version)
          for (const { version: id, ...change } of missed)
            await out.writeSSE({ event: 'change', id: String(id), data: JSON.stringify({ version: id, ...change }) })
          version = scan.version
          saidAt = performance.now()
          await out.writeSSE({
            event: 'scan',
            id: String(version),
            data: JSON.stringify(whole),
          })
        }
        if (isFinal(scan.status)) return
      }
      if (performance.now() - saidAt > pingMillis) {
        saidAt = performance.now()
        await out.write(': still here\n\n')
      }
      await changes.wait(recheckMillis)
    }
  } finally {
    changes.close()
  }
}
