import { createHash, X509Certificate } from 'node:crypto'
import { foreignText } from '#db/model/text.ts'
import { keyOf, signatureAlgorithmOf } from './name-algorithms.ts'
import { constructed, type Element, elementsIn, expectTag, onlyElement, tags } from './read-der.ts'
import { type Extensions, type GeneralName, readExtensions, textOf } from './read-extensions.ts'
import { type Certificate, maxNames, maxNamesLength, type ReadableCertificate } from '../schema.ts'

/** A certificate that could be read: its facts, and what it takes to verify with it. */
export interface ParsedCertificate {
  readonly facts: ReadableCertificate
  readonly handle: X509Certificate
  readonly extensions: Extensions
  /** Whole and comparable, as `comparableName` makes them. */
  readonly subject: string
  readonly issuer: string
}

export interface UnreadableCertificate {
  readonly facts: Extract<Certificate, { readable: false }>
}

export type AnyCertificate = ParsedCertificate | UnreadableCertificate

export const isParsed = (certificate: AnyCertificate): certificate is ParsedCertificate => certificate.facts.readable

/** Fingerprints of what is trusted. */
interface Roots {
  has(fingerprint: string): boolean
}

/** Reads what a server sent. Never throws: bytes that are no certificate are a fact too. */
export function readCertificate(der: Uint8Array, roots: Roots): AnyCertificate {
  const fingerprint = createHash('sha256').update(der).digest('hex')
  try {
    return parse(der, fingerprint, roots.has(fingerprint))
  } catch {
    return { facts: { readable: false, fingerprint, sizeBytes: der.length } }
  }
}

function parse(der: Uint8Array, fingerprint: string, isTrusted: boolean): ParsedCertificate {
  const { signatureAlgorithm, extensionList } = partsOf(der)
  const extensions = readExtensions(extensionList)
  const handle = new X509Certificate(der)
  const subject = comparableName(handle.subject)
  const issuer = comparableName(handle.issuer)
  return {
    handle,
    extensions,
    subject,
    issuer,
    facts: {
      readable: true,
      fingerprint,
      subject: foreignText(shownName(handle.subject), 1000),
      issuer: foreignText(shownName(handle.issuer), 1000),
      serialNumber: foreignText(handle.serialNumber.toLowerCase(), 100),
      notBefore: handle.validFromDate.toISOString(),
      notAfter: handle.validToDate.toISOString(),
      names: shownNames(extensions.names),
      nameCount: extensions.names.length,
      key: keyOf(handle),
      signatureAlgorithm: signatureAlgorithmOf(signatureAlgorithm),
      isCa: extensions.isCa,
      isSelfSigned: subject === issuer && isSignedBy(handle, handle),
      isTrusted,
    },
  }
}

/** Whether the issuer's key made the signature; false for a key or an algorithm that our library cannot use. */
export function isSignedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return certificate.verify(issuer.publicKey)
  } catch {
    return false
  }
}

/** The parts that Node's own reading does not give (RFC 5280 §4.1). */
function partsOf(der: Uint8Array): { signatureAlgorithm: Element; extensionList: Element | undefined } {
  const [toBeSigned, signatureAlgorithm] = elementsIn(onlyElement(der, tags.sequence).content)
  return {
    signatureAlgorithm: expectTag(signatureAlgorithm, tags.sequence),
    extensionList: elementsIn(expectTag(toBeSigned, tags.sequence).content).find(({ tag }) => tag === constructed(3)),
  }
}

/** RFC 4514 puts the most particular part first; OpenSSL has escaped whatever could be taken for a separator. An empty name comes as undefined. */
const shownName = (lines: string | undefined) => (lines ?? '').split('\n').toReversed().join(',')

/** A name without what makes no difference when names are compared (RFC 5280 §7.1): case, runs of spaces. */
export const comparableName = (lines: string | undefined) => (lines ?? '').toLowerCase().replace(/ {2,}/g, ' ')

function shownNames(names: readonly GeneralName[]): ReadableCertificate['names'] {
  const kept: ReadableCertificate['names'] = []
  let length = 0
  for (const name of names.slice(0, maxNames)) {
    const value = textOf(name)
    length += value.length
    if (length > maxNamesLength) break
    kept.push({ type: name.type, value })
  }
  return kept
}
