import { readEmail } from '#db/model/email.ts'
import { DomainError } from '#db/model/errors.ts'
import { Secret } from '#db/model/secret.ts'
import { writeAudit } from '#db/queries/audit.ts'
import { findChallenge, makeChallenge, winChallenge } from '#db/queries/challenges.ts'
import { stepUp } from '#db/queries/sessions.ts'
import { findUser } from '#db/queries/users.ts'
import { withMail } from '#workers/queue/with-mail.ts'
import type { Deps } from '../app.ts'
import type { FactorKind, Proof } from '../factors/kinds.ts'
import { factorsOf, proveFactor } from '../factors/prove.ts'
import { budgetHashOf, newBinding, readChallenge, writeChallenge } from './browser.ts'
import { type Arrival, auditOf } from './context.ts'
import { passwordBucketOf, tryPassword } from './password.ts'
import { mustHaveMail, tooManyTries, wrongCredentials } from './refusals.ts'
import type { Self } from './self.ts'

export interface StepUpQuestion {
  readonly challenge: string
  readonly factors: readonly FactorKind[]
  /** Where there is no second factor of the person's own, the password is asked beside the mailed code. */
  readonly needsPassword: boolean
}

/** Asks a person who is signed in for a second factor again. @throws DomainError */
export async function beginStepUp(deps: Deps, { userId }: Self, arrival: Arrival): Promise<StepUpQuestion> {
  const user = (await findUser(deps.db, userId))!
  const own = await factorsOf(deps.db, userId)
  const isMailed = own.length === 0
  if (isMailed) mustHaveMail(deps)
  const { secret, hash } = newBinding()
  const id = await withMail(deps, async (db, mail) => {
    const challenge = await makeChallenge(db, {
      purpose: 'step-up',
      email: user.email,
      userId,
      browserHash: hash,
      budgetHash: budgetHashOf(deps.credentials, readEmail(user.email)),
      isMailed,
    })
    await writeAudit(db, auditOf(arrival, userId, 'session.ask-step-up', challenge ? 'done' : 'refused'))
    if (challenge && isMailed)
      await mail({ kind: 'step-up-code', recipient: user.email, challengeId: challenge.id, facts: {} })
    return challenge?.id ?? null
  })
  if (id === null) throw tooManyTries()
  return {
    challenge: writeChallenge(id, secret),
    factors: isMailed ? ['mailed-code'] : own,
    needsPassword: isMailed && user.password_hash !== null,
  }
}

export interface StepUpAnswer {
  readonly challenge: string
  readonly proof: Proof
  readonly password: string | null
}

/** The session may do what is behind a step-up for the next ten minutes. @throws DomainError */
export async function completeStepUp(
  deps: Deps,
  { userId, sessionId }: Self,
  { challenge, proof, password }: StepUpAnswer,
  arrival: Arrival,
): Promise<void> {
  const held = readChallenge(challenge)
  const asked = held && (await findChallenge(deps.db, { ...held, purpose: 'step-up' }))
  if (!held || asked?.userId !== userId) throw wrongCredentials()
  const user = (await findUser(deps.db, userId))!
  if (proof.kind === 'mailed-code' && user.password_hash !== null) {
    const { isRight } = await tryPassword(deps.db, {
      bucket: passwordBucketOf(deps.credentials, user.email, sessionId),
      hash: user.password_hash,
      password: new Secret(password ?? ''),
    })
    if (!isRight) {
      await writeAudit(deps.db, auditOf(arrival, userId, 'session.step-up', 'refused', { by: 'password' }))
      throw wrongCredentials()
    }
  }
  const refusal = await deps.db.transaction().execute(async (db): Promise<DomainError | null> => {
    const verdict = await proveFactor(deps, db, { user, challengeId: held.id, proof })
    const isRight = verdict === 'right' && (await winChallenge(db, { ...held, purpose: 'step-up' })) !== undefined
    if (isRight) await stepUp(db, sessionId)
    await writeAudit(db, auditOf(arrival, userId, 'session.step-up', isRight ? 'done' : 'refused', { by: proof.kind }))
    if (isRight) return null
    return verdict === 'too-many-tries' ? tooManyTries() : wrongCredentials()
  })
  if (refusal !== null) throw refusal
}
