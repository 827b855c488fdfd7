import { type Email, readEmail } from '#db/model/email.ts'
import { DomainError } from '#db/model/errors.ts'
import { writeAudit } from '#db/queries/audit.ts'
import { type ChallengePurpose, findChallenge, makeChallenge, tryCode } from '#db/queries/challenges.ts'
import { findUser, setEmail } from '#db/queries/users.ts'
import { withMail } from '#workers/queue/with-mail.ts'
import type { Deps } from '../app.ts'
import { budgetHashOf, newBinding, readChallenge, writeChallenge } from './browser.ts'
import { type Arrival, auditOf } from './context.ts'
import { mustHaveMail, tooManyTries, wrongCredentials } from './refusals.ts'

/** Mails a code to either address: whoever has the session alone, or the old mailbox alone, changes nothing. @throws DomainError */
export async function beginEmailChange(
  deps: Deps,
  { userId, email }: { readonly userId: string; readonly email: Email },
  arrival: Arrival,
): Promise<{ oldChallenge: string; newChallenge: string }> {
  mustHaveMail(deps)
  const user = (await findUser(deps.db, userId))!
  const begun = await withMail(deps, async (db, mail) => {
    const ask = async (purpose: ChallengePurpose, to: Email) => {
      const { secret, hash } = newBinding()
      const challenge = await makeChallenge(db, {
        purpose,
        email: to.canonical,
        userId,
        browserHash: hash,
        budgetHash: budgetHashOf(deps.credentials, to),
        facts: { newEmail: email.display },
      })
      return challenge && { id: challenge.id, text: writeChallenge(challenge.id, secret) }
    }
    const before = await ask('change-email-old', readEmail(user.email))
    const after = await ask('change-email-new', email)
    await writeAudit(db, auditOf(arrival, userId, 'email.begin-change', before && after ? 'done' : 'refused'))
    if (!before || !after) return null
    const facts = { newEmail: email.display }
    await mail({ kind: 'change-email-old-code', recipient: user.email, challengeId: before.id, facts })
    await mail({ kind: 'change-email-new-code', recipient: email.canonical, challengeId: after.id, facts: {} })
    return { oldChallenge: before.text, newChallenge: after.text }
  })
  if (begun === null) throw tooManyTries()
  return begun
}

export interface EmailChangeAnswer {
  readonly userId: string
  readonly oldChallenge: string
  readonly oldCode: string
  readonly newChallenge: string
  readonly newCode: string
}

/** @throws DomainError `wrong-credentials` unless both codes are right; `conflict` when the address has an account by now */
export async function completeEmailChange(deps: Deps, answer: EmailChangeAnswer, arrival: Arrival): Promise<void> {
  const { userId } = answer
  const user = (await findUser(deps.db, userId))!
  const after = readChallenge(answer.newChallenge)
  const asked = after && (await findChallenge(deps.db, { ...after, purpose: 'change-email-new' }))
  if (asked?.userId !== userId) throw wrongCredentials()
  const email = readEmail((asked.facts as { newEmail: string }).newEmail)
  const refusal = await withMail(deps, async (db, mail) => {
    const isRight = async (purpose: ChallengePurpose, to: Email, challenge: string, code: string) => {
      const held = readChallenge(challenge)
      if (held === null) return false
      const verdict = await tryCode(db, {
        challengeId: held.id,
        purpose,
        browserHash: held.browserHash,
        budgetHash: budgetHashOf(deps.credentials, to),
        code,
        keys: deps.credentials.keys('mailed-code').map(({ secret }) => secret),
      })
      return verdict.status === 'right' && verdict.userId === userId && verdict.email === to.canonical
    }
    const areRight =
      (await isRight('change-email-old', readEmail(user.email), answer.oldChallenge, answer.oldCode)) &&
      (await isRight('change-email-new', email, answer.newChallenge, answer.newCode))
    const isChanged = areRight && (await setEmail(db, userId, email))
    await writeAudit(db, auditOf(arrival, userId, 'email.change', isChanged ? 'done' : 'refused'))
    if (!areRight) return wrongCredentials()
    if (!isChanged) return new DomainError('conflict', 'This address has an account already.')
    const facts = { newEmail: email.display }
    await mail({ kind: 'email-changed', recipient: user.email, challengeId: null, facts })
    return null
  })
  if (refusal !== null) throw refusal
}
