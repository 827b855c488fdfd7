import type { X509Certificate } from 'node:crypto'
import { constructed, type Element, elementsIn, oidOf } from './read-der.ts'
import type { ReadableCertificate } from '../schema.ts'

/** RFC 3279, 4055, 5758, 8410, FIPS 204; the older ones because old servers have them. */
const signatureAlgorithms: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.2': 'md2WithRSAEncryption',
  '1.2.840.113549.1.1.3': 'md4WithRSAEncryption',
  '1.2.840.113549.1.1.4': 'md5WithRSAEncryption',
  '1.2.840.113549.1.1.5': 'sha1WithRSAEncryption',
  '1.3.14.3.2.29': 'sha1WithRSAEncryption',
  '1.2.840.113549.1.1.11': 'sha256WithRSAEncryption',
  '1.2.840.113549.1.1.12': 'sha384WithRSAEncryption',
  '1.2.840.113549.1.1.13': 'sha512WithRSAEncryption',
  '1.2.840.113549.1.1.14': 'sha224WithRSAEncryption',
  '1.2.840.10040.4.3': 'dsa-with-sha1',
  '2.16.840.1.101.3.4.3.1': 'dsa-with-sha224',
  '2.16.840.1.101.3.4.3.2': 'dsa-with-sha256',
  '1.2.840.10045.4.1': 'ecdsa-with-SHA1',
  '1.2.840.10045.4.3.1': 'ecdsa-with-SHA224',
  '1.2.840.10045.4.3.2': 'ecdsa-with-SHA256',
  '1.2.840.10045.4.3.3': 'ecdsa-with-SHA384',
  '1.2.840.10045.4.3.4': 'ecdsa-with-SHA512',
  '1.3.101.112': 'Ed25519',
  '1.3.101.113': 'Ed448',
  '2.16.840.1.101.3.4.3.17': 'ML-DSA-44',
  '2.16.840.1.101.3.4.3.18': 'ML-DSA-65',
  '2.16.840.1.101.3.4.3.19': 'ML-DSA-87',
}

const rsassaPss = '1.2.840.113549.1.1.10'
const hashes: Readonly<Record<string, string>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
  '2.16.840.1.101.3.4.2.4': 'sha224',
}

/** The name of an AlgorithmIdentifier; of RSASSA-PSS with its hash, which its parameters hold (RFC 4055 §3.1). @throws MalformedDer */
export function signatureAlgorithmOf(identifier: Element): string {
  const [id, parameters] = elementsIn(identifier.content)
  const oid = oidOf(id)
  if (oid !== rsassaPss) return (signatureAlgorithms[oid] ?? oid).slice(0, 100)
  const hash = elementsIn(parameters?.content ?? new Uint8Array()).find(({ tag }) => tag === constructed(0))
  if (hash === undefined) return 'rsassa-pss-sha1' // What RFC 4055 says of parameters that say nothing.
  const [hashIdentifier] = elementsIn(hash.content)
  const hashOid = oidOf(elementsIn(hashIdentifier?.content ?? new Uint8Array())[0])
  return `rsassa-pss-${hashes[hashOid] ?? hashOid}`.slice(0, 100)
}

/** False where a signature that does not verify may be a good one that we cannot compute. */
export const isSignatureSupported = (algorithm: string) => !/^\d|pss-\d|md[24]/.test(algorithm)

/** MD5 and older, and SHA-1 (RFC 9155, RFC 6151): collisions can be made. Null for an algorithm that we do not know. */
export function isWeakSignature(algorithm: string): boolean | null {
  if (/^\d|pss-\d/.test(algorithm)) return null
  return /md[245]|sha1(?!\d)/i.test(algorithm)
}

type Key = ReadableCertificate['key']

/** Kind and size of a public key; one that our library cannot read is `unknown`. */
export function keyOf(certificate: X509Certificate): Key {
  try {
    const { asymmetricKeyType = 'unknown', asymmetricKeyDetails: { modulusLength, namedCurve } = {} } =
      certificate.publicKey
    const bits = modulusLength ?? fixedBits[asymmetricKeyType] ?? curveBits(namedCurve)
    return { type: asymmetricKeyType, bits, curve: namedCurve ?? null }
  } catch {
    return { type: 'unknown', bits: null, curve: null }
  }
}

const fixedBits: Readonly<Record<string, number>> = { ed25519: 256, ed448: 456 }

/** Every named curve tells its size: `prime256v1`, `secp384r1`, `brainpoolP512r1`, `sect163k1`. */
const curveBits = (curve: string | undefined) => {
  const [, digits] = /(\d{3})/.exec(curve ?? '') ?? []
  return digits === undefined ? null : Number(digits)
}

/** Below 112 bits of strength (NIST SP 800-57 part 1, table 2). Null for a key whose size we cannot tell. */
export function isWeakKey({ type, bits }: Key): boolean | null {
  if (type.startsWith('ml-dsa') || type.startsWith('slh-dsa')) return false
  if (bits === null) return null
  return bits < (type === 'rsa' || type === 'rsa-pss' || type === 'dsa' ? 2048 : 224)
}
