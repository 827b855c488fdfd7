import { z } from 'zod'
import { tlsVersions } from '#workers/network/door.ts'

export const startTlsProtocols = ['smtp', 'imap', 'pop3', 'ftp', 'nntp', 'sieve', 'ldap', 'postgres'] as const
export type StartTlsProtocol = (typeof startTlsProtocols)[number]

export const maxAddresses = 16
export const maxCertificatesSent = 10
export const maxChainBytes = 256 * 1024
/** Each chain that was seen, and the root it leads to, at four addresses that all differ; far more than an honest host shows. */
export const maxCertificates = 48
export const maxNames = 256
export const maxNamesLength = 16_384

const port = z.number().int().min(1).max(65_535)
/** A-labels; the last one has a letter, since SNI never holds an address (RFC 6066 §3). */
const hostName = z
  .string()
  .max(253)
  .toLowerCase()
  .regex(/^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*(?=[a-z0-9-]*[a-z])[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, {
    error: 'is no host name in A-labels, such as www.example.org',
  })

export const options = z.strictObject({
  port: port.default(443).describe('TCP port that speaks TLS.'),
  serverName: hostName
    .nullable()
    .default(null)
    .describe("Name to ask for (SNI) and to judge the certificate against; null is the target's own."),
  starttls: z
    .enum(startTlsProtocols)
    .nullable()
    .default(null)
    .describe('Protocol that is spoken before TLS begins; null where TLS comes first.'),
})
export type Options = z.output<typeof options>

const code = z.string().max(100)
const fingerprint = z.string().max(64)
const instant = z.string().max(40)
const version = z.enum(tlsVersions)

const certificate = z.discriminatedUnion('readable', [
  z.object({
    readable: z.literal(true),
    /** SHA-256 over the DER, in lower-case hexadecimal. */
    fingerprint,
    /** RFC 4514, as OpenSSL escapes it; cut at 1,000 characters. */
    subject: z.string().max(1000),
    issuer: z.string().max(1000),
    serialNumber: z.string().max(100),
    /** ISO 8601, in UTC. */
    notBefore: instant,
    notAfter: instant,
    /** The subjectAltName (RFC 5280 §4.2.1.6), the first 256 names. */
    names: z
      .array(z.object({ type: z.enum(['dns', 'ip', 'email', 'uri', 'other']), value: z.string().max(1000) }))
      .max(maxNames),
    nameCount: z.number().int().nonnegative(),
    key: z.object({
      type: z.string().max(40),
      bits: z.number().int().nullable(),
      curve: z.string().max(60).nullable(),
    }),
    /** The name that its own standard gives it; the dotted identifier where we know none. */
    signatureAlgorithm: z.string().max(100),
    isCa: z.boolean(),
    isSelfSigned: z.boolean(),
    /** True for one of our trusted roots. */
    isTrusted: z.boolean(),
  }),
  /** Bytes that are no certificate, or one that RFC 5280 does not allow. */
  z.object({ readable: z.literal(false), fingerprint, sizeBytes: z.number().int() }),
])
export type Certificate = z.output<typeof certificate>
export type ReadableCertificate = Extract<Certificate, { readable: true }>

/** Why no path of valid signatures leads from the server's certificate to a trusted root; dates are judged apart. */
export const trustProblems = [
  'self-signed',
  'issuer-not-sent',
  'untrusted-root',
  'bad-signature',
  'issuer-not-ca',
  'path-too-long',
  'wrong-purpose',
  'unknown-critical-extension',
  'name-not-permitted',
  'name-constraints-unread',
  'signature-not-supported',
  'unreadable',
  'chain-too-large',
  'too-many-paths',
] as const
export type TrustProblem = (typeof trustProblems)[number]

const chain = z.object({
  /** The versions whose handshake showed this chain. */
  versions: z.array(version).max(4),
  /** How many certificates came; at most ten are kept. */
  sentCount: z.number().int(),
  /** Fingerprints in the order sent. */
  sent: z.array(fingerprint).max(maxCertificatesSent),
  /** True where the certificate is good for the name, or the address, that was asked for (RFC 9525); null where it cannot be read. */
  nameMatches: z.boolean().nullable(),
  /** Fingerprints from the server's certificate up, as far as signatures lead. */
  path: z.array(fingerprint).max(maxCertificatesSent + 1),
  trustProblem: z.enum(trustProblems).nullable(),
})
export type Chain = z.output<typeof chain>

export const protocolStates = ['accepted', 'rejected', 'unclear'] as const

const protocol = z.object({
  version,
  state: z.enum(protocolStates),
  /** What made it `rejected` or `unclear`: `alert-protocol-version`, `closed`, `silent` … */
  reason: code.nullable(),
  /** Our own library's code, or an errno, where there is one. */
  detail: code.nullable(),
  /** IANA's name of the one suite that the server chose. */
  cipherSuite: code.nullable(),
})
export type Protocol = z.output<typeof protocol>

/** How far an address let us come. */
export const addressOutcomes = [
  /** At least one handshake was completed. */
  'handshake',
  /** TLS was spoken, and no handshake completed. */
  'no-handshake',
  'not-tls',
  'starttls-not-offered',
  'starttls-failed',
  /** The connection was taken and closed without a word. */
  'closed',
  /** The connection was taken, and nothing came. */
  'silent',
  /** No connection: a reset, nothing at all, a router's word; the guard's no, and our own machine's. */
  'refused',
  'filtered',
  'unreachable',
  'not-allowed',
  'not-asked',
] as const
export type AddressOutcome = (typeof addressOutcomes)[number]

const address = z.object({
  address: z.string().max(45),
  outcome: z.enum(addressOutcomes),
  /** An errno, a rule of the guard. */
  detail: code.nullable(),
  /** One for each version that was offered; none where no connection came about. */
  protocols: z.array(protocol).max(4),
  chains: z.array(chain).max(4),
})
export type AddressResult = z.output<typeof address>

export const result = z.object({
  /** What findings are about: `443/tcp`, and the name where another than the target's was asked for. */
  subject: z.string().max(300),
  port,
  starttls: z.enum(startTlsProtocols).nullable(),
  /** What SNI said; null when none was sent. */
  serverName: z.string().max(253).nullable(),
  /** The name or address that certificates are judged against. */
  referenceIdentity: z.string().max(253),
  addresses: z.array(address).max(maxAddresses),
  /** Each certificate once, by fingerprint: those sent, and the trusted roots that paths lead to. */
  certificates: z.array(certificate).max(maxCertificates),
})
export type TlsResult = z.output<typeof result>
