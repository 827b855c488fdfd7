import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { isIP } from 'node:net'

/** What to mint. Everything has a good default; whatever is said instead is minted as said, however wrong. */
export interface CertificateSpec {
  /** CN; bytes of a whole Name where that is not enough. */
  readonly subject: string | Buffer
  /** Without one the certificate signs itself. */
  readonly issuer?: Minted
  readonly keys?: KeyPair
  /** SubjectPublicKeyInfo as DER, for keys that nobody holds. */
  readonly publicKey?: Buffer
  /** DNS names and addresses; a GeneralName's own DER where that is not enough. */
  readonly names?: readonly (string | Buffer)[]
  readonly notBefore?: Date
  readonly notAfter?: Date
  readonly hash?: keyof (typeof signatures)['rsa']
  /** Makes it a CA. */
  readonly ca?: { readonly pathLength?: number }
  /** Object identifiers of its purposes (extKeyUsage). */
  readonly purposes?: readonly string[]
  /** Further extensions as DER, or in place of all others. */
  readonly extensions?: readonly Buffer[]
  readonly onlyThese?: boolean
  /** Dates as DER, for those that are none. */
  readonly validity?: Buffer
}

export interface KeyPair {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

export interface Minted {
  readonly der: Buffer
  readonly pem: string
  readonly keyPem: string
  readonly keys: KeyPair
  readonly name: Buffer
}

export const daysFromNow = (days: number) => new Date(Date.now() + days * 86_400_000)

export const ecKeys = (namedCurve = 'P-256'): KeyPair => generateKeyPairSync('ec', { namedCurve })
export const rsaKeys = (modulusLength: number, publicExponent = 0x10001): KeyPair =>
  generateKeyPairSync('rsa', { modulusLength, publicExponent })

// DER, written by hand so that a test can write it wrongly (X.690 §8).

export function tlv(tag: number, ...content: readonly (Uint8Array | string)[]): Buffer {
  const body = Buffer.concat(content.map((part) => Buffer.from(part)))
  if (body.length < 0x80) return Buffer.concat([Buffer.from([tag, body.length]), body])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(body.length)
  const digits = length.subarray(length.findIndex((byte) => byte !== 0))
  return Buffer.concat([Buffer.from([tag, 0x80 | digits.length]), digits, body])
}

export const sequence = (...parts: readonly Uint8Array[]) => tlv(0x30, ...parts)
export const integer = (value: number) => tlv(0x02, Buffer.from([value]))

export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return tlv(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]))
}

function base128(arc: number): number[] {
  const digits = [arc % 128]
  for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) digits.unshift(0x80 | (left % 128))
  return digits
}

export const dnsName = (name: string | Uint8Array) => tlv(0x82, name)

/** A Name of one CN, as UTF8String unless another tag is asked for. */
export const commonName = (text: string | Uint8Array, tag = 0x0c) =>
  sequence(tlv(0x31, sequence(oid('2.5.4.3'), tlv(tag, text))))

export const extension = (id: string, value: Uint8Array, critical = false) =>
  sequence(oid(id), ...(critical ? [tlv(0x01, Buffer.from([0xff]))] : []), tlv(0x04, value))

const ecdsa = {
  md5: '1.2.840.10045.4.1',
  sha1: '1.2.840.10045.4.1',
  sha256: '1.2.840.10045.4.3.2',
  sha384: '1.2.840.10045.4.3.3',
} as const
const rsa = {
  md5: '1.2.840.113549.1.1.4',
  sha1: '1.2.840.113549.1.1.5',
  sha256: '1.2.840.113549.1.1.11',
  sha384: '1.2.840.113549.1.1.12',
} as const
const signatures = { rsa, ec: ecdsa } as const

export function mint(spec: CertificateSpec): Minted {
  const keys = spec.keys ?? ecKeys()
  const signer = spec.issuer?.keys ?? keys
  const hash = spec.hash ?? 'sha256'
  const name = typeof spec.subject === 'string' ? commonName(spec.subject) : spec.subject
  const algorithm = algorithmOf(signer.privateKey, hash)
  const toBeSigned = sequence(
    tlv(0xa0, integer(2)),
    tlv(0x02, Buffer.from([0x40]), randomBytes(15)),
    algorithm,
    spec.issuer?.name ?? name,
    spec.validity ?? sequence(time(spec.notBefore ?? daysFromNow(-30)), time(spec.notAfter ?? daysFromNow(335))),
    name,
    spec.publicKey ?? keys.publicKey.export({ type: 'spki', format: 'der' }),
    tlv(0xa3, sequence(...(spec.onlyThese ? [] : usualExtensions(spec)), ...(spec.extensions ?? []))),
  )
  const isHashed = signer.privateKey.asymmetricKeyType === 'rsa' || signer.privateKey.asymmetricKeyType === 'ec'
  const signature = sign(isHashed ? hash : null, toBeSigned, signer.privateKey)
  const der = sequence(toBeSigned, algorithm, tlv(0x03, Buffer.from([0]), signature))
  const keyPem = keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  return { der, pem: pemOf(der), keyPem, keys, name }
}

function algorithmOf({ asymmetricKeyType }: KeyObject, hash: keyof typeof rsa): Buffer {
  if (asymmetricKeyType === 'rsa') return sequence(oid(signatures.rsa[hash]), tlv(0x05))
  return sequence(oid(asymmetricKeyType === 'ed25519' ? '1.3.101.112' : signatures.ec[hash]))
}

/** UTCTime until 2049, GeneralizedTime from then on (RFC 5280 §4.1.2.5). */
function time(date: Date): Buffer {
  const digits = date.toISOString().replace(/[-:T]|\.\d+/g, '')
  return date.getUTCFullYear() < 2050 ? tlv(0x17, digits.slice(2)) : tlv(0x18, digits)
}

function usualExtensions({ names = [], ca, purposes }: CertificateSpec): Buffer[] {
  const basic =
    ca === undefined
      ? []
      : [tlv(0x01, Buffer.from([0xff])), ...(ca.pathLength === undefined ? [] : [integer(ca.pathLength)])]
  const usage = ca === undefined ? Buffer.from([0x07, 0x80]) : Buffer.from([0x01, 0x06])
  return [
    extension('2.5.29.19', sequence(...basic), true),
    extension('2.5.29.15', tlv(0x03, usage), true),
    ...(names.length === 0 ? [] : [extension('2.5.29.17', sequence(...names.map(generalName)))]),
    ...(purposes === undefined ? [] : [extension('2.5.29.37', sequence(...purposes.map(oid)))]),
  ]
}

function generalName(name: string | Buffer): Buffer {
  if (typeof name !== 'string') return name
  const family = isIP(name)
  if (family === 0) return dnsName(name)
  return tlv(0x87, family === 4 ? Buffer.from(name.split('.').map(Number)) : ipv6Bytes(name))
}

function ipv6Bytes(address: string): Buffer {
  const [head = '', tail = ''] = address.split('::')
  const groups = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)))
  const before = groups(head)
  const after = groups(tail)
  const all = [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after]
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 0xff]))
}

export function pemOf(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}
