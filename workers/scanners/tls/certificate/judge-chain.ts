import { familyOf } from '#db/model/address.ts'
import { buildPath } from './build-path.ts'
import { type AnyCertificate, isParsed, readCertificate } from './read-certificate.ts'
import { type Certificate, type Chain, maxCertificatesSent, maxChainBytes, type TrustProblem } from '../schema.ts'
import type { RootStore } from './store-roots.ts'

/** What certificates are judged against. */
export interface Yardstick {
  /** The name or address that was asked for (RFC 9525 §1.5). */
  readonly referenceIdentity: string
  readonly roots: RootStore
  readonly now: Date
}

/** A chain without the versions that showed it, and the certificates that it names. */
export interface JudgedChain {
  readonly chain: Omit<Chain, 'versions'>
  readonly certificates: readonly Certificate[]
}

/** Reads what a server sent, leaf first, within bounds: ten certificates, 256 KiB. Never throws. */
export function judgeChain(ders: readonly Uint8Array[], { referenceIdentity, roots, now }: Yardstick): JudgedChain {
  const sent = withinBounds(ders).map((der) => readCertificate(der, roots))
  const path = buildPath(sent, roots, now)
  return {
    chain: {
      sentCount: ders.length,
      sent: sent.map(({ facts }) => facts.fingerprint),
      nameMatches: matchesName(sent[0], referenceIdentity),
      path: path.certificates.map(({ facts }) => facts.fingerprint),
      trustProblem: problemOf(path.problem, sent, ders),
    },
    certificates: [...sent, ...path.certificates].map(({ facts }) => facts),
  }
}

/** An issuer that is missing may be among those that were not read. */
function problemOf(problem: TrustProblem | null, sent: readonly AnyCertificate[], ders: readonly Uint8Array[]) {
  if (sent.length === 0 && ders.length > 0) return 'chain-too-large'
  if (problem !== 'issuer-not-sent') return problem
  if (sent.length < ders.length) return 'chain-too-large'
  return sent.every(isParsed) ? problem : 'unreadable'
}

function withinBounds(ders: readonly Uint8Array[]): readonly Uint8Array[] {
  const kept: Uint8Array[] = []
  let bytes = 0
  for (const der of ders.slice(0, maxCertificatesSent)) {
    bytes += der.length
    if (bytes > maxChainBytes) break
    kept.push(der)
  }
  return kept
}

/** By subjectAltName alone, wildcards as a whole left-most label (RFC 9525 §6.3, §6.4). OpenSSL compares the names as bytes, so no spelling splits one in two. */
function matchesName(leaf: AnyCertificate | undefined, identity: string): boolean | null {
  if (leaf === undefined || !isParsed(leaf)) return null
  const { handle } = leaf
  if (familyOf(identity) !== null) return handle.checkIP(identity) !== undefined
  return handle.checkHost(identity, { subject: 'never', partialWildcards: false }) !== undefined
}
