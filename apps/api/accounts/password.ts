import { type PasswordFlaw, judgePassword } from '#db/model/password.ts'
import { DomainError } from '#db/model/errors.ts'
import { Secret } from '#db/model/secret.ts'
import { commonPasswords, hashPassword } from '#db/passwords.ts'

/** Judges and hashes a new password. @throws DomainError `password-refused` with the reason; TooBusy */
export async function newPasswordHash(password: string, ownWords: readonly string[]): Promise<string> {
  const flaw: PasswordFlaw | null = judgePassword(password, {
    common: await commonPasswords(),
    ownWords: [...ownWords, 'portlight'],
  })
  if (flaw !== null) throw new DomainError('password-refused', flaw.detail)
  return hashPassword(new Secret(password))
}
