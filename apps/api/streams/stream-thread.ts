import type { SSEStreamingApi } from 'hono/streaming'
import type { Actor } from '#db/model/actor.ts'
import { messagesSince, type Subject } from '#db/queries/discussion.ts'
import { findTarget, reachOf } from '#db/queries/targets.ts'
import type { Deps } from '../app.ts'
import type { Authenticate } from '../authenticate.ts'
import { writeMessage } from '../documents/message.ts'
import { follow } from './follow.ts'

const atOnce = 100

/** Sends what is said of a subject after this version, as long as the listener may see its target. */
export async function streamThread(
  deps: Pick<Deps, 'db' | 'bus' | 'isDraining'>,
  identify: Authenticate,
  { actor, subject, seen }: { readonly actor: Actor; readonly subject: Subject; readonly seen: number },
  out: SSEStreamingApi,
): Promise<void> {
  const { db } = deps
  let version = seen
  const look = async (current: Actor) => {
    if (!(await findTarget(db, reachOf(current), subject.targetId))) return 'over'
    const before = version
    for (;;) {
      const messages = await messagesSince(db, subject, version, atOnce)
      for (const message of messages) {
        version = message.version
        await out.writeSSE({ event: 'message', id: String(version), data: JSON.stringify(writeMessage(message)) })
      }
      if (messages.length < atOnce) return version > before ? 'sent' : 'nothing'
    }
  }
  const id = subject.findingId ?? subject.targetId
  await follow(deps, identify, { actor, permission: 'findings:read', topic: 'thread', id, look }, out)
}
