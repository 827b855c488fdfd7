import type { TlsVersion } from '#workers/network/door.ts'
import type { Rule } from '../scanner.ts'
import {
  absent,
  type Answer,
  judgeCertificates,
  present,
  type SeenChain,
  unknown,
  wasOffered,
} from './judge-certificates.ts'
import { isInDate } from './certificate/build-path.ts'
import { isWeakKey, isWeakSignature } from './certificate/name-algorithms.ts'
import type { AddressResult, ReadableCertificate, TlsResult, TrustProblem } from './schema.ts'

type TlsRule = Rule<TlsResult>

/** A rule about the server's own certificate; one that cannot be read leaves it unknown. */
const aboutLeaf = (
  rule: Omit<TlsRule, 'check'>,
  ask: (leaf: ReadableCertificate, chain: SeenChain, now: Date) => Answer | null,
): TlsRule => ({
  ...rule,
  check: (result, now) =>
    judgeCertificates(result, (chain) =>
      chain.leaf === null ? unknown(chain.trustProblem ?? 'unreadable') : ask(chain.leaf, chain, now),
    ),
})

const dayMillis = 86_400_000

/** A certificate is good up to the very second of its notAfter. */
const hasPassed = (instant: string, now: Date) => Date.parse(instant) < now.getTime()

const dates = [
  aboutLeaf(
    {
      id: 'tls/certificate-expired',
      title: 'The certificate has expired',
      severity: 'high',
      remedy: 'Renew the certificate and make sure that the server loads the new one; automate the renewal.',
      reference: 'RFC 5280 §4.1.2.5',
    },
    ({ notAfter, subject }, _chain, now) =>
      hasPassed(notAfter, now) ? present({ notAfter, certificate: subject }) : absent,
  ),
  aboutLeaf(
    {
      id: 'tls/certificate-not-yet-valid',
      title: 'The certificate is not valid yet',
      severity: 'high',
      remedy: 'Install the certificate once its time has begun, or check the clock of whoever issued it.',
      reference: 'RFC 5280 §4.1.2.5',
    },
    ({ notBefore, subject }, _chain, now) =>
      Date.parse(notBefore) > now.getTime() ? present({ notBefore, certificate: subject }) : absent,
  ),
  aboutLeaf(
    {
      id: 'tls/certificate-expires-soon',
      title: 'The certificate expires soon',
      severity: 'medium',
      remedy: 'Renew the certificate now; if it should have renewed itself, find out why it did not.',
      reference: 'RFC 5280 §4.1.2.5',
    },
    ({ notBefore, notAfter, subject }, _chain, now) => {
      if (hasPassed(notAfter, now)) return null
      const lifetimeMillis = Date.parse(notAfter) - Date.parse(notBefore)
      // A certificate that lives for a week is renewed within its last days, and that is as it should be.
      const soonMillis = Math.min(30 * dayMillis, lifetimeMillis / 3)
      const leftMillis = Date.parse(notAfter) - now.getTime()
      return leftMillis < soonMillis ? present({ notBefore, notAfter, certificate: subject }) : absent
    },
  ),
  aboutLeaf(
    {
      id: 'tls/issuer-outside-validity',
      title: "A certificate above the server's own has expired, or is not valid yet",
      severity: 'high',
      remedy: 'Send the current intermediate certificate of your CA instead.',
      reference: 'RFC 5280 §6.1.3',
    },
    (leaf, { issuers }, now) => {
      const outside = issuers.find((issuer) => !isInDate(issuer, now))
      if (outside) {
        const { subject, notBefore, notAfter } = outside
        return present({ certificate: subject, notBefore, notAfter })
      }
      const top = issuers.at(-1) ?? leaf
      // Where the path breaks off, nobody has seen the certificates above.
      return top.isTrusted || top.isSelfSigned ? absent : null
    },
  ),
]

const names = aboutLeaf(
  {
    id: 'tls/certificate-wrong-name',
    title: 'The certificate is for another name',
    severity: 'high',
    remedy: 'Use a certificate whose subjectAltName has the name, or the address, that clients ask for.',
    reference: 'RFC 9525 §6',
  },
  ({ names, nameCount, subject }, { nameMatches }) => {
    if (nameMatches === null) return unknown('unreadable')
    if (nameMatches) return absent
    return present({ certificate: subject, names: names.slice(0, 20).map(({ value }) => value), nameCount })
  },
)

/** The path was not followed to its end. */
const cutShort: readonly TrustProblem[] = ['signature-not-supported', 'chain-too-large', 'too-many-paths', 'unreadable']

/** What was not judged is no fault of the server, and no praise either. */
const undecided: readonly TrustProblem[] = [...cutShort, 'name-constraints-unread']

/** Where the path ends: who was reached, and who should come next. */
const endOf = (leaf: ReadableCertificate, { issuers }: SeenChain) => {
  const { subject, issuer } = issuers.at(-1) ?? leaf
  return { certificate: subject, issuer }
}

const selfSigned = aboutLeaf(
  {
    id: 'tls/certificate-self-signed',
    title: 'The certificate vouches for itself',
    severity: 'high',
    remedy: 'Use a certificate of a CA that your clients trust, or add this one to CA_FILE if they all know it.',
    reference: 'RFC 5280 §3.2',
  },
  (leaf, { trustProblem }) => {
    if (trustProblem === 'signature-not-supported') return unknown(trustProblem)
    return trustProblem === 'self-signed' ? present({ certificate: leaf.subject }) : absent
  },
)

const missingIntermediate = aboutLeaf(
  {
    id: 'tls/certificate-missing-intermediate',
    title: 'The chain stops before a trusted root: an issuer is missing',
    severity: 'medium',
    remedy:
      "Let the server send its CA's intermediate certificates too; if the CA is your own, add its root to CA_FILE.",
    reference: 'RFC 8446 §4.4.2',
  },
  (leaf, chain) => {
    const { trustProblem } = chain
    if (trustProblem === 'issuer-not-sent') return present(endOf(leaf, chain))
    return trustProblem !== null && cutShort.includes(trustProblem) ? unknown(trustProblem) : absent
  },
)

const untrusted = aboutLeaf(
  {
    id: 'tls/certificate-untrusted',
    title: 'The chain leads to no trusted root',
    severity: 'high',
    remedy: 'Use a certificate of a CA that your clients trust; if the CA is your own, add its root to CA_FILE.',
    reference: 'RFC 5280 §6.1',
  },
  (leaf, chain) => {
    const { trustProblem } = chain
    if (trustProblem === null) return absent
    // The two rules above have said it; the question about the root does not arise.
    if (trustProblem === 'self-signed' || trustProblem === 'issuer-not-sent') return null
    return undecided.includes(trustProblem)
      ? unknown(trustProblem)
      : present({ problem: trustProblem, ...endOf(leaf, chain) })
  },
)

/** Asks every certificate whose key or signature the path relies on: a root is believed without either. */
const aboutStrength = (
  rule: Omit<TlsRule, 'check'>,
  isWeak: (certificate: ReadableCertificate) => boolean | null,
  evidence: (certificate: ReadableCertificate) => Record<string, string | number | null>,
): TlsRule =>
  aboutLeaf(rule, (leaf, { issuers, trustProblem }) => {
    const relied = [leaf, ...issuers.filter(({ isTrusted, isSelfSigned }) => !isTrusted && !isSelfSigned)]
    const weak = relied.find((one) => isWeak(one))
    if (weak) return present({ certificate: weak.subject, ...evidence(weak) })
    if (relied.some((one) => isWeak(one) === null)) return unknown('unknown-algorithm')
    return trustProblem !== null && cutShort.includes(trustProblem) ? unknown(trustProblem) : absent
  })

const strength = [
  aboutStrength(
    {
      id: 'tls/weak-key',
      title: 'A key is too short',
      severity: 'high',
      remedy: 'Make a new key: RSA with 2,048 bits or more, or an elliptic curve such as P-256.',
      reference: 'NIST SP 800-57 part 1 §5.6',
    },
    ({ key }) => isWeakKey(key),
    ({ key: { type, bits, curve } }) => ({ keyType: type, bits, curve }),
  ),
  aboutStrength(
    {
      id: 'tls/weak-signature',
      title: 'A certificate is signed with a broken hash',
      severity: 'medium',
      remedy: 'Have the certificate issued anew with SHA-256 or better.',
      reference: 'RFC 9155; RFC 6151',
    },
    // A signature that only vouches for its own key carries no trust, so its hash does no harm.
    ({ signatureAlgorithm, isSelfSigned }) => !isSelfSigned && isWeakSignature(signatureAlgorithm),
    ({ signatureAlgorithm }) => ({ signatureAlgorithm }),
  ),
]

const obsoleteVersions: readonly TlsVersion[] = ['TLSv1', 'TLSv1.1']

const protocolObsolete: TlsRule = {
  id: 'tls/protocol-obsolete',
  title: 'An obsolete version of TLS is accepted',
  severity: 'medium',
  remedy: 'Turn TLS 1.0 and TLS 1.1 off; leave TLS 1.2 and TLS 1.3.',
  reference: 'RFC 8996',
  check: ({ subject, addresses }) =>
    addresses.filter(wasOffered).flatMap((one) =>
      obsoleteVersions.flatMap((version) => {
        const answer = versionAnswer(one, version)
        return answer === null ? [] : [{ subject: `${subject} ${version}`, address: one.address, ...answer }]
      }),
    ),
}

function versionAnswer({ outcome, protocols }: AddressResult, version: TlsVersion): Answer | null {
  // Where other versions were offered, the run ended before this one was asked.
  if (protocols.length === 0) return unknown(outcome)
  const seen = protocols.find((one) => one.version === version)
  if (seen === undefined) return null
  if (seen.state === 'accepted') return present({ cipherSuite: seen.cipherSuite })
  return seen.state === 'rejected' ? absent : unknown(seen.reason ?? 'unclear')
}

export const rules: readonly TlsRule[] = [
  ...dates,
  names,
  selfSigned,
  missingIntermediate,
  untrusted,
  ...strength,
  protocolObsolete,
]
