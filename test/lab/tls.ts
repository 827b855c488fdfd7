import { createSecureContext, createServer, type SecureContextOptions, type SecureVersion } from 'node:tls'
import { startTlsProtocols, type StartTlsProtocol } from '#workers/scanners/tls/schema.ts'
import { type CertificateSpec, daysFromNow, mint, type Minted, rsaKeys } from './certificates.ts'
import { type Listener, listen, oddServers } from './tls-odd-servers.ts'
import { startTlsServer, withoutStartTls } from './tls-start-tls.ts'

/** A server with a known truth. */
export interface LabServer extends Listener {
  readonly starttls: StartTlsProtocol | null
  /** `rule` or `rule version`: what must be found, and nothing else may be. Null where no TLS is spoken. */
  readonly findings: readonly string[] | null
}

interface Plan {
  readonly chain: readonly Minted[]
  readonly findings: readonly string[]
  readonly minVersion?: SecureVersion
  readonly maxVersion?: SecureVersion
}

export interface TlsLab {
  readonly servers: Readonly<Record<string, LabServer>>
  /** PEM of the one root to trust. */
  readonly rootPem: string
  close(): Promise<void>
}

export interface TlsLabOptions {
  /** Besides 127.0.0.1 and ::1, the names that certificates are good for. */
  readonly names?: readonly string[]
  readonly host?: string
}

/** Starts every server on its own loopback port; certificates are minted anew, since their dates count from today. */
export async function startTlsLab({
  names = ['good.lab.example'],
  host = '127.0.0.1',
}: TlsLabOptions = {}): Promise<TlsLab> {
  const { root, plans } = planServers(names)
  const servers: Record<string, LabServer> = {}
  const add = async (
    name: string,
    listener: Promise<Listener>,
    starttls: StartTlsProtocol | null,
    findings: LabServer['findings'],
  ) => {
    servers[name] = { ...(await listener), starttls, findings }
  }

  for (const [name, { findings, ...plan }] of Object.entries(plans)) {
    await add(name, listen(createServer(serverOptions(plan)), host), null, findings)
  }
  const good = createSecureContext(serverOptions({ chain: plans.good.chain }))
  for (const protocol of startTlsProtocols)
    await add(protocol, listen(startTlsServer(protocol, good), host), protocol, [])
  await add('smtpWithoutTls', listen(withoutStartTls(), host), 'smtp', null)
  for (const [name, odd] of Object.entries(oddServers)) await add(name, listen(odd(), host), null, null)

  return {
    servers,
    rootPem: root.pem,
    close: async () => void (await Promise.all(Object.values(servers).map((server) => server.close()))),
  }
}

/** A context that takes short keys, old hashes and old versions, which OpenSSL would refuse to serve otherwise. */
export const serverOptions = ({ chain, minVersion, maxVersion }: Omit<Plan, 'findings'>): SecureContextOptions => ({
  cert: chain.map(({ pem }) => pem).join(''),
  key: chain[0]?.keyPem ?? '',
  ciphers: 'DEFAULT:@SECLEVEL=0',
  minVersion: minVersion ?? 'TLSv1.2',
  maxVersion: maxVersion ?? 'TLSv1.3',
})

function planServers(dnsNames: readonly string[]) {
  const names = [...dnsNames, '127.0.0.1', '::1']
  const root = mint({ subject: 'Lab root', ca: {} })
  const intermediate = mint({ subject: 'Lab intermediate', issuer: root, ca: { pathLength: 0 } })
  const lateIntermediate = mint({ subject: 'Lab late intermediate', issuer: root, ca: {}, notAfter: daysFromNow(-3) })
  const strangeRoot = mint({ subject: 'A root that nobody knows', ca: {} })
  const leaf = (spec: Partial<CertificateSpec> = {}) =>
    mint({ subject: dnsNames[0] ?? 'lab', issuer: intermediate, names, purposes: ['1.3.6.1.5.5.7.3.1'], ...spec })
  const plan = (spec: Partial<CertificateSpec>, ...findings: readonly string[]) => ({
    chain: [leaf(spec), intermediate],
    findings,
  })

  const good = leaf()
  const selfSigned = mint({ subject: dnsNames[0] ?? 'lab', names })
  const plans = {
    good: { chain: [good, intermediate], findings: [] },
    expired: plan({ notAfter: daysFromNow(-2) }, 'tls/certificate-expired'),
    notYetValid: plan({ notBefore: daysFromNow(2) }, 'tls/certificate-not-yet-valid'),
    expiresSoon: plan({ notBefore: daysFromNow(-80), notAfter: daysFromNow(10) }, 'tls/certificate-expires-soon'),
    shortLived: plan({ notBefore: daysFromNow(-2), notAfter: daysFromNow(4) }),
    wrongName: plan(
      { subject: 'elsewhere.example', names: ['elsewhere.example', '192.0.2.1'] },
      'tls/certificate-wrong-name',
    ),
    selfSigned: { chain: [selfSigned], findings: ['tls/certificate-self-signed'] },
    untrustedRoot: { chain: [leaf({ issuer: strangeRoot }), strangeRoot], findings: ['tls/certificate-untrusted'] },
    missingIntermediate: { chain: [leaf()], findings: ['tls/certificate-missing-intermediate'] },
    issuerExpired: {
      chain: [leaf({ issuer: lateIntermediate }), lateIntermediate],
      findings: ['tls/issuer-outside-validity'],
    },
    clientOnly: plan({ purposes: ['1.3.6.1.5.5.7.3.2'] }, 'tls/certificate-untrusted'),
    weakKey: plan({ keys: rsaKeys(1024) }, 'tls/weak-key'),
    weakSignature: plan({ hash: 'sha1' }, 'tls/weak-signature'),
    rsa: plan({ keys: rsaKeys(2048) }),
    oldOnly: {
      chain: [good, intermediate],
      findings: ['tls/protocol-obsolete TLSv1'],
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1',
    },
    oldToo: {
      chain: [good, intermediate],
      findings: ['tls/protocol-obsolete TLSv1', 'tls/protocol-obsolete TLSv1.1'],
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.2',
    },
    newOnly: { chain: [good, intermediate], findings: [], minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' },
  } as const satisfies Record<string, Plan>
  return { root, plans }
}
