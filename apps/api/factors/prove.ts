import type { Db } from '#db/connect.ts'
import { readEmail } from '#db/model/email.ts'
import { isSameCode, mailedCode } from '#db/model/mailed-code.ts'
import { chargeTry, forgiveTries } from '#db/queries/challenges.ts'
import { tryRecoveryCode } from '#db/queries/recovery-codes.ts'
import { readFactors, tryTotp } from '#db/queries/totp.ts'
import type { UserRow } from '#db/queries/users.ts'
import { budgetHashOf } from '../accounts/browser.ts'
import type { Deps } from '../app.ts'
import type { FactorKind, Proof } from './kinds.ts'
import { tryPasskey } from './passkeys.ts'

/** The factors that this person has set up; empty where only a mailed code is left. */
export async function factorsOf(db: Db, userId: string): Promise<FactorKind[]> {
  const { hasTotp, passkeys, recoveryCodes } = await readFactors(db, userId)
  if (!hasTotp && passkeys === 0) return []
  return [
    ...(passkeys > 0 ? (['passkey'] as const) : []),
    ...(hasTotp ? (['totp'] as const) : []),
    ...(recoveryCodes > 0 ? (['recovery-code'] as const) : []),
  ]
}

export interface FactorQuestion {
  readonly user: Pick<UserRow, 'id' | 'email'>
  /** The open challenge that this answers; whoever asks uses it up. */
  readonly challengeId: string
  readonly proof: Proof
}

/**
 * Charges the try to the mailbox first, whatever is shown, then looks. A mailed code serves only whoever has set up nothing stronger.
 * Runs in the caller's transaction, which has to be kept.
 */
export async function proveFactor(
  deps: Pick<Deps, 'credentials' | 'masterKey' | 'site'>,
  db: Db,
  { user, challengeId, proof }: FactorQuestion,
): Promise<'right' | 'wrong' | 'too-many-tries'> {
  const budgetHash = budgetHashOf(deps.credentials, readEmail(user.email))
  if (!(await chargeTry(db, budgetHash))) return 'too-many-tries'
  const own = await factorsOf(db, user.id)
  const isAsked = own.length === 0 ? proof.kind === 'mailed-code' : own.includes(proof.kind)
  if (!isAsked || !(await isRight(deps, db, user.id, challengeId, proof))) return 'wrong'
  await forgiveTries(db, budgetHash)
  return 'right'
}

async function isRight(
  deps: Pick<Deps, 'credentials' | 'masterKey' | 'site'>,
  db: Db,
  userId: string,
  challengeId: string,
  proof: Proof,
): Promise<boolean> {
  const secrets = (purpose: 'mailed-code' | 'recovery-code') =>
    deps.credentials.keys(purpose).map(({ secret }) => secret)
  if (proof.kind === 'passkey')
    return (await tryPasskey(deps, db, { userId, challengeId, response: proof.response })) !== null
  if (proof.kind === 'totp') return tryTotp(db, deps.masterKey, userId, proof.code)
  if (proof.kind === 'recovery-code') return tryRecoveryCode(db, secrets('recovery-code'), userId, proof.code)
  return secrets('mailed-code').some((key) => isSameCode(mailedCode(key, challengeId), proof.code))
}
