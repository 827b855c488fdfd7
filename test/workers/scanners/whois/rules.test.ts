import { describe, expect, test } from 'vitest'
import { judge } from '#workers/findings/judge.ts'
import { whois } from '#workers/scanners/whois/index.ts'
import type { WhoisResult } from '#workers/scanners/whois/schema.ts'

const now = new Date('2026-06-15T12:00:00Z')

const good: WhoisResult = {
  domain: 'shop.com',
  outcome: 'registered',
  source: 'rdap',
  bootstrap: 'fetched',
  servers: [],
  registrar: { name: 'Lab Registrar', ianaId: '9999' },
  createdAt: '2010-03-04',
  updatedAt: '2026-01-02',
  expiresAt: '2028-03-04T00:00:00Z',
  statuses: ['clientTransferProhibited'],
  otherStatuses: [],
  nameServers: ['ns1.lab.example'],
  dnssec: true,
  unknown: [],
}

/** What the rules say of a result that differs from a good one like this: `present`, `absent`, or the reason of an `unknown`. */
function verdicts(change: Partial<WhoisResult>) {
  const judgements = judge(whois, { ...good, ...change }, now)
  expect(judgements.map(({ subject, address }) => [subject, address])).toEqual(
    judgements.map(() => [change.domain ?? good.domain, null]),
  )
  return Object.fromEntries(
    judgements.map(({ rule, verdict, reason }) => [rule.slice('whois/'.length), reason ?? verdict]),
  )
}

const allAbsent = {
  'expires-soon': 'absent',
  expired: 'absent',
  'transfer-lock-missing': 'absent',
  'on-hold': 'absent',
  'pending-delete': 'absent',
}

test('a good registration has nothing wrong with it, and each rule says so', () => {
  expect(verdicts({})).toEqual(allAbsent)
})

describe('the end of a registration', () => {
  test.each([
    ['2026-07-15T12:00:00Z', 'present', 'absent'],
    ['2026-07-15T12:00:01Z', 'absent', 'absent'],
    ['2026-06-15T12:00:00Z', 'present', 'present'],
    ['2026-06-15T12:00:01Z', 'present', 'absent'],
    // A day is over at noon UTC of the next: it lasts longest at UTC-12.
    ['2026-06-14', 'present', 'present'],
    ['2026-06-15', 'present', 'absent'],
  ])('%s: soon %s, over %s', (expiresAt, soon, over) => {
    expect(verdicts({ expiresAt })).toMatchObject({ 'expires-soon': soon, expired: over })
  })

  test('a date that is not known is no good date', () => {
    const unknown = [{ field: 'expiresAt' as const, reason: 'redacted' }]
    expect(verdicts({ expiresAt: null, unknown })).toMatchObject({ 'expires-soon': 'redacted', expired: 'redacted' })
  })

  test('a year that the registry added by itself may be taken back', () => {
    const statuses: WhoisResult['statuses'] = ['autoRenewPeriod', 'clientTransferProhibited']
    expect(verdicts({ statuses })).toMatchObject({ 'expires-soon': 'auto-renew-period', expired: 'absent' })
  })
})

describe('the transfer lock', () => {
  test('is missing where statuses are told and none of them locks', () => {
    expect(verdicts({ statuses: ['ok'] })).toMatchObject({ 'transfer-lock-missing': 'present' })
    expect(verdicts({ statuses: ['serverTransferProhibited'] })).toMatchObject({ 'transfer-lock-missing': 'absent' })
  })

  test('cannot be told where the registry has statuses of its own', () => {
    expect(verdicts({ statuses: [], otherStatuses: ['REGISTERED'] })).toMatchObject({
      'transfer-lock-missing': 'no-epp-statuses',
      'on-hold': 'no-epp-statuses',
      'pending-delete': 'no-epp-statuses',
    })
  })

  test('cannot be told where a country registry says no more than "active" over RDAP', () => {
    expect(verdicts({ domain: 'shop.nl', statuses: ['ok'] })).toMatchObject({
      'transfer-lock-missing': 'no-epp-statuses',
      'on-hold': 'absent',
    })
    expect(verdicts({ domain: 'shop.nl', source: 'whois', statuses: ['ok'] })).toMatchObject({
      'transfer-lock-missing': 'present',
    })
  })
})

test.each([
  ['clientHold', 'on-hold'],
  ['serverHold', 'on-hold'],
  ['redemptionPeriod', 'pending-delete'],
  ['pendingDelete', 'pending-delete'],
] as const)('%s is %s', (status, rule) => {
  expect(verdicts({ statuses: ['clientTransferProhibited', status] })).toEqual({ ...allAbsent, [rule]: 'present' })
})

test.each(['not-found', 'reserved', 'invalid'] as const)('a name that is %s has no good registration', (outcome) => {
  expect(new Set(Object.values(verdicts({ outcome })))).toEqual(new Set(['not-registered']))
})

test('where nothing could be told, nothing is absent', () => {
  const unknown = (['expiresAt', 'statuses'] as const).map((field) => ({ field, reason: 'throttled' }))
  const blind = { outcome: 'throttled', source: null, expiresAt: null, statuses: null, unknown } as const
  expect(new Set(Object.values(verdicts(blind as unknown as Partial<WhoisResult>)))).toEqual(new Set(['throttled']))
})
