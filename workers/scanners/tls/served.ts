import type { ServedCertificate } from '../scanner.ts'
import type { AddressOutcome, ReadableCertificate, TlsResult } from './schema.ts'

/** Answers that say: there is no certificate here. Silence, and what broke off, say nothing. */
const saysNone: ReadonlySet<AddressOutcome> = new Set(['refused', 'not-tls', 'starttls-not-offered'])

/** What each address that answered shows as its own certificates; an empty list where it answered that there is none to read. */
export function served({ subject, addresses, certificates }: TlsResult) {
  const known = new Map(certificates.map((one) => [one.fingerprint, one]))
  return {
    subject,
    places: addresses
      .filter(({ chains, outcome }) => chains.length > 0 || saysNone.has(outcome))
      .map(({ address, chains }) => {
        const seen = new Map<string, ServedCertificate>()
        for (const { sent, nameMatches, trustProblem } of chains) {
          const leaf = sent[0] === undefined ? undefined : known.get(sent[0])
          if (leaf?.readable === true) seen.set(leaf.fingerprint, { ...factsOf(leaf), nameMatches, trustProblem })
        }
        return { address, certificates: [...seen.values()] }
      }),
  }
}

const namesAtMost = 20
const dayMillis = 86_400_000

const factsOf = ({ fingerprint, subject, issuer, serialNumber, key, ...leaf }: ReadableCertificate) => ({
  fingerprint,
  subject,
  issuer,
  serialNumber,
  names: leaf.names.slice(0, namesAtMost).map(({ value }) => value),
  nameCount: leaf.nameCount,
  notBefore: fromYearOne(leaf.notBefore),
  notAfter: fromYearOne(leaf.notAfter),
  keyType: key.type,
  keyBits: key.bits,
  keyCurve: key.curve,
  renewalDays: renewalDaysOf(leaf),
})

/** A certificate may say the year 0, which Postgres has none of. */
export const fromYearOne = (instant: string): string =>
  instant.startsWith('0000') ? '0001-01-01T00:00:00.000Z' : instant

/** Days before its end by which what renews itself has done so: 30, or the last quarter of a shorter life. */
export function renewalDaysOf({ notBefore, notAfter }: Pick<ReadableCertificate, 'notBefore' | 'notAfter'>): number {
  const lifeDays = (Date.parse(notAfter) - Date.parse(notBefore)) / dayMillis
  return Math.floor(Math.min(30, lifeDays / 4))
}
