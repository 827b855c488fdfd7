import type { Expiry } from '../scanner.ts'
import type { ReadableCertificate, TlsResult } from './schema.ts'
import { fromYearOne, renewalDaysOf } from './served.ts'

const rule = 'tls/certificate-expires-soon'
export const reminded = [rule] as const

/** The first end of the certificates that the server shows as its own: worth a word within its last 30 days, or the last quarter of a shorter life: what renews itself does so before. */
export function expiries({ subject, addresses, certificates }: TlsResult): Expiry[] {
  const shown = new Set(addresses.flatMap(({ chains }) => chains.flatMap(({ sent }) => sent.slice(0, 1))))
  const [first] = certificates
    .filter((one): one is ReadableCertificate => one.readable && shown.has(one.fingerprint))
    .sort((one, other) => one.notAfter.localeCompare(other.notAfter))
  if (first === undefined) return []
  const soonDays = renewalDaysOf(first)
  return [
    {
      subject,
      at: fromYearOne(first.notAfter),
      beganAt: fromYearOne(first.notBefore),
      issuer: first.issuer,
      soonDays,
      rule,
    },
  ]
}
