import { generateKeyPairSync } from 'node:crypto'
import {
  type CertificateSpec,
  commonName,
  daysFromNow,
  dnsName,
  extension,
  integer,
  mint,
  type Minted,
  oid,
  rsaKeys,
  sequence,
  tlv,
} from './certificates.ts'

/** Certificates that somebody would make to harm whoever reads them, by what they are; each with the chain that is sent. */
export interface HostileChain {
  readonly chain: readonly Minted[]
  /** What reading it must say: the problem of trust, the name's match, or that it is no certificate. */
  readonly is: {
    readonly trustProblem?: string | null
    readonly nameMatches?: boolean | null
    readonly readable?: false
  }
}

export interface HostileLab {
  readonly root: Minted
  readonly chains: Readonly<Record<string, HostileChain>>
}

/** Chains for the name `good.example`, below one root that is to be trusted. */
export function mintHostile(): HostileLab {
  const root = mint({ subject: 'Hostile lab root', ca: {} })
  const leaf = (spec: Partial<CertificateSpec> = {}): Minted =>
    mint({ subject: 'good.example', issuer: root, names: ['good.example'], ...spec })
  const fine = { trustProblem: null, nameMatches: true }
  const alone = (spec: Partial<CertificateSpec>, is: HostileChain['is'] = fine): HostileChain => ({
    chain: [leaf(spec)],
    is,
  })
  const named = (subject: Buffer | string, is?: HostileChain['is']) => alone({ subject }, is)
  const alternative = (name: Buffer | string, is: HostileChain['is'] = { trustProblem: null, nameMatches: false }) =>
    alone({ names: [name] }, is)
  const below = (
    issuer: Partial<CertificateSpec>,
    is: HostileChain['is'],
    spec: Partial<CertificateSpec> = {},
  ): HostileChain => {
    const authority = mint({ subject: 'Hostile lab intermediate', issuer: root, ca: {}, ...issuer })
    return { chain: [leaf({ issuer: authority, ...spec }), authority], is }
  }
  const fetched = (url: string) => tlv(0x86, url)
  const access = (method: string, url: string) =>
    extension('1.3.6.1.5.5.7.1.1', sequence(sequence(oid(method), fetched(url))))

  const chains: Record<string, HostileChain> = {
    'cn-xss': named('<script>window.__pwn=1</script>'),
    'o-formula': named(sequence(tlv(0x31, sequence(oid('2.5.4.10'), tlv(0x0c, "=cmd|' /C calc'!A0"))))),
    'ou-ansi': named(sequence(tlv(0x31, sequence(oid('2.5.4.11'), tlv(0x0c, '\u001b[2J\u001b]0;owned\u0007'))))),
    'cn-nul': alone({ subject: commonName('good.example\0.evil.example'), names: [] }, { nameMatches: false }),
    'san-nul': alternative(dnsName('good.example\0.evil.example')),
    'san-ip-as-dns': alternative(dnsName('192.0.2.34')),
    'san-uri-js': alternative(tlv(0x86, 'javascript:alert(1)')),
    'san-email-crlf': alternative(tlv(0x81, 'a@good.example\r\nBcc: evil@example')),
    'san-20000': alone({
      names: ['good.example', ...Array.from({ length: 20_000 }, (_, index) => `n${index}.ex`)],
    }),
    'san-500k': alone(
      { names: Array.from({ length: 2000 }, () => 'x'.repeat(250)) },
      { trustProblem: 'chain-too-large' },
    ),
    'san-quote-confusion': alternative(dnsName('evil.example, DNS:good.example')),
    'san-quote-escape': alternative(dnsName('evil.example", DNS:"good.example')),
    'san-unicode-utf8string': named(commonName('bücher.example')),
    bmpstring: named(commonName(Buffer.from([0xd8, 0x00, 0x00, 0x41]), 0x1e), { readable: false }),
    teletex: named(commonName(Buffer.from([0xe4, 0x41]), 0x14)),
    'cn-64k': named('x'.repeat(65_536)),
    expired: alone({ notAfter: daysFromNow(-1) }),
    'not-yet': alone({ notBefore: daysFromNow(1) }),
    'year-9999': alone({ notAfter: new Date('9999-12-31T23:59:59Z') }),
    'utctime-1950': alone({ validity: sequence(tlv(0x17, '500101000000Z'), tlv(0x17, '500102000000Z')) }),
    'no-date': alone({ validity: sequence(tlv(0x17, 'yesterday'), tlv(0x17, 'tomorrow')) }, { readable: false }),
    'self-signed': {
      chain: [mint({ subject: 'good.example', names: ['good.example'] })],
      is: { trustProblem: 'self-signed' },
    },
    'missing-intermediate': { chain: below({}, {}).chain.slice(0, 1), is: { trustProblem: 'issuer-not-sent' } },
    'wrong-host': alternative('other.example'),
    'wildcard-ok': alternative('*.example', { nameMatches: false }),
    'wildcard-bare': alternative('*', { nameMatches: false }),
    sha1: alone({ hash: 'sha1' }),
    md5: {
      chain: [
        mint({ subject: 'good.example', issuer: mint({ subject: 'x', keys: rsaKeys(2048), ca: {} }), hash: 'md5' }),
      ],
      is: { trustProblem: 'issuer-not-sent' },
    },
    'rsa-512': alone({ keys: rsaKeys(512) }),
    'rsa-1024': alone({ keys: rsaKeys(1024) }),
    'rsa-16384': alone({
      publicKey: rsaSpki(Buffer.concat([Buffer.from([0]), Buffer.alloc(2048, 0xff)]), Buffer.from([1, 0, 1])),
    }),
    'rsa-16384-issuer': below(
      { publicKey: rsaSpki(Buffer.concat([Buffer.from([0]), Buffer.alloc(2048, 0xff)]), Buffer.alloc(2048, 0x7f)) },
      { trustProblem: 'bad-signature' },
    ),
    'rsa-e1': alone({ publicKey: rsaSpki(modulusOf(2048), Buffer.from([1])) }),
    'rsa-e3': alone({ keys: rsaKeys(2048, 3) }),
    'ec-explicit': alone({ publicKey: explicitCurve() }),
    ed25519: alone({ keys: generateKeyPairSync('ed25519') }),
    'ca-true-leaf': alone({ ca: {} }),
    'eku-client-only': alone({ purposes: ['1.3.6.1.5.5.7.3.2'] }, { trustProblem: 'wrong-purpose' }),
    'name-constraints-violation': below(
      { extensions: [constraints([dnsName('else.example')], [])] },
      { trustProblem: 'name-not-permitted' },
    ),
    'name-constraints-excluded': below(
      { extensions: [constraints([], [dnsName('example')])] },
      { trustProblem: 'name-not-permitted' },
    ),
    'name-constraints-kept': below({ extensions: [constraints([dnsName('example')], [dnsName('bad.example')])] }, fine),
    'name-constraints-other': below(
      { extensions: [constraints([tlv(0xa4, commonName('x'))], [])] },
      { trustProblem: 'name-constraints-unread' },
    ),
    'pathlen-violation': pathLengthChain(root),
    'revoked-crl-internal': alone({
      extensions: [extension('2.5.29.31', sequence(sequence(tlv(0xa0, tlv(0xa0, fetched('http://10.0.0.5/crl'))))))],
    }),
    'aia-internal': {
      chain: [
        mint({
          subject: 'good.example',
          names: ['good.example'],
          issuer: mint({ subject: 'far away', ca: {} }),
          extensions: [access('1.3.6.1.5.5.7.48.2', 'http://169.254.169.254/')],
        }),
      ],
      is: { trustProblem: 'issuer-not-sent' },
    },
    'ocsp-internal': alone({ extensions: [access('1.3.6.1.5.5.7.48.1', 'http://127.0.0.1/')] }),
    'policy-tree-bomb': below({ extensions: policyBomb() }, fine, { extensions: policyBomb() }),
    'unknown-critical-ext': alone(
      { extensions: [extension('1.2.3.4.5', sequence(), true)] },
      { trustProblem: 'unknown-critical-extension' },
    ),
    'dup-ext': alone({ extensions: [extension('2.5.29.17', sequence(dnsName('evil.example')))] }, { readable: false }),
    'rtl-cn': named('good\u202Eelpmaxe'),
    'homograph-cn': named('gооd.example'),
    'san-broken': alone(
      { onlyThese: true, extensions: [extension('2.5.29.17', Buffer.from([0x30, 0x20, 0x82]))] },
      { readable: false },
    ),
    'no-subject': alone({ subject: sequence() }),
    'issuer-is-leaf': issuedByLeaf(root),
    'forged-root-name': forged(root),
  }
  return { root, chains }
}

const rsaSpki = (modulus: Buffer, exponent: Buffer) =>
  sequence(
    sequence(oid('1.2.840.113549.1.1.1'), tlv(0x05)),
    tlv(0x03, Buffer.from([0]), sequence(tlv(0x02, modulus), tlv(0x02, exponent))),
  )

const modulusOf = (bits: number) =>
  Buffer.concat([Buffer.from([0]), Buffer.from(rsaKeys(bits).publicKey.export({ format: 'jwk' }).n ?? '', 'base64url')])

/** P-256 with its parameters written out, and a modulus that is no prime: where square roots never end (CVE-2022-0778). */
function explicitCurve(): Buffer {
  const field = sequence(oid('1.2.840.10045.1.1'), tlv(0x02, Buffer.from([0x02, 0xb9])))
  const point = tlv(0x04, Buffer.from([0x03, 0x00, 0x16]))
  const curve = sequence(tlv(0x04, Buffer.from([0x00, 0x17])), tlv(0x04, Buffer.from([0x00, 0x00])))
  const parameters = sequence(integer(1), field, curve, point, tlv(0x02, Buffer.from([0x02, 0xb9])), integer(1))
  return sequence(sequence(oid('1.2.840.10045.2.1'), parameters), tlv(0x03, Buffer.from([0, 0x03, 0x00, 0x16])))
}

const constraints = (permitted: readonly Buffer[], excluded: readonly Buffer[]) => {
  const subtrees = (tag: number, names: readonly Buffer[]) =>
    names.length === 0 ? [] : [tlv(tag, ...names.map((name) => sequence(name)))]
  return extension('2.5.29.30', sequence(...subtrees(0xa0, permitted), ...subtrees(0xa1, excluded)), true)
}

function pathLengthChain(root: Minted): HostileChain {
  const upper = mint({ subject: 'Upper', issuer: root, ca: { pathLength: 0 } })
  const lower = mint({ subject: 'Lower', issuer: upper, ca: {} })
  return {
    chain: [mint({ subject: 'good.example', issuer: lower, names: ['good.example'] }), lower, upper],
    is: { trustProblem: 'path-too-long' },
  }
}

function issuedByLeaf(root: Minted): HostileChain {
  const leaf = mint({ subject: 'somebody.example', issuer: root, names: ['somebody.example'] })
  return {
    chain: [mint({ subject: 'good.example', issuer: leaf, names: ['good.example'] }), leaf],
    is: { trustProblem: 'issuer-not-ca' },
  }
}

/** Bears the trusted root's name and another key. */
function forged(root: Minted): HostileChain {
  const impostor = mint({ subject: root.name, ca: {} })
  return {
    chain: [mint({ subject: 'good.example', issuer: impostor, names: ['good.example'] })],
    is: { trustProblem: 'bad-signature' },
  }
}

const policyBomb = (): Buffer[] => {
  const policy = (index: number) => oid(`1.3.6.1.4.1.99999.${index}`)
  const indices = Array.from({ length: 200 }, (_, index) => index)
  return [
    extension('2.5.29.32', sequence(...indices.map((index) => sequence(policy(index)))), true),
    extension(
      '2.5.29.33',
      sequence(...indices.flatMap((from) => indices.slice(0, 20).map((to) => sequence(policy(from), policy(to))))),
      true,
    ),
  ]
}
