import { rootCertificates } from 'node:tls'
import { expect, test } from 'vitest'
import { judgeChain } from '#workers/scanners/tls/certificate/judge-chain.ts'
import { readCertificate } from '#workers/scanners/tls/certificate/read-certificate.ts'
import { storeRoots } from '#workers/scanners/tls/certificate/store-roots.ts'
import { daysFromNow, ecKeys, mint, type Minted, pemOf, rsaKeys } from '../../../../lab/certificates.ts'

const now = new Date()
const root = mint({ subject: 'Root', ca: {} })
const intermediate = mint({ subject: 'Intermediate', issuer: root, ca: { pathLength: 0 } })
const leaf = mint({
  subject: 'www.example.org',
  issuer: intermediate,
  names: ['www.example.org', '192.0.2.1', '2001:db8::1'],
})

const judge = (sent: readonly Minted[], { trusted = [root], identity = 'www.example.org' } = {}) =>
  judgeChain(
    sent.map(({ der }) => der),
    { referenceIdentity: identity, roots: storeRoots(trusted.map(({ pem }) => pem)), now },
  )
const problem = (...args: Parameters<typeof judge>) => judge(...args).chain.trustProblem
const fingerprints = (...minted: readonly Minted[]) =>
  minted.map(({ der }) => readCertificate(der, { has: () => false }).facts.fingerprint)

test('a chain to a trusted root is trusted, whether or not the root was sent', () => {
  expect(judge([leaf, intermediate]).chain).toMatchObject({
    trustProblem: null,
    path: fingerprints(leaf, intermediate, root),
    sent: fingerprints(leaf, intermediate),
  })
  expect(problem([leaf, intermediate, root])).toBeNull()
})

test('the order in which issuers are sent makes no difference', () => {
  expect(problem([leaf, root, intermediate])).toBeNull()
})

test('each way to be untrusted is told apart', () => {
  expect(problem([leaf])).toBe('issuer-not-sent')
  expect(problem([leaf, intermediate], { trusted: [] })).toBe('issuer-not-sent')
  expect(problem([leaf, intermediate, root], { trusted: [] })).toBe('untrusted-root')
  expect(problem([mint({ subject: 'me', names: ['www.example.org'] })])).toBe('self-signed')
  expect(problem([])).toBe('unreadable')
})

test('a certificate that somebody put among the roots is trusted, its own signature or not', () => {
  const own = mint({ subject: 'me', names: ['www.example.org'] })
  expect(problem([own], { trusted: [own] })).toBeNull()
  expect(problem([leaf], { trusted: [leaf] })).toBeNull()
})

test('an expired certificate is no less trusted: dates are judged apart', () => {
  const expired = mint({ subject: 'x', issuer: intermediate, names: ['www.example.org'], notAfter: daysFromNow(-1) })
  expect(problem([expired, intermediate])).toBeNull()
})

test('of two ways up the one whose issuers are in date is taken', () => {
  const keys = ecKeys()
  const old = mint({ subject: 'Twice', issuer: root, keys, ca: {}, notAfter: daysFromNow(-1) })
  const fresh = mint({ subject: 'Twice', issuer: root, keys, ca: {} })
  const below = mint({ subject: 'x', issuer: fresh, names: ['www.example.org'] })
  expect(judge([below, old, fresh]).chain.path).toEqual(fingerprints(below, fresh, root))
  expect(judge([below, old]).chain).toMatchObject({ path: fingerprints(below, old, root), trustProblem: null })
})

test('a root that is also sent as signed by an older, unknown root is trusted still', () => {
  const older = mint({ subject: 'Older root', ca: {} })
  const crossSigned = mint({ subject: 'Root', issuer: older, keys: root.keys, ca: {} })
  expect(problem([leaf, intermediate, crossSigned])).toBeNull()
  expect(problem([leaf, intermediate, crossSigned], { trusted: [older] })).toBeNull()
})

test('a name is no proof: an issuer is who signed', () => {
  const impostor = mint({ subject: 'Intermediate', issuer: root, ca: {} })
  expect(problem([leaf, impostor])).toBe('bad-signature')
  expect(problem([leaf, impostor, intermediate])).toBeNull()
})

test('who is no CA, or may not sign, issues nothing', () => {
  const notCa = mint({ subject: 'Not a CA', issuer: root })
  expect(problem([mint({ subject: 'x', issuer: notCa, names: ['www.example.org'] }), notCa])).toBe('issuer-not-ca')
})

test('a path longer than a CA allows is none', () => {
  const lower = mint({ subject: 'Lower', issuer: intermediate, ca: {} })
  expect(problem([mint({ subject: 'x', issuer: lower }), lower, intermediate])).toBe('path-too-long')
})

test('certificates that all issue each other end in a bounded time, and nothing is claimed', () => {
  const keys = ecKeys()
  const ping = mint({ subject: 'Ping', keys, ca: {} })
  const pong = mint({ subject: 'Pong', keys, ca: {} })
  const ring = Array.from({ length: 9 }, (_, index) =>
    index % 2 === 0
      ? mint({ subject: 'Ping', issuer: pong, keys, ca: {} })
      : mint({ subject: 'Pong', issuer: ping, keys, ca: {} }),
  )
  const began = performance.now()
  expect(problem([mint({ subject: 'x', issuer: ping }), ...ring])).toBe('too-many-paths')
  expect(performance.now() - began).toBeLessThan(2000)
})

test('at most ten certificates are read, and what they leave open is not blamed on the server', () => {
  const chain = Array.from({ length: 11 }, () => intermediate)
  const { sent, sentCount, trustProblem } = judge([
    leaf,
    ...chain.map(() => mint({ subject: 'other', keys: root.keys })),
  ]).chain
  expect({ kept: sent.length, sentCount, trustProblem }).toEqual({
    kept: 10,
    sentCount: 12,
    trustProblem: 'chain-too-large',
  })
})

test('names match as whole labels, addresses as addresses, and the subject never', () => {
  const matches = (identity: string, names: readonly string[], subject = 'x') =>
    judge([mint({ subject, issuer: intermediate, names })], { identity }).chain.nameMatches
  expect(matches('a.example.org', ['*.example.org'])).toBe(true)
  expect(matches('example.org', ['*.example.org'])).toBe(false)
  expect(matches('b.a.example.org', ['*.example.org'])).toBe(false)
  expect(matches('aa.example.org', ['a*.example.org'])).toBe(false)
  expect(matches('WWW.example.org'.toLowerCase(), ['wWw.Example.ORG'])).toBe(true)
  expect(matches('www.example.org', [], 'www.example.org')).toBe(false)
  expect(matches('192.0.2.1', ['192.0.2.1'])).toBe(true)
  expect(matches('192.0.2.1', ['192.0.2.2'])).toBe(false)
  expect(matches('2001:db8::1', ['2001:db8::1'])).toBe(true)
  expect(matches('192.0.2.1', [], '192.0.2.1')).toBe(false)
})

test('keys and signatures have their standard names', () => {
  const facts = (spec: Parameters<typeof mint>[0]) => readCertificate(mint(spec).der, { has: () => false }).facts
  expect(facts({ subject: 'x', keys: rsaKeys(1024), hash: 'sha1' })).toMatchObject({
    key: { type: 'rsa', bits: 1024, curve: null },
    signatureAlgorithm: 'sha1WithRSAEncryption',
    isSelfSigned: true,
  })
  expect(facts({ subject: 'x', keys: ecKeys('P-384'), hash: 'sha384' })).toMatchObject({
    key: { type: 'ec', bits: 384, curve: 'secp384r1' },
    signatureAlgorithm: 'ecdsa-with-SHA384',
  })
})

test('every public root can be read, and is a root to itself', () => {
  const roots = storeRoots(rootCertificates)
  const unread = rootCertificates.filter((pem) => {
    const der = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64')
    const { chain } = judgeChain([der], { referenceIdentity: 'x.example', roots, now })
    return chain.trustProblem !== null
  })
  expect(rootCertificates.length).toBeGreaterThan(100)
  expect(unread).toEqual([])
})

test('several certificates in one text are several roots, and text that is none is left out', () => {
  const text = `# ours\n${pemOf(root.der)}\n# theirs\n${pemOf(intermediate.der)}\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`
  const roots = storeRoots([text])
  expect(fingerprints(root, intermediate).every((one) => roots.has(one))).toBe(true)
})
