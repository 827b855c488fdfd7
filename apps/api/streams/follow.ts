import type { SSEStreamingApi } from 'hono/streaming'
import type { Topic } from '#db/bus.ts'
import type { Actor } from '#db/model/actor.ts'
import { denialOf, type PermissionName } from '#db/model/permission.ts'
import type { Deps } from '../app.ts'
import type { Authenticate } from '../authenticate.ts'
import { changesOf } from './changes.ts'

/** Whoever was revoked hears nothing after this time, whatever became of the bus. */
const recheckMillis = 900
/** Without a word from the bus the thing is looked at as often as this. */
const lookMillis = 2000
/** A comment, so that nobody on the way takes the connection for dead. */
const pingMillis = 15_000

export interface Followed {
  readonly actor: Actor
  /** Whoever has it no longer is sent no more. */
  readonly permission: PermissionName
  /** What the bus tells of it. */
  readonly topic: Topic
  readonly id: string
  /** Looks whether there is news for this actor, and sends it. `over` where there will be none. */
  readonly look: (actor: Actor) => Promise<'sent' | 'nothing' | 'over'>
}

/** Looks at a thing whenever it may have changed, each time authorised anew, until it is over or its listener may not see it any more. */
export async function follow(
  { bus, isDraining }: Pick<Deps, 'bus' | 'isDraining'>,
  identify: Authenticate,
  { actor, permission, topic, id, look }: Followed,
  out: SSEStreamingApi,
): Promise<void> {
  const changes = changesOf(bus, topic, id)
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
        const seen = await look(current)
        if (seen === 'over') return
        if (seen === 'sent') saidAt = performance.now()
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
