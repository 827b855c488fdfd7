import { createHmac } from 'node:crypto'
import type {
  AuthenticationResponseJSON,
  AuthenticatorTransport,
  RegistrationResponseJSON,
} from '@simplewebauthn/server'
import type { Db } from '#db/connect.ts'
import { createPasskey, findPasskey, type PasskeyRow, passkeysOf, usePasskey } from '#db/queries/passkeys.ts'
import type { UserRow } from '#db/queries/users.ts'
import type { Deps } from '../app.ts'

/** Loaded when somebody first uses a passkey: a start has no time for it. */
const webAuthn = () => import('@simplewebauthn/server')

type PasskeyDeps = Pick<Deps, 'credentials' | 'site'>

/** A browser's own time-out; the challenge lasts no longer. */
const timeoutMillis = 5 * 60_000

const relyingParty = ({ site }: Pick<Deps, 'site'>) => ({
  rpID: new URL(site.publicUrl).hostname,
  origin: site.publicUrl,
})

/** What the authenticator signs: made of the challenge's row and a key, so that no store holds it. */
const bytesToSign = ({ credentials }: PasskeyDeps, challengeId: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(
    createHmac('sha256', credentials.keys('cookie')[0].secret.reveal()).update(`passkey:${challengeId}`).digest(),
  )

/** PublicKeyCredentialCreationOptionsJSON (WebAuthn Level 3 §5.1). */
export const registrationOptions = async (
  deps: PasskeyDeps,
  db: Db,
  { user, challengeId }: { readonly user: UserRow; readonly challengeId: string },
) =>
  (await webAuthn()).generateRegistrationOptions({
    rpName: 'Portlight',
    rpID: relyingParty(deps).rpID,
    userName: user.emailDisplay,
    userDisplayName: user.name || user.emailDisplay,
    userID: new Uint8Array(Buffer.from(user.id)),
    challenge: bytesToSign(deps, challengeId),
    timeout: timeoutMillis,
    attestationType: 'none',
    excludeCredentials: (await passkeysOf(db, user.id)).map(described),
    authenticatorSelection: { residentKey: 'required', userVerification: 'preferred' },
  })

export interface NewCredential {
  readonly userId: string
  readonly challengeId: string
  readonly response: unknown
  readonly name: string
}

/** The new passkey's id; null for an answer that does not hold, or a credential that is known already. */
export async function registerPasskey(
  deps: PasskeyDeps,
  db: Db,
  { userId, challengeId, response, name }: NewCredential,
): Promise<string | null> {
  const { rpID, origin } = relyingParty(deps)
  const verified = await orNull(async () =>
    (await webAuthn()).verifyRegistrationResponse({
      response: response as RegistrationResponseJSON,
      expectedChallenge: base64url(bytesToSign(deps, challengeId)),
      expectedOrigin: origin,
      expectedRPID: rpID,
      requireUserVerification: false,
    }),
  )
  if (!verified?.verified) return null
  const { credential } = verified.registrationInfo
  const made = await createPasskey(db, {
    userId,
    credential: Buffer.from(credential.id, 'base64url'),
    publicKey: Buffer.from(credential.publicKey),
    signCount: credential.counter,
    transports: (credential.transports ?? []).slice(0, 8),
    name,
  })
  return made?.id ?? null
}

/** PublicKeyCredentialRequestOptionsJSON; without a user the authenticator knows whose passkeys it has. */
export const authenticationOptions = async (
  deps: PasskeyDeps,
  db: Db,
  { userId, challengeId }: { readonly userId: string | null; readonly challengeId: string },
) =>
  (await webAuthn()).generateAuthenticationOptions({
    rpID: relyingParty(deps).rpID,
    challenge: bytesToSign(deps, challengeId),
    timeout: timeoutMillis,
    // Alone it stands for two factors, so the person has to be verified (NIST SP 800-63B-4 §3.2.3).
    userVerification: userId === null ? 'required' : 'preferred',
    ...(userId === null ? {} : { allowCredentials: (await passkeysOf(db, userId)).map(described) }),
  })

export interface PasskeyAnswer {
  /** Whose passkey it has to be; null where it stands alone. */
  readonly userId: string | null
  readonly challengeId: string
  readonly response: unknown
}

/** Whose passkey answered; null for an answer that does not hold: another challenge, origin or person, a counter that went back, or nobody verified where that is asked. */
export async function tryPasskey(
  deps: PasskeyDeps,
  db: Db,
  { userId, challengeId, response }: PasskeyAnswer,
): Promise<{ userId: string } | null> {
  const { id } = response as { id?: unknown }
  if (typeof id !== 'string') return null
  const passkey = await findPasskey(db, Buffer.from(id, 'base64url'))
  if (!passkey || (userId !== null && passkey.userId !== userId)) return null
  const { rpID, origin } = relyingParty(deps)
  const verified = await orNull(async () =>
    (await webAuthn()).verifyAuthenticationResponse({
      response: response as AuthenticationResponseJSON,
      expectedChallenge: base64url(bytesToSign(deps, challengeId)),
      expectedOrigin: origin,
      expectedRPID: rpID,
      requireUserVerification: userId === null,
      credential: {
        ...described(passkey),
        publicKey: new Uint8Array(passkey.publicKey),
        counter: Number(passkey.signCount),
      },
    }),
  )
  if (!verified?.verified) return null
  const { newCounter } = verified.authenticationInfo
  return (await usePasskey(db, passkey.id, newCounter)) ? { userId: passkey.userId } : null
}

const described = ({ credential, transports }: Pick<PasskeyRow, 'credential' | 'transports'>) => ({
  id: credential.toString('base64url'),
  transports: transports as AuthenticatorTransport[],
})

const base64url = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')

/** The library throws for whatever it does not accept; what it was given is a stranger's. */
async function orNull<Answer>(verify: () => Promise<Answer>): Promise<Answer | null> {
  try {
    return await verify()
  } catch {
    return null
  }
}
