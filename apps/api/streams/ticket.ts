import type { Context } from 'hono'
import { z } from 'zod'
import type { Actor } from '#db/model/actor.ts'
import { makeChallenge, winChallenge } from '#db/queries/challenges.ts'
import { newBinding, readChallenge, writeChallenge } from '../accounts/browser.ts'
import type { ApiEnv } from '../app.ts'
import type { Asker } from '../authenticate.ts'

export const ticketSeconds = 30

const shape = z.object({
  credential: z.object({ kind: z.enum(['api-key', 'session']), id: z.uuid() }),
  principal: z.object({ kind: z.enum(['user', 'service-account']), id: z.uuid() }),
})

/** A ticket for one stream of this credential. */
export async function makeTicket(db: Parameters<typeof makeChallenge>[0], actor: Actor): Promise<string> {
  const { secret, hash } = newBinding()
  const { kind, id } = actor.credential
  const ticket = await makeChallenge(db, {
    purpose: 'stream',
    email: '',
    userId: null,
    browserHash: hash,
    budgetHash: hash,
    isMailed: false,
    seconds: ticketSeconds,
    facts: { credential: { kind, id }, principal: actor.principal },
  })
  return writeChallenge(ticket!.id, secret)
}

/** Who asks by the ticket in the query, which is used up; without one, by what else the request shows. */
export async function actorOfTicket(c: Context<ApiEnv>): Promise<Asker> {
  const given = c.req.query('ticket')
  const identify = c.get('identify')
  if (given === undefined) return identify(c)
  const held = readChallenge(given)
  const won = held && (await winChallenge(c.get('db'), { ...held, purpose: 'stream' }))
  const facts = won ? shape.safeParse(won.facts).data : undefined
  if (!facts) return 'unauthenticated'
  return (await identify.again(facts.credential as Actor['credential'], facts.principal)) ?? 'unauthenticated'
}
