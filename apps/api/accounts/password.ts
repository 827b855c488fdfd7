import type { Db } from '#db/connect.ts'
import { DomainError } from '#db/model/errors.ts'
import { judgePassword } from '#db/model/password.ts'
import { Secret } from '#db/model/secret.ts'
import { checkPassword, commonPasswords, hashPassword } from '#db/passwords.ts'
import { writeAudit } from '#db/queries/audit.ts'
import { fillBucket, takeTokens } from '#db/queries/limits.ts'
import { endSessions, listSessions } from '#db/queries/sessions.ts'
import { findUser, setPasswordHash, type UserRow } from '#db/queries/users.ts'
import { type AskForMail, withMail } from '#workers/queue/with-mail.ts'
import type { Deps } from '../app.ts'
import { blinded } from './browser.ts'
import { type Arrival, auditOf } from './context.ts'
import { tooManyTries, wrongCredentials } from './refusals.ts'

/** Judges and hashes a new password. @throws DomainError `password-refused` with the reason; TooBusy */
export async function newPasswordHash(password: string, ownWords: readonly string[]): Promise<string> {
  const flaw = judgePassword(password, { common: await commonPasswords(), ownWords: [...ownWords, 'portlight'] })
  if (flaw !== null) throw new DomainError('password-refused', flaw.detail)
  return hashPassword(new Secret(password))
}

/** Wrong passwords for an account in an hour: from each browser that it knows, and from all others together. */
const passwordTries = { capacity: 10, perSecond: 10 / 3600 } as const

/** The bucket of an account's wrong passwords: whoever guesses from elsewhere uses up the strangers' tries, and the owner's own browser still has its own. */
export const passwordBucketOf = (
  credentials: Deps['credentials'],
  email: string,
  deviceId: string | undefined,
): string =>
  deviceId === undefined
    ? `password:${blinded(credentials, email).toString('base64url')}`
    : `password:device:${deviceId}`

/** Checks a password, of nobody too and in the same time. A right one gives its tries back. @throws DomainError `too-many-tries`; TooBusy */
export async function tryPassword(
  db: Db,
  { bucket, hash, password }: { bucket: string; hash: UserRow['password_hash']; password: Secret<string> },
) {
  const [taken] = await takeTokens(db, [{ key: bucket, ...passwordTries }])
  if (!taken!.isAllowed) throw tooManyTries()
  const check = await checkPassword(hash, password)
  if (check.isRight) await fillBucket(db, bucket)
  return check
}

/** Sets a new password, ends the other sessions, and tells the owner which. */
export async function replacePassword(
  { credentials }: Pick<Deps, 'credentials'>,
  db: Db,
  mail: AskForMail,
  { user, passwordHash, keptSession }: { user: UserRow; passwordHash: string; keptSession: string | null },
): Promise<void> {
  const open = (await listSessions(db, user.id)).filter(({ id }) => id !== keptSession)
  await setPasswordHash(db, user.id, passwordHash)
  await endSessions(db, user.id, { allBut: keptSession }, 'password-changed')
  await fillBucket(db, passwordBucketOf(credentials, user.email, undefined))
  const facts = { endedCount: open.length, endedSessions: open.slice(0, 20).map(({ name }) => name) }
  await mail({ kind: 'password-changed', recipient: user.email, challengeId: null, facts })
}

export interface PasswordChange {
  readonly userId: string
  readonly sessionId: string
  readonly old: Secret<string>
  readonly password: string
}

/** @throws DomainError */
export async function changePassword(deps: Deps, change: PasswordChange, arrival: Arrival): Promise<void> {
  const { db, credentials } = deps
  const user = (await findUser(db, change.userId))!
  const bucket = passwordBucketOf(credentials, user.email, change.sessionId)
  const { isRight } = await tryPassword(db, { bucket, hash: user.password_hash, password: change.old })
  if (!isRight) {
    await writeAudit(db, auditOf(arrival, user.id, 'password.change', 'refused'))
    throw wrongCredentials()
  }
  const passwordHash = await newPasswordHash(change.password, [user.email, user.name])
  await withMail(deps, async (db, mail) => {
    await replacePassword(deps, db, mail, { user, passwordHash, keptSession: change.sessionId })
    await writeAudit(db, auditOf(arrival, user.id, 'password.change', 'done'))
  })
}
