import { DomainError } from '#db/model/errors.ts'
import type { Deps } from '../app.ts'

// Returned out of a transaction that has to be kept (a charged try, an audit entry), and thrown after it.

export const wrongCredentials = () =>
  new DomainError('wrong-credentials', 'That is wrong, was used already, or is too old.')

export const tooManyTries = () =>
  new DomainError('too-many-tries', 'Too many tries, or too many codes, for this account within an hour.')

/** @throws DomainError `no-mail` where no code could reach anybody */
export function mustHaveMail({ site }: Pick<Deps, 'site'>): void {
  if (site.mail === 'none') throw new DomainError('no-mail', 'This instance has no SMTP_URL, so no code can be mailed.')
}
