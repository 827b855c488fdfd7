import { writeAudit } from '#db/queries/audit.ts'
import { findChallenge, makeChallenge, winChallenge } from '#db/queries/challenges.ts'
import { findUser } from '#db/queries/users.ts'
import { DomainError } from '#db/model/errors.ts'
import { withMail } from '#workers/queue/with-mail.ts'
import type { Deps } from '../app.ts'
import { authenticationOptions, tryPasskey } from '../factors/passkeys.ts'
import { newBinding, readChallenge, writeChallenge } from './browser.ts'
import { type Arrival, auditOf } from './context.ts'
import { enter, type SignedIn } from './enter.ts'
import { wrongCredentials } from './refusals.ts'
import { mustBeActive } from './sign-in.ts'

/** What a browser needs to ask its passkeys for one of ours, whoever's it is. */
export async function beginPasskeySignIn(deps: Deps) {
  const { secret, hash } = newBinding()
  const challenge = await makeChallenge(deps.db, {
    purpose: 'passkey-sign-in',
    email: '',
    userId: null,
    browserHash: hash,
    budgetHash: hash,
    isMailed: false,
  })
  const options = await authenticationOptions(deps, deps.db, { userId: null, challengeId: challenge!.id })
  return { challenge: writeChallenge(challenge!.id, secret), options }
}

/** What a browser needs to answer a challenge of a sign-in or step-up by a passkey of that person. */
export async function passkeyOptionsOf(deps: Deps, challenge: string) {
  const held = readChallenge(challenge)
  const asked =
    held &&
    ((await findChallenge(deps.db, { ...held, purpose: 'sign-in' })) ??
      (await findChallenge(deps.db, { ...held, purpose: 'step-up' })))
  if (!held || !asked?.userId) throw wrongCredentials()
  return authenticationOptions(deps, deps.db, { userId: asked.userId, challengeId: held.id })
}

export interface PasskeySignIn {
  readonly challenge: string
  readonly response: unknown
  readonly isRemembered: boolean
}

/** A passkey alone signs in: it is something one has, and has verified its person. @throws DomainError */
export async function signInByPasskey(
  deps: Deps,
  { challenge, response, isRemembered }: PasskeySignIn,
  arrival: Arrival,
): Promise<SignedIn> {
  const held = readChallenge(challenge)
  if (held === null) throw wrongCredentials()
  const outcome = await withMail(deps, async (db, mail) => {
    // Used up whatever comes of it: nobody tries two answers to one question.
    const asked = await winChallenge(db, { ...held, purpose: 'passkey-sign-in' })
    const found = asked && (await tryPasskey(deps, db, { userId: null, challengeId: held.id, response }))
    const user = found ? await findUser(db, found.userId) : undefined
    if (!user) {
      await writeAudit(db, auditOf(arrival, null, 'session.begin', 'refused', { by: 'passkey' }))
      return wrongCredentials()
    }
    if (user.state !== 'active') return { inactive: user }
    return enter(
      deps,
      db,
      mail,
      { user, isRemembered, deviceId: null, by: 'passkey', tellsOwner: true, organisationId: null },
      arrival,
    )
  })
  if (outcome instanceof DomainError) throw outcome
  if (!('inactive' in outcome)) return outcome
  await mustBeActive(deps, outcome.inactive, arrival)
  throw wrongCredentials()
}
