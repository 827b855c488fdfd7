import { DomainError } from './errors.ts'
import { readTarget } from './target.ts'

/** A mail address that one account can have. */
export interface Email {
  /** What is compared and mailed to: lower case, the domain in A-labels. */
  readonly canonical: string
  /** As it was given, for people. */
  readonly display: string
}

const longest = { address: 254, localPart: 64 } as const

/**
 * Reads an address of the usual form (RFC 5321 §4.1.2, Dot-string @ Domain). Quoted local parts, comments, literals and lists are refused:
 * programs on the way read them differently. So is a local part beyond ASCII, in which two accounts could look alike.
 * @throws DomainError `invalid-email`
 */
export function readEmail(text: string): Email {
  if (text.length > longest.address) throw refused('It is longer than 254 characters.')
  const [localPart = '', domain = '', ...more] = text.split('@')
  if (domain === '' || more.length > 0) throw refused('It needs exactly one @.')
  if (localPart.length > longest.localPart) throw refused('More than 64 characters stand before the @.')
  if (!/^[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*$/.test(localPart))
    throw refused('Before the @ stand letters, digits, single dots and a few signs only.')
  const target = readTarget(domain)
  if (target instanceof DomainError || target.kind !== 'name' || !target.canonical.includes('.'))
    throw refused('After the @ stands the name of a domain.')
  return { canonical: `${localPart.toLowerCase()}@${target.canonical}`, display: `${localPart}@${target.display}` }
}

/** Whose mailbox it is: what stands behind a + is the same person's. */
export const mailboxOf = ({ canonical }: Email): string => canonical.replace(/\+[^@]*@/, '@')

const refused = (why: string) => new DomainError('invalid-email', `This is no mail address. ${why}`)
