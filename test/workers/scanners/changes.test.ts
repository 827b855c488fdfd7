import { describe, expect, test } from 'vitest'
import { changes as dnsChanges } from '#workers/scanners/dns/changes.ts'
import type { DnsResult } from '#workers/scanners/dns/schema.ts'
import { changes as tlsChanges } from '#workers/scanners/tls/changes.ts'
import type { ReadableCertificate, TlsResult } from '#workers/scanners/tls/schema.ts'
import { changes as whoisChanges } from '#workers/scanners/whois/changes.ts'
import type { WhoisResult } from '#workers/scanners/whois/schema.ts'

const kinds = (changes: readonly { kind: string }[]) => changes.map(({ kind }) => kind)

describe('tls', () => {
  const certificate = (fingerprint: string, facts: Partial<ReadableCertificate> = {}): ReadableCertificate => ({
    readable: true,
    fingerprint,
    subject: 'CN=a.example',
    issuer: 'CN=R10,O=Lab CA,C=NL',
    serialNumber: '1',
    notBefore: '2026-01-01T00:00:00.000Z',
    notAfter: '2026-04-01T00:00:00.000Z',
    names: [{ type: 'dns', value: 'a.example' }],
    nameCount: 1,
    key: { type: 'EC', bits: 256, curve: 'P-256' },
    signatureAlgorithm: 'ecdsa-with-SHA256',
    isCa: false,
    isSelfSigned: false,
    isTrusted: false,
    ...facts,
  })
  const old = certificate('old')
  const renewed = certificate('new', { notAfter: '2026-07-01T00:00:00.000Z', issuer: 'CN=R11,O=Lab CA,C=NL' })
  /** Each address with the certificate that it shows. */
  const result = (
    shown: Readonly<Record<string, ReadableCertificate>>,
    state: 'accepted' | 'rejected' | 'unclear' = 'accepted',
  ): TlsResult => ({
    subject: '443/tcp',
    port: 443,
    starttls: null,
    serverName: 'a.example',
    referenceIdentity: 'a.example',
    addresses: Object.entries(shown).map(([address, { fingerprint }]) => ({
      address,
      outcome: 'handshake',
      detail: null,
      protocols: [{ version: 'TLSv1.2', state, reason: null, detail: null, cipherSuite: null }],
      chains: [
        {
          versions: ['TLSv1.2'],
          sentCount: 1,
          sent: [fingerprint],
          nameMatches: true,
          path: [fingerprint],
          trustProblem: null,
        },
      ],
    })),
    certificates: Object.values(shown),
  })
  const change = (
    before: Readonly<Record<string, ReadableCertificate>>,
    after: Readonly<Record<string, ReadableCertificate>>,
  ) => tlsChanges(result(before), result(after))

  test('the same names by the same issuer for longer is a renewal', () => {
    expect(change({ a: old }, { a: renewed })).toMatchObject([
      {
        kind: 'certificate-renewed',
        before: 'old',
        after: 'new',
        sentence: 'The certificate of 443/tcp was renewed: good until 2026-07-01 in place of 2026-04-01.',
      },
    ])
    expect(change({ a: old }, { a: old })).toEqual([])
  })
  test('other names, another issuer, or an earlier end is a swap, and says why', () => {
    const swapped = (facts: Partial<ReadableCertificate>) =>
      change({ a: old }, { a: certificate('new', { notAfter: renewed.notAfter, ...facts }) })[0]
    expect(swapped({ names: [{ type: 'dns', value: 'b.example' }] })).toMatchObject({
      kind: 'certificate-swapped',
      sentence: '443/tcp shows another certificate, for other names.',
    })
    expect(swapped({ issuer: 'CN=x,O=Other' })!.sentence).toContain('by another issuer')
    expect(swapped({ notAfter: '2026-02-01T00:00:00.000Z' })!.sentence).toContain('that ends no later')
  })
  test('a new one beside the old is a rotation, and its end is no swap', () => {
    expect(kinds(change({ a: old, b: old }, { a: old, b: renewed }))).toEqual(['certificate-rotating'])
    expect(kinds(change({ a: old, b: renewed }, { a: renewed, b: renewed }))).toEqual(['certificate-rotation-ended'])
  })
  test('a version that is taken or refused, and nothing where that was unclear', () => {
    expect(kinds(tlsChanges(result({ a: old }, 'rejected'), result({ a: old })))).toEqual(['protocol-accepted'])
    expect(kinds(tlsChanges(result({ a: old }), result({ a: old }, 'rejected')))).toEqual(['protocol-rejected'])
    expect(tlsChanges(result({ a: old }), result({ a: old }, 'unclear'))).toEqual([])
  })
})

describe('dns', () => {
  type Answer = DnsResult['answers'][number]
  const asked = (status: Answer['status'], ...records: string[]) =>
    ({
      answers: [{ name: 'a.example', type: 'A', status, reason: null, records, total: records.length }],
    }) as unknown as DnsResult
  test.each([
    [asked('NOERROR', '192.0.2.1'), asked('NOERROR', '192.0.2.2'), ['record-changed']],
    [asked('NOERROR', '192.0.2.1'), asked('NXDOMAIN'), ['record-gone']],
    [asked('NODATA'), asked('NOERROR', '192.0.2.2'), ['record-added']],
    [asked('NOERROR', '192.0.2.1'), asked('SERVFAIL'), ['record-not-told']],
    [asked('NOERROR', '192.0.2.1'), asked('timed-out'), ['record-not-told']],
    [asked('SERVFAIL'), asked('NOERROR', '192.0.2.2'), []],
    [asked('NODATA'), asked('NXDOMAIN'), []],
    [asked('NOERROR', '192.0.2.1', '192.0.2.2'), asked('NOERROR', '192.0.2.2', '192.0.2.1'), []],
  ])('case %#', (before, after, expected) => {
    expect(kinds(dnsChanges(before, after))).toEqual(expected)
  })
})

describe('whois', () => {
  const told = (facts: Partial<WhoisResult>) =>
    ({
      domain: 'a.example',
      expiresAt: null,
      registrar: null,
      nameServers: null,
      statuses: null,
      ...facts,
    }) as WhoisResult
  test('a renewal, a shorter term, another registrar, other name servers', () => {
    const before = told({
      expiresAt: '2026-05-01',
      registrar: { name: 'One', ianaId: '1' },
      nameServers: ['ns1.example'],
    })
    const change = (facts: Partial<WhoisResult>) => whoisChanges(before, { ...before, ...facts })
    expect(change({ expiresAt: '2027-05-01' })).toMatchObject([
      {
        kind: 'registration-renewed',
        sentence: 'a.example was renewed: it expires 2027-05-01 in place of 2026-05-01.',
      },
    ])
    expect(kinds(change({ expiresAt: '2026-04-01' }))).toEqual(['registration-shortened'])
    expect(kinds(change({ registrar: { name: 'Two', ianaId: '2' } }))).toEqual(['registrar-changed'])
    expect(kinds(change({ registrar: { name: 'One, Inc.', ianaId: '1' } }))).toEqual([])
    expect(kinds(change({ nameServers: ['ns2.example'] }))).toEqual(['delegation-changed'])
  })
  test('what is not told any more is no change', () => {
    const before = told({ expiresAt: '2026-05-01', nameServers: ['ns1.example'] })
    expect(whoisChanges(before, told({}))).toEqual([])
    expect(whoisChanges(before, told({ domain: 'b.example', expiresAt: '2027-01-01' }))).toEqual([])
  })
})
