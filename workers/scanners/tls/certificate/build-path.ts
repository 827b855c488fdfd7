import { isSignatureSupported } from './name-algorithms.ts'
import { permitsNames } from './permit-names.ts'
import { type AnyCertificate, isParsed, isSignedBy, type ParsedCertificate } from './read-certificate.ts'
import type { ReadableCertificate, TrustProblem } from '../schema.ts'
import type { RootStore } from './store-roots.ts'

/** How far signatures lead from the server's certificate, and what stops them; null where they reach a trusted root. */
export interface Path {
  readonly certificates: readonly ParsedCertificate[]
  readonly problem: TrustProblem | null
}

interface Search {
  readonly sent: readonly ParsedCertificate[]
  readonly roots: RootStore
  readonly now: Date
  /** Each pair is verified once: the largest keys take milliseconds. */
  readonly verified: Map<string, boolean>
  /** Certificates that issue each other make as many paths as their number's factorial. */
  stepsLeft: number
}

/**
 * Builds the path from the first certificate through those sent to a root (RFC 4158, RFC 5280 §6.1), fetching nothing.
 * Dates take no part, so that "expired" and "untrusted" stay apart; but of several paths one whose issuers are in date is taken.
 */
export function buildPath(sent: readonly AnyCertificate[], roots: RootStore, now: Date): Path {
  const [leaf] = sent
  if (leaf === undefined || !isParsed(leaf)) return { certificates: [], problem: 'unreadable' }

  const search: Search = { sent: sent.filter(isParsed), roots, now, verified: new Map(), stepsLeft: 500 }
  if (!leaf.facts.isTrusted && leaf.facts.isSelfSigned) return { certificates: [leaf], problem: 'self-signed' }
  const path = bestFrom([leaf], leaf, search)
  if (path.problem === null) return { ...path, problem: misuse(path.certificates) }
  return search.stepsLeft > 0 ? path : { ...path, problem: 'too-many-paths' }
}

function bestFrom(path: readonly ParsedCertificate[], last: ParsedCertificate, search: Search): Path {
  if (last.facts.isTrusted) return { certificates: path, problem: null }
  if (last.facts.isSelfSigned) return { certificates: path, problem: 'untrusted-root' }
  if (search.stepsLeft-- <= 0) return { certificates: path, problem: 'too-many-paths' }

  // It may be signed by itself, in a way that we cannot compute.
  const isAlone = last.subject === last.issuer && !isSignatureSupported(last.facts.signatureAlgorithm)
  let best: Path = { certificates: path, problem: isAlone ? 'signature-not-supported' : 'issuer-not-sent' }
  for (const issuer of issuersByName(path, last, search)) {
    const problem = whyNotIssuedBy(issuer, path, last, search)
    const next: Path = problem === null ? bestFrom([...path, issuer], issuer, search) : { certificates: path, problem }
    if (rank(next, search.now) > rank(best, search.now)) best = next
    if (rank(best, search.now) === trustedInDate) break
  }
  return best
}

/** Who it may be, by name alone; roots first, which makes the shortest path. */
function issuersByName(path: readonly ParsedCertificate[], last: ParsedCertificate, { sent, roots }: Search) {
  const seen = new Set(path.map(({ facts }) => facts.fingerprint))
  return [...roots.bySubject(last.issuer), ...sent.filter(({ subject }) => subject === last.issuer)].filter(
    ({ facts: { fingerprint } }) => !seen.has(fingerprint) && seen.add(fingerprint),
  )
}

function whyNotIssuedBy(
  issuer: ParsedCertificate,
  path: readonly ParsedCertificate[],
  last: ParsedCertificate,
  search: Search,
): TrustProblem | null {
  if (!verifies(last, issuer, search)) {
    const isTold = isSignatureSupported(last.facts.signatureAlgorithm) && issuer.facts.key.type !== 'unknown'
    return isTold ? 'bad-signature' : 'signature-not-supported'
  }
  // A root is trusted because somebody put it there; the oldest ones say nothing of themselves.
  if (issuer.facts.isTrusted) return null
  const { isCa, maySignCertificates, pathLength } = issuer.extensions
  if (!isCa || !maySignCertificates) return 'issuer-not-ca'
  const casBelow = path.slice(1).filter(({ subject, issuer }) => subject !== issuer).length
  return pathLength !== null && casBelow > pathLength ? 'path-too-long' : null
}

function verifies(certificate: ParsedCertificate, issuer: ParsedCertificate, { verified }: Search): boolean {
  const pair = `${certificate.facts.fingerprint} ${issuer.facts.fingerprint}`
  const known = verified.get(pair) ?? isSignedBy(certificate.handle, issuer.handle)
  verified.set(pair, known)
  return known
}

const trustedInDate = 1000

/** A path to a root before any other, then the one that leads furthest; a reason before having found nobody. */
function rank({ certificates, problem }: Path, now: Date): number {
  if (problem === null) return certificates.slice(1).every(({ facts }) => isInDate(facts, now)) ? trustedInDate : 500
  return certificates.length * 2 + (problem === 'issuer-not-sent' ? 0 : 1)
}

/** What forbids a path that signatures allow: a purpose, a constraint, something critical that we do not understand. */
function misuse(path: readonly ParsedCertificate[]): TrustProblem | null {
  const [leaf, ...issuers] = path
  const judged = path.filter(({ facts }) => !facts.isTrusted)
  if (judged.some(({ extensions }) => extensions.unknownCritical.length > 0)) return 'unknown-critical-extension'
  if (judged.some(({ extensions }) => !extensions.mayServe)) return 'wrong-purpose'
  const permits = issuers.map(({ extensions: { constraints } }) =>
    constraints === null || leaf === undefined ? true : permitsNames(constraints, leaf.extensions.names),
  )
  if (permits.includes(false)) return 'name-not-permitted'
  return permits.includes(null) ? 'name-constraints-unread' : null
}

export const isInDate = ({ notBefore, notAfter }: ReadableCertificate, now: Date) =>
  Date.parse(notBefore) <= now.getTime() && now.getTime() <= Date.parse(notAfter)
