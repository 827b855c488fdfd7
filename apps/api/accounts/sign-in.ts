import { type Email, readEmail } from '#db/model/email.ts'
import { DomainError } from '#db/model/errors.ts'
import type { Secret } from '#db/model/secret.ts'
import { hashPassword } from '#db/passwords.ts'
import { writeAudit } from '#db/queries/audit.ts'
import { findChallenge, makeChallenge, winChallenge } from '#db/queries/challenges.ts'
import { findDevice } from '#db/queries/devices.ts'
import { findUser, findUserByEmail, setPasswordHash, type UserRow } from '#db/queries/users.ts'
import { withMail } from '#workers/queue/with-mail.ts'
import type { Deps } from '../app.ts'
import { devicesOf } from '../credentials/device-token.ts'
import type { FactorKind, Proof } from '../factors/kinds.ts'
import { factorsOf, proveFactor } from '../factors/prove.ts'
import { budgetHashOf, newBinding, readChallenge, writeChallenge } from './browser.ts'
import { type Arrival, auditOf } from './context.ts'
import { enter, type Entrance, type SignedIn } from './enter.ts'
import { passwordBucketOf, tryPassword } from './password.ts'
import { mustHaveMail, tooManyTries, wrongCredentials } from './refusals.ts'

export interface SignInRequest {
  readonly email: Email
  readonly password: Secret<string>
  readonly isRemembered: boolean
  /** What `addDevice` joined; empty where the browser brings none. */
  readonly devices: string
}

export type SignInOutcome =
  | { readonly status: 'signed-in'; readonly signedIn: SignedIn }
  /** One of these has to be shown first. */
  | { readonly status: 'factor-needed'; readonly challenge: string; readonly factors: readonly FactorKind[] }

/**
 * Checks the password. A known browser is in then; from any other a second factor is asked, at least a mailed code.
 * An address without an account takes the same way, and the same time.
 * @throws DomainError `wrong-credentials`, `too-many-tries`, `account-disabled`, `no-mail`; TooBusy
 */
export async function signIn(deps: Deps, request: SignInRequest, arrival: Arrival): Promise<SignInOutcome> {
  const { db, credentials } = deps
  const user = await findUserByEmail(db, request.email.canonical)
  const deviceIds = user ? devicesOf(credentials.keys('cookie'), request.devices, user.id) : []
  const device = user && (await findDevice(db, user.id, deviceIds))
  const { isRight, needsRehash } = await tryPassword(db, {
    bucket: passwordBucketOf(credentials, request.email.canonical, device?.id),
    hash: user?.password_hash ?? null,
    password: request.password,
  })
  if (!user || !isRight) {
    await writeAudit(db, auditOf(arrival, user?.id ?? null, 'session.begin', 'refused', { by: 'password' }))
    throw wrongCredentials()
  }
  await mustBeActive(deps, user, arrival)
  if (needsRehash) await setPasswordHash(db, user.id, await hashPassword(request.password))
  const entrance = {
    user,
    isRemembered: request.isRemembered,
    deviceId: device?.id ?? null,
    by: 'password',
    tellsOwner: true,
    organisationId: null,
  } as const
  if (!device) return askForFactor(deps, entrance, arrival)
  const signedIn = await withMail(deps, (db, mail) => enter(deps, db, mail, entrance, arrival))
  return { status: 'signed-in', signedIn }
}

/** @throws DomainError `account-disabled`: only after the owner has shown to be it */
export async function mustBeActive(
  { db }: Pick<Deps, 'db'>,
  { id, state }: Pick<UserRow, 'id' | 'state'>,
  arrival: Arrival,
): Promise<void> {
  if (state === 'active') return
  await writeAudit(db, auditOf(arrival, id, 'session.begin', 'refused', { reason: state }))
  throw new DomainError(
    'account-disabled',
    state === 'disabled'
      ? 'An admin of this instance has disabled the account.'
      : 'The account was deleted; the mail that said so has a link to restore it.',
  )
}

/** Asks an unknown browser for a second factor: one that the person has set up, else a mailed code. */
export async function askForFactor(
  deps: Deps,
  { user, isRemembered, by }: Pick<Entrance, 'user' | 'isRemembered' | 'by'>,
  arrival: Arrival,
): Promise<SignInOutcome> {
  const own = await factorsOf(deps.db, user.id)
  const isMailed = own.length === 0
  if (isMailed) mustHaveMail(deps)
  const { secret, hash } = newBinding()
  const id = await withMail(deps, async (db, mail) => {
    const challenge = await makeChallenge(db, {
      purpose: 'sign-in',
      email: user.email,
      userId: user.id,
      browserHash: hash,
      budgetHash: budgetHashOf(deps.credentials, readEmail(user.email)),
      facts: { isRemembered, by },
      isMailed,
    })
    await writeAudit(db, auditOf(arrival, user.id, 'session.ask-factor', challenge ? 'done' : 'refused'))
    if (!challenge) return null
    if (isMailed) await mail({ kind: 'sign-in-code', recipient: user.email, challengeId: challenge.id, facts: {} })
    return challenge.id
  })
  if (id === null) throw tooManyTries()
  return {
    status: 'factor-needed',
    challenge: writeChallenge(id, secret),
    factors: isMailed ? ['mailed-code'] : own,
  }
}

/** Signs in whom `signIn` asked for a factor; the browser is a known one from now on. @throws DomainError */
export async function signInWithFactor(
  deps: Deps,
  { challenge, proof }: { readonly challenge: string; readonly proof: Proof },
  arrival: Arrival,
): Promise<SignedIn> {
  const held = readChallenge(challenge)
  const asked = held && (await findChallenge(deps.db, { ...held, purpose: 'sign-in' }))
  const user = asked?.userId ? await findUser(deps.db, asked.userId) : undefined
  if (!held || !asked || !user) throw wrongCredentials()
  await mustBeActive(deps, user, arrival)
  const { isRemembered, by } = asked.facts as { isRemembered: boolean; by: Entrance['by'] }
  const outcome = await withMail(deps, async (db, mail) => {
    const verdict = await proveFactor(deps, db, { user, challengeId: held.id, proof })
    const isIn = verdict === 'right' && (await winChallenge(db, { ...held, purpose: 'sign-in' })) !== undefined
    if (!isIn) {
      await writeAudit(db, auditOf(arrival, user.id, 'session.begin', 'refused', { by: proof.kind }))
      return verdict === 'too-many-tries' ? tooManyTries() : wrongCredentials()
    }
    const entrance = { user, isRemembered, deviceId: null, by, tellsOwner: true, organisationId: null }
    return enter(deps, db, mail, entrance, arrival)
  })
  if (outcome instanceof DomainError) throw outcome
  return outcome
}
