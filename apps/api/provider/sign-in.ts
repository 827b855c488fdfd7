import { createHmac } from 'node:crypto'
import { DomainError } from '#db/model/errors.ts'
import { type Email, readEmail } from '#db/model/email.ts'
import type { Secret } from '#db/model/secret.ts'
import { writeAudit } from '#db/queries/audit.ts'
import { findChallenge, makeChallenge, winChallenge } from '#db/queries/challenges.ts'
import { findDevice } from '#db/queries/devices.ts'
import { findIdentity, linkIdentity } from '#db/queries/identities.ts'
import { invitationFor } from '#db/queries/organisations.ts'
import { createUser, findUser, findUserByEmail, makeOrganisation, type UserRow } from '#db/queries/users.ts'
import { withMail } from '#workers/queue/with-mail.ts'
import { budgetHashOf, newBinding, readChallenge, writeChallenge } from '../accounts/browser.ts'
import { type Arrival, auditOf } from '../accounts/context.ts'
import { enter } from '../accounts/enter.ts'
import { passwordBucketOf, tryPassword } from '../accounts/password.ts'
import { wrongCredentials } from '../accounts/refusals.ts'
import { askForFactor, mustBeActive, type SignInOutcome } from '../accounts/sign-in.ts'
import type { Deps } from '../app.ts'
import { devicesOf } from '../credentials/device-token.ts'
import type { Binding, ProvedIdentity, Provider } from './provider.ts'

function bindingOf({ credentials }: Deps, challengeId: string): Binding {
  const key = credentials.keys('cookie')[0].secret.reveal()
  const made = (what: string) => createHmac('sha256', key).update(`oidc:${what}:${challengeId}`).digest('base64url')
  return { state: made('state'), nonce: made('nonce'), verifier: made('verifier') }
}

/** Where to send the person, and what the browser keeps until it comes back. @throws Unavailable */
export async function beginProviderSignIn(deps: Deps, provider: Provider): Promise<{ url: string; challenge: string }> {
  const { secret, hash } = newBinding()
  const challenge = await makeChallenge(deps.db, {
    purpose: 'oidc',
    email: '',
    userId: null,
    browserHash: hash,
    budgetHash: hash,
    isMailed: false,
  })
  const url = await provider.authorizationUrl(bindingOf(deps, challenge!.id))
  return { url, challenge: writeChallenge(challenge!.id, secret) }
}

export type ProviderOutcome =
  | SignInOutcome
  /** The address has an account: its password says whether the two are one person's. */
  | { readonly status: 'password-needed'; readonly challenge: string }

export interface Return {
  /** As it was asked for, under PUBLIC_URL. */
  readonly callback: URL
  /** What the browser kept. */
  readonly challenge: string
  /** What `addDevice` joined. */
  readonly devices: string
}

/** Takes back whom the provider sent. @throws DomainError, Unavailable */
export async function completeProviderSignIn(
  deps: Deps,
  provider: Provider,
  { callback, challenge, devices }: Return,
  arrival: Arrival,
): Promise<ProviderOutcome> {
  const held = readChallenge(challenge)
  // Used up whatever comes of it: one answer to one question, in the browser that asked.
  const won = held && (await winChallenge(deps.db, { ...held, purpose: 'oidc' }))
  const proved = won ? await provider.identify(callback, bindingOf(deps, held.id)) : null
  if (proved === null) {
    await writeAudit(deps.db, auditOf(arrival, null, 'session.begin', 'refused', { by: 'provider' }))
    throw wrongCredentials()
  }
  const known = await findIdentity(deps.db, proved)
  const user = known && (await findUser(deps.db, known.userId))
  if (user) return signInKnown(deps, user, devices, arrival)
  if (proved.verifiedEmail === null)
    throw new DomainError(
      'wrong-credentials',
      'The provider does not vouch for your mail address, so no account can be found by it.',
    )
  const email = readEmail(proved.verifiedEmail)
  const owner = await findUserByEmail(deps.db, email.canonical)
  return owner ? askForPassword(deps, owner, proved) : signUp(deps, email, proved, arrival)
}

/** As after a password: a known browser is in, any other shows a second factor. @throws DomainError */
async function signInKnown(deps: Deps, user: UserRow, devices: string, arrival: Arrival): Promise<SignInOutcome> {
  await mustBeActive(deps, user, arrival)
  const device = await findDevice(deps.db, user.id, devicesOf(deps.credentials.keys('cookie'), devices, user.id))
  const entrance = { user, isRemembered: false, by: 'provider', tellsOwner: true, organisationId: null } as const
  if (!device) return askForFactor(deps, entrance, arrival)
  const signedIn = await withMail(deps, (db, mail) =>
    enter(deps, db, mail, { ...entrance, deviceId: device.id }, arrival),
  )
  return { status: 'signed-in', signedIn }
}

async function askForPassword(
  deps: Deps,
  owner: UserRow,
  { issuer, subject }: ProvedIdentity,
): Promise<ProviderOutcome> {
  const { secret, hash } = newBinding()
  const challenge = await makeChallenge(deps.db, {
    purpose: 'oidc-link',
    email: owner.email,
    userId: owner.id,
    browserHash: hash,
    budgetHash: budgetHashOf(deps.credentials, readEmail(owner.email)),
    facts: { issuer, subject },
    isMailed: false,
  })
  return { status: 'password-needed', challenge: writeChallenge(challenge!.id, secret) }
}

/** A verified address without an account makes one, where sign-up is open or the address is invited. @throws DomainError */
async function signUp(deps: Deps, email: Email, proved: ProvedIdentity, arrival: Arrival): Promise<SignInOutcome> {
  if (deps.site.signUp === 'closed' && !(await invitationFor(deps.db, email.canonical)))
    throw new DomainError('sign-up-closed', 'Accounts are made by invitation only here.')
  const name = proved.name.replaceAll(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu, '').slice(0, 100)
  const signedIn = await withMail(deps, async (db, mail) => {
    const made = await createUser(db, { email, name, passwordHash: null, instanceRole: null })
    if (!made || !(await linkIdentity(db, proved, made.id))) throw wrongCredentials()
    const organisationId = await makeOrganisation(db, made.id, name || email.display)
    await writeAudit(db, auditOf(arrival, made.id, 'sign-up.complete', 'done', { by: 'provider' }))
    const user = { id: made.id, email: email.canonical, emailDisplay: email.display }
    const entrance = {
      user,
      isRemembered: false,
      deviceId: null,
      by: 'provider',
      tellsOwner: false,
      organisationId,
    } as const
    return enter(deps, db, mail, entrance, arrival)
  })
  return { status: 'signed-in', signedIn }
}

/** Links the identity to the account whose password is given, and signs in as after a password. @throws DomainError */
export async function linkByPassword(
  deps: Deps,
  {
    challenge,
    password,
    devices,
  }: { readonly challenge: string; readonly password: Secret<string>; readonly devices: string },
  arrival: Arrival,
): Promise<SignInOutcome> {
  const held = readChallenge(challenge)
  const asked = held && (await findChallenge(deps.db, { ...held, purpose: 'oidc-link' }))
  const user = asked?.userId ? await findUser(deps.db, asked.userId) : undefined
  if (!held || !asked || !user) throw wrongCredentials()
  const bucket = passwordBucketOf(deps.credentials, user.email, undefined)
  const { isRight } = await tryPassword(deps.db, { bucket, hash: user.password_hash, password })
  if (!isRight) {
    await writeAudit(deps.db, auditOf(arrival, user.id, 'factor.added', 'refused', { factor: 'provider' }))
    throw wrongCredentials()
  }
  await mustBeActive(deps, user, arrival)
  await withMail(deps, async (db, mail) => {
    const won = await winChallenge(db, { ...held, purpose: 'oidc-link' })
    if (!won || !(await linkIdentity(db, won.facts as ProvedIdentity, user.id))) throw wrongCredentials()
    await writeAudit(db, auditOf(arrival, user.id, 'factor.added', 'done', { factor: 'provider' }))
    const facts = { factor: 'provider', change: 'added' } as const
    await mail({ kind: 'factor-changed', recipient: user.email, challengeId: null, facts })
  })
  return signInKnown(deps, user, devices, arrival)
}
