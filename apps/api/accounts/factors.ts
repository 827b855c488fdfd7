import { renderSVG } from 'uqr'
import type { Db } from '#db/connect.ts'
import { DomainError } from '#db/model/errors.ts'
import type { MailFacts } from '#db/model/mail.ts'
import { totpUri } from '#db/model/totp.ts'
import { writeAudit } from '#db/queries/audit.ts'
import { makeChallenge, winChallenge } from '#db/queries/challenges.ts'
import { removePasskey, removePasskeys } from '#db/queries/passkeys.ts'
import { makeRecoveryCodes, removeRecoveryCodes } from '#db/queries/recovery-codes.ts'
import { beginTotp, confirmTotp, readFactors, removeTotp } from '#db/queries/totp.ts'
import { findUser, type UserRow } from '#db/queries/users.ts'
import { type AskForMail, withMail } from '#workers/queue/with-mail.ts'
import type { Deps } from '../app.ts'
import { registerPasskey, registrationOptions } from '../factors/passkeys.ts'
import { newBinding, readChallenge, writeChallenge } from './browser.ts'
import { type Arrival, auditOf } from './context.ts'
import { wrongCredentials } from './refusals.ts'

type Change = MailFacts<'factor-changed'>

/** Notes the change and tells the owner, in the transaction that makes it. */
async function tell(db: Db, mail: AskForMail, user: UserRow, change: Change, arrival: Arrival): Promise<void> {
  await mail({ kind: 'factor-changed', recipient: user.email, challengeId: null, facts: change })
  await writeAudit(db, auditOf(arrival, user.id, `factor.${change.change}`, 'done', { factor: change.factor }))
}

/** A seed for an authenticator app, as a link and as a picture of it. @throws DomainError `conflict` */
export async function beginAuthenticator(deps: Deps, userId: string): Promise<{ uri: string; qrSvg: string }> {
  const user = (await findUser(deps.db, userId))!
  const seed = await beginTotp(deps.db, deps.masterKey, userId)
  if (!seed) throw new DomainError('conflict', 'An authenticator app is set up already: remove it first.')
  const uri = totpUri(seed, user.emailDisplay)
  return { uri, qrSvg: renderSVG(uri, { border: 2 }) }
}

/** The recovery codes where this is the first factor; null where there are some already. @throws DomainError */
export async function confirmAuthenticator(
  deps: Deps,
  { userId, code }: { readonly userId: string; readonly code: string },
  arrival: Arrival,
): Promise<string[] | null> {
  const user = (await findUser(deps.db, userId))!
  const outcome = await withMail(deps, async (db, mail) => {
    if (!(await confirmTotp(db, deps.masterKey, userId, code))) return wrongCredentials()
    await tell(db, mail, user, { factor: 'totp', change: 'added' }, arrival)
    return { codes: await firstRecoveryCodes(deps, db, userId) }
  })
  if (outcome instanceof DomainError) throw outcome
  return outcome.codes
}

async function firstRecoveryCodes(deps: Deps, db: Db, userId: string): Promise<string[] | null> {
  const { recoveryCodes } = await readFactors(db, userId)
  return recoveryCodes > 0 ? null : makeRecoveryCodes(db, deps.credentials.keys('recovery-code')[0].secret, userId)
}

/** @throws DomainError `not-found` */
export async function removeAuthenticator(deps: Deps, userId: string, arrival: Arrival): Promise<void> {
  const user = (await findUser(deps.db, userId))!
  await withMail(deps, async (db, mail) => {
    if (!(await removeTotp(db, userId))) throw new DomainError('not-found', 'No authenticator app is set up.')
    await dropUselessRecoveryCodes(db, userId)
    await tell(db, mail, user, { factor: 'totp', change: 'removed' }, arrival)
  })
}

/** Recovery codes stand for another factor; where none is left they would be a factor of their own. */
async function dropUselessRecoveryCodes(db: Db, userId: string): Promise<void> {
  const { hasTotp, passkeys } = await readFactors(db, userId)
  if (!hasTotp && passkeys === 0) await removeRecoveryCodes(db, userId)
}

/** Ten new ones; the old stop working. @throws DomainError `conflict` without another factor */
export async function renewRecoveryCodes(deps: Deps, userId: string, arrival: Arrival): Promise<string[]> {
  const user = (await findUser(deps.db, userId))!
  return withMail(deps, async (db, mail) => {
    const { hasTotp, passkeys } = await readFactors(db, userId)
    if (!hasTotp && passkeys === 0)
      throw new DomainError('conflict', 'Set up an authenticator app or a passkey first: recovery codes stand for it.')
    await tell(db, mail, user, { factor: 'recovery-codes', change: 'added' }, arrival)
    return makeRecoveryCodes(db, deps.credentials.keys('recovery-code')[0].secret, userId)
  })
}

/** What a browser needs to make a passkey for this account. */
export async function beginPasskey(deps: Deps, userId: string) {
  const user = (await findUser(deps.db, userId))!
  const { secret, hash } = newBinding()
  const challenge = await makeChallenge(deps.db, {
    purpose: 'passkey-register',
    email: user.email,
    userId,
    browserHash: hash,
    budgetHash: hash,
    isMailed: false,
  })
  const options = await registrationOptions(deps, deps.db, { user, challengeId: challenge!.id })
  return { challenge: writeChallenge(challenge!.id, secret), options }
}

export interface PasskeyToAdd {
  readonly userId: string
  readonly challenge: string
  readonly response: unknown
  readonly name: string
}

/** @throws DomainError `wrong-credentials` for an answer that does not hold */
export async function addPasskey(
  deps: Deps,
  { userId, challenge, response, name }: PasskeyToAdd,
  arrival: Arrival,
): Promise<{ id: string; recoveryCodes: string[] | null }> {
  const held = readChallenge(challenge)
  const user = (await findUser(deps.db, userId))!
  const outcome = await withMail(deps, async (db, mail) => {
    const asked = held && (await winChallenge(db, { ...held, purpose: 'passkey-register' }))
    if (!held || asked?.userId !== userId) return wrongCredentials()
    const id = await registerPasskey(deps, db, { userId, challengeId: held.id, response, name })
    if (id === null) return wrongCredentials()
    await tell(db, mail, user, { factor: 'passkey', change: 'added' }, arrival)
    return { id, recoveryCodes: await firstRecoveryCodes(deps, db, userId) }
  })
  if (outcome instanceof DomainError) throw outcome
  return outcome
}

/** @throws DomainError `not-found` */
export async function dropPasskey(
  deps: Deps,
  { userId, id }: { readonly userId: string; readonly id: string },
  arrival: Arrival,
): Promise<void> {
  const user = (await findUser(deps.db, userId))!
  await withMail(deps, async (db, mail) => {
    if (!(await removePasskey(db, userId, id)))
      throw new DomainError('not-found', `There is no passkey ${id} of yours.`)
    await dropUselessRecoveryCodes(db, userId)
    await tell(db, mail, user, { factor: 'passkey', change: 'removed' }, arrival)
  })
}

/** Takes every second factor away, for somebody who has lost them all; a mailed code is asked then. Belongs into a transaction. */
export async function resetFactors(db: Db, mail: AskForMail, user: UserRow, arrival: Arrival): Promise<void> {
  await removeTotp(db, user.id)
  await removePasskeys(db, user.id)
  await removeRecoveryCodes(db, user.id)
  await tell(db, mail, user, { factor: 'all-factors', change: 'removed' }, arrival)
}
