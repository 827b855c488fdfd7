import { type Email, readEmail } from '#db/model/email.ts'
import { DomainError } from '#db/model/errors.ts'
import { writeAudit } from '#db/queries/audit.ts'
import { findChallenge, makeChallenge, tryCode } from '#db/queries/challenges.ts'
import { createUser, makeOrganisation } from '#db/queries/users.ts'
import { withMail } from '#workers/queue/with-mail.ts'
import type { Deps } from '../app.ts'
import { budgetHashOf, newBinding, readChallenge, writeChallenge } from './browser.ts'
import { type Arrival, auditOf } from './context.ts'
import { enter, type SignedIn } from './enter.ts'
import { newPasswordHash } from './password.ts'
import { mustHaveMail, tooManyTries, wrongCredentials } from './refusals.ts'

/** Mails a code to the address; an address that has an account gets a mail without one. Both answer alike, and in the same time. */
export async function beginSignUp(deps: Deps, email: Email, arrival: Arrival): Promise<{ challenge: string }> {
  if (deps.site.signUp === 'closed')
    throw new DomainError('sign-up-closed', 'Accounts are made by invitation only here.')
  mustHaveMail(deps)
  const { secret, hash } = newBinding()
  const id = await withMail(deps, async (db, mail) => {
    const challenge = await makeChallenge(db, {
      purpose: 'sign-up',
      email: email.canonical,
      userId: null,
      browserHash: hash,
      budgetHash: budgetHashOf(deps.credentials, email),
      facts: { display: email.display },
    })
    await writeAudit(db, auditOf(arrival, null, 'sign-up.begin', challenge ? 'done' : 'refused'))
    if (!challenge) return null
    await mail({ kind: 'sign-up-code', recipient: email.canonical, challengeId: challenge.id, facts: {} })
    return challenge.id
  })
  if (id === null) throw tooManyTries()
  return { challenge: writeChallenge(id, secret) }
}

export interface SignUpAnswer {
  readonly challenge: string
  readonly code: string
  readonly password: string
  readonly name: string
  readonly isRemembered: boolean
}

/** Makes the account and its own organisation, and signs in. @throws DomainError; a refused password costs no try */
export async function completeSignUp(deps: Deps, answer: SignUpAnswer, arrival: Arrival): Promise<SignedIn> {
  const held = readChallenge(answer.challenge)
  const asked = held && (await findChallenge(deps.db, { ...held, purpose: 'sign-up' }))
  if (!held || !asked) throw wrongCredentials()
  const email = readEmail((asked.facts as { display: string }).display)
  const passwordHash = await newPasswordHash(answer.password, [email.canonical, answer.name])
  const outcome = await withMail(deps, async (db, mail) => {
    const verdict = await tryCode(db, {
      challengeId: held.id,
      purpose: 'sign-up',
      browserHash: held.browserHash,
      budgetHash: budgetHashOf(deps.credentials, email),
      code: answer.code,
      keys: deps.credentials.keys('mailed-code').map(({ secret }) => secret),
    })
    if (verdict.status === 'too-many-tries') return tooManyTries()
    const user =
      verdict.status === 'right'
        ? await createUser(db, { email, name: answer.name, passwordHash, instanceRole: null })
        : undefined
    await writeAudit(db, auditOf(arrival, user?.id ?? null, 'sign-up.complete', user ? 'done' : 'refused'))
    if (!user) return wrongCredentials()
    const organisationId = await makeOrganisation(db, user.id, answer.name || email.display)
    const entrance = {
      user: { id: user.id, email: email.canonical, emailDisplay: email.display },
      isRemembered: answer.isRemembered,
      deviceId: null,
      by: 'sign-up',
      tellsOwner: false,
      organisationId,
    } as const
    return enter(deps, db, mail, entrance, arrival)
  })
  if (outcome instanceof DomainError) throw outcome
  return outcome
}
