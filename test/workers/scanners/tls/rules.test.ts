import { expect, test } from 'vitest'
import type { z } from 'zod'
import { tls } from '#workers/scanners/tls/index.ts'
import { judgeChain } from '#workers/scanners/tls/certificate/judge-chain.ts'
import { rules } from '#workers/scanners/tls/rules.ts'
import { type AddressOutcome, result as schema } from '#workers/scanners/tls/schema.ts'
import { storeRoots } from '#workers/scanners/tls/certificate/store-roots.ts'
import { type CertificateSpec, ecKeys, mint, type Minted, rsaKeys } from '../../../lab/certificates.ts'

const now = new Date('2026-06-15T12:00:00Z')
const day = (days: number) => new Date(now.getTime() + days * 86_400_000)
const dates = { notBefore: day(-300), notAfter: day(300) }
const root = mint({ subject: 'Root', ca: {}, ...dates })
const intermediate = mint({ subject: 'Intermediate', issuer: root, ca: {}, ...dates })
const leaf = (spec: Partial<CertificateSpec> = {}) =>
  mint({ subject: 'x', issuer: intermediate, names: ['www.example.org'], ...dates, ...spec })

type Result = z.input<typeof schema>

/** What one address showed: chains of its own, or an outcome without any. */
function resultOf(...seen: readonly (AddressOutcome | readonly Minted[])[]): Result {
  const certificates = new Map<string, Result['certificates'][number]>()
  const addresses = seen.map((one, index): Result['addresses'][number] => {
    const address = `192.0.2.${index + 1}`
    if (typeof one === 'string') return { address, outcome: one, detail: null, protocols: [], chains: [] }
    const judged = judgeChain(
      one.map(({ der }) => der),
      { referenceIdentity: 'www.example.org', roots: storeRoots([root.pem]), now },
    )
    for (const certificate of judged.certificates) certificates.set(certificate.fingerprint, certificate)
    const chains = [{ versions: ['TLSv1.3' as const], ...judged.chain }]
    return { address, outcome: 'handshake', detail: null, protocols: [], chains }
  })
  return {
    subject: '443/tcp',
    port: 443,
    starttls: null,
    serverName: 'www.example.org',
    referenceIdentity: 'www.example.org',
    addresses,
    certificates: [...certificates.values()],
  }
}

const judge = (result: Result) => {
  const stored = schema.parse(result)
  return rules.flatMap((rule) => rule.check(stored, now).map((seen) => ({ rule: rule.id, ...seen })))
}
const present = (...chain: readonly Minted[]) =>
  judge(resultOf(chain))
    .filter(({ verdict }) => verdict === 'present')
    .map(({ rule }) => rule)
const verdict = (rule: string, ...chain: readonly Minted[]) =>
  judge(resultOf(chain)).find((one) => one.rule === rule)?.verdict

test('a good chain has every certificate rule answered, and every answer is good', () => {
  const answers = judge(resultOf([leaf(), intermediate])).filter(({ rule }) => rule !== 'tls/protocol-obsolete')
  expect(answers.map(({ rule }) => rule)).toEqual(rules.slice(0, -1).map(({ id }) => id))
  expect(new Set(answers.map(({ verdict }) => verdict))).toEqual(new Set(['absent']))
})

test('one fault makes one finding', () => {
  expect(present(leaf({ notAfter: day(-1) }), intermediate)).toEqual(['tls/certificate-expired'])
  expect(present(leaf({ notBefore: day(1) }), intermediate)).toEqual(['tls/certificate-not-yet-valid'])
  expect(present(mint({ subject: 'x', names: ['www.example.org'], ...dates }))).toEqual(['tls/certificate-self-signed'])
  expect(present(leaf())).toEqual(['tls/certificate-missing-intermediate'])
  const strange = mint({ subject: 'Strange', ca: {}, ...dates })
  expect(present(leaf({ issuer: strange }), strange)).toEqual(['tls/certificate-untrusted'])
  expect(present(leaf({ keys: rsaKeys(1024) }), intermediate)).toEqual(['tls/weak-key'])
  expect(present(leaf({ keys: ecKeys('secp192k1') }), intermediate)).toEqual(['tls/weak-key'])
  expect(present(leaf({ hash: 'sha1' }), intermediate)).toEqual(['tls/weak-signature'])
})

test('soon is thirty days, and less for a certificate that lives for days', () => {
  const soon = (notBefore: number, notAfter: number) =>
    verdict('tls/certificate-expires-soon', leaf({ notBefore: day(notBefore), notAfter: day(notAfter) }), intermediate)
  expect(soon(-200, 29)).toBe('present')
  expect(soon(-200, 31)).toBe('absent')
  expect(soon(-2, 4)).toBe('absent')
  expect(soon(-5, 1)).toBe('present')
  expect(soon(-17, 30)).toBe('absent')
})

test('an instant at the edge of its validity is inside', () => {
  expect(present(leaf({ notBefore: now }), intermediate)).toEqual([])
  expect(verdict('tls/certificate-expired', leaf({ notAfter: now }), intermediate)).toBe('absent')
  expect(verdict('tls/certificate-expired', leaf({ notAfter: new Date(now.getTime() - 1000) }), intermediate)).toBe(
    'present',
  )
})

test('a weak signature above the leaf is found, one of a root is not', () => {
  const weak = mint({ subject: 'Weak', issuer: root, ca: {}, hash: 'sha1', ...dates })
  expect(present(leaf({ issuer: weak }), weak)).toEqual(['tls/weak-signature'])
  const oldRoot = mint({ subject: 'Old root', ca: {}, hash: 'sha1', keys: rsaKeys(1024), ...dates })
  expect(present(leaf({ issuer: oldRoot }), oldRoot)).toEqual(['tls/certificate-untrusted'])
})

test('a path that breaks off says nothing of issuers that nobody saw', () => {
  expect(verdict('tls/issuer-outside-validity', leaf())).toBeUndefined()
  expect(verdict('tls/certificate-untrusted', leaf())).toBeUndefined()
})

test('a certificate that cannot be read leaves every question open', () => {
  const broken = { ...leaf(), der: Buffer.from('no certificate') }
  const answers = judge(resultOf([broken])).filter(({ rule }) => rule !== 'tls/protocol-obsolete')
  expect(answers).toHaveLength(rules.length - 1)
  expect(answers.every(({ verdict, reason }) => verdict === 'unknown' && reason === 'unreadable')).toBe(true)
})

test('an issuer that cannot be read is not missing, and what it would show is not called good', () => {
  const broken = { ...intermediate, der: Buffer.from('no certificate') }
  const answers = judge(resultOf([leaf(), broken]))
  const unknown = answers.filter(({ reason }) => reason === 'unreadable').map(({ rule }) => rule)
  expect(unknown).toEqual([
    'tls/certificate-missing-intermediate',
    'tls/certificate-untrusted',
    'tls/weak-key',
    'tls/weak-signature',
  ])
  expect(present(leaf(), intermediate, broken)).toEqual([])
  expect(verdict('tls/weak-key', leaf(), intermediate, broken)).toBe('absent')
})

test('what was sent and is not on the path does no harm', () => {
  const stray = mint({ subject: 'Stray', issuer: root, hash: 'sha1', keys: rsaKeys(1024), ...dates, notAfter: day(-1) })
  expect(present(leaf(), intermediate, stray)).toEqual([])
})

test('silence is unknown with its reason, a closed port and our own failure are no answer', () => {
  const outcomes = [
    'silent',
    'filtered',
    'unreachable',
    'closed',
    'not-tls',
    'no-handshake',
    'starttls-not-offered',
  ] as const
  for (const outcome of outcomes) {
    const answers = judge(resultOf(outcome))
    expect(new Set(answers.map(({ verdict, reason }) => `${verdict} ${reason}`))).toEqual(
      new Set([`unknown ${outcome}`]),
    )
    expect(new Set(answers.map(({ rule }) => rule)).size).toBe(rules.length)
  }
  for (const outcome of ['refused', 'not-allowed', 'not-asked'] as const) expect(judge(resultOf(outcome))).toEqual([])
})

test('an old version is found by itself; one that was not told stays unknown, one not asked has no answer', () => {
  const seen = resultOf([leaf(), intermediate])
  const protocol = (
    version: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2',
    state: 'accepted' | 'rejected' | 'unclear',
    reason: string | null,
  ) => ({
    version,
    state,
    reason,
    detail: null,
    cipherSuite: null,
  })
  const answers = (...protocols: ReturnType<typeof protocol>[]) =>
    judge({ ...seen, addresses: seen.addresses.map((one) => ({ ...one, protocols })) })
      .filter(({ rule }) => rule === 'tls/protocol-obsolete')
      .map(({ subject, verdict, reason }) => [subject, verdict, reason ?? null])
  expect(answers(protocol('TLSv1', 'accepted', null), protocol('TLSv1.1', 'rejected', 'closed'))).toEqual([
    ['443/tcp TLSv1', 'present', null],
    ['443/tcp TLSv1.1', 'absent', null],
  ])
  expect(answers(protocol('TLSv1', 'unclear', 'silent'))).toEqual([['443/tcp TLSv1', 'unknown', 'silent']])
  expect(answers(protocol('TLSv1.2', 'accepted', null))).toEqual([])
})

test('of two chains at one address the worse one counts', () => {
  const good = resultOf([leaf(), intermediate])
  const bad = resultOf([leaf({ notAfter: day(-1) }), intermediate])
  const [first] = good.addresses
  const [second] = bad.addresses
  const both: Result = {
    ...good,
    addresses: [{ ...first!, chains: [...first!.chains, ...second!.chains] }],
    certificates: [
      ...good.certificates,
      ...bad.certificates.filter(
        (one) => !good.certificates.some(({ fingerprint }) => fingerprint === one.fingerprint),
      ),
    ],
  }
  expect(judge(both).filter(({ rule }) => rule === 'tls/certificate-expired')).toMatchObject([{ verdict: 'present' }])
})

test('each rule is described, with its own id', () => {
  expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length)
  expect(tls.rules).toBe(rules)
})
