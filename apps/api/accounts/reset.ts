import { type Email, readEmail } from '#db/model/email.ts'
import { DomainError } from '#db/model/errors.ts'
import { writeAudit } from '#db/queries/audit.ts'
import { findChallenge, makeChallenge, tryCode } from '#db/queries/challenges.ts'
import { createDevice } from '#db/queries/devices.ts'
import { findUserByEmail } from '#db/queries/users.ts'
import { withMail } from '#workers/queue/with-mail.ts'
import type { Deps } from '../app.ts'
import { factorsOf } from '../factors/prove.ts'
import { budgetHashOf, newBinding, readChallenge, writeChallenge } from './browser.ts'
import { type Arrival, auditOf } from './context.ts'
import { enter } from './enter.ts'
import { newPasswordHash, replacePassword } from './password.ts'
import { mustHaveMail, tooManyTries, wrongCredentials } from './refusals.ts'
import { askForFactor, mustBeActive, type SignInOutcome } from './sign-in.ts'

/** Mails a code to the address if it has an account; the worker finds that out, so the answer and its time say nothing of it. */
export async function beginReset(deps: Deps, email: Email, arrival: Arrival): Promise<{ challenge: string }> {
  mustHaveMail(deps)
  const { secret, hash } = newBinding()
  const id = await withMail(deps, async (db, mail) => {
    const challenge = await makeChallenge(db, {
      purpose: 'reset-password',
      email: email.canonical,
      userId: null,
      browserHash: hash,
      budgetHash: budgetHashOf(deps.credentials, email),
    })
    await writeAudit(db, auditOf(arrival, null, 'password.begin-reset', challenge ? 'done' : 'refused'))
    if (!challenge) return null
    await mail({ kind: 'reset-code', recipient: email.canonical, challengeId: challenge.id, facts: {} })
    return challenge.id
  })
  if (id === null) throw tooManyTries()
  return { challenge: writeChallenge(id, secret) }
}

export interface ResetAnswer {
  readonly challenge: string
  readonly code: string
  readonly password: string
  readonly isRemembered: boolean
}

/** Sets the new password and ends every session. Whoever has set up a second factor still has to show it; all others are in. @throws DomainError; a refused password costs no try */
export async function completeReset(deps: Deps, answer: ResetAnswer, arrival: Arrival): Promise<SignInOutcome> {
  const held = readChallenge(answer.challenge)
  const asked = held && (await findChallenge(deps.db, { ...held, purpose: 'reset-password' }))
  if (!held || !asked) throw wrongCredentials()
  const email = readEmail(asked.email)
  const passwordHash = await newPasswordHash(answer.password, [email.canonical])
  const outcome = await withMail(deps, async (db, mail) => {
    const verdict = await tryCode(db, {
      challengeId: held.id,
      purpose: 'reset-password',
      browserHash: held.browserHash,
      budgetHash: budgetHashOf(deps.credentials, email),
      code: answer.code,
      keys: deps.credentials.keys('mailed-code').map(({ secret }) => secret),
    })
    if (verdict.status === 'too-many-tries') return tooManyTries()
    const user = verdict.status === 'right' ? await findUserByEmail(db, email.canonical) : undefined
    await writeAudit(db, auditOf(arrival, user?.id ?? null, 'password.reset', user ? 'done' : 'refused'))
    if (!user) return wrongCredentials()
    await replacePassword(deps, db, mail, { user, passwordHash, keptSession: null })
    const entrance = {
      user,
      isRemembered: answer.isRemembered,
      by: 'reset',
      tellsOwner: false,
      organisationId: null,
    } as const
    if (user.state !== 'active' || (await factorsOf(db, user.id)).length > 0) return { user, entrance }
    const deviceId = await createDevice(db, user.id, arrival.client)
    return { signedIn: await enter(deps, db, mail, { ...entrance, deviceId }, arrival) }
  })
  if (outcome instanceof DomainError) throw outcome
  if ('signedIn' in outcome) return { status: 'signed-in', signedIn: outcome.signedIn }
  await mustBeActive(deps, outcome.user, arrival)
  return askForFactor(deps, outcome.entrance, arrival)
}
