import type { Db } from '#db/connect.ts'
import { readEmail } from '#db/model/email.ts'
import { isSameCode, mailedCode } from '#db/model/mailed-code.ts'
import { chargeTry, type ChallengePurpose, forgiveTries } from '#db/queries/challenges.ts'
import type { UserRow } from '#db/queries/users.ts'
import { budgetHashOf, type HeldChallenge } from '../accounts/browser.ts'
import type { Deps } from '../app.ts'

/** What somebody shows beside, or in place of, a password. */
export type Proof = { readonly kind: 'mailed-code'; readonly code: string }

export type FactorKind = Proof['kind']

export interface FactorQuestion {
  readonly user: Pick<UserRow, 'id' | 'email'>
  readonly purpose: ChallengePurpose
  /** The open challenge that this answers; whoever asks uses it up. */
  readonly held: HeldChallenge
  readonly proof: Proof
}

/** The factors that this person has set up. */
export async function factorsOf(_db: Db, _userId: string): Promise<FactorKind[]> {
  return []
}

/** Charges the try to the mailbox first, whatever is shown, then looks. Runs in the caller's transaction, which has to be kept. */
export async function proveFactor(
  deps: Pick<Deps, 'credentials'>,
  db: Db,
  question: FactorQuestion,
): Promise<'right' | 'wrong' | 'too-many-tries'> {
  const budgetHash = budgetHashOf(deps.credentials, readEmail(question.user.email))
  if (!(await chargeTry(db, budgetHash))) return 'too-many-tries'
  const { held, proof } = question
  const keys = deps.credentials.keys('mailed-code')
  if (!keys.some(({ secret }) => isSameCode(mailedCode(secret, held.id), proof.code))) return 'wrong'
  await forgiveTries(db, budgetHash)
  return 'right'
}
