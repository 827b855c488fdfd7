import { expect, test } from 'vitest'
import type { ToldChange } from '#db/model/alert.ts'
import { linesOf, subjectOf } from '#workers/documents/alert.ts'

const change = (facts: Partial<ToldChange> = {}): ToldChange => ({
  findingId: 'f',
  kind: 'opened',
  state: 'open',
  rule: 'ports/cleartext-protocol',
  scanner: 'ports',
  severity: 'medium',
  subject: '2121/tcp',
  addresses: ['192.0.2.1'],
  evidence: { state: 'open', banner: '220 ready\r\n' },
  ...facts,
})
const alert = (changes: ToldChange[], host = 'shop.example') => ({
  id: 'a',
  at: new Date('2026-05-01T12:00:00Z'),
  severity: 'medium' as const,
  scanId: null,
  targetId: 't',
  canonical: host,
  display: host,
  changes,
})

test('a line says what is new, where, what to do, what was seen and when', () => {
  expect(linesOf([alert([change()])])).toEqual([
    'New, medium: A protocol without encryption is offered (shop.example, 2121/tcp at 192.0.2.1). Close it and offer its encrypted form alone: SSH and SFTP, IMAP on 993, POP3 on 995. Seen 2026-05-01 12:00 UTC: state open, banner 220 ready\\r\\n.',
  ])
})

test('what a target sent is short, on one line, and no link', () => {
  const banner = `\u202Esee https://evil.example/\u001b[31m\n${'x'.repeat(5000)}`
  const [line] = linesOf([alert([change({ evidence: { banner } })])])
  expect(line!.length).toBeLessThan(500)
  expect(line).not.toMatch(/[\u0000-\u001f\u202e]|:\/\//)
})

test('what was fixed needs no remedy; where its address is gone that is said', () => {
  expect(linesOf([alert([change({ kind: 'fixed', state: 'fixed' })])])[0]).toMatch(
    /\(shop\.example, 2121\/tcp at 192\.0\.2\.1\)\.$/,
  )
  expect(linesOf([alert([change({ kind: 'fixed', state: 'fixed', reason: 'address-gone' })])])[0]).toContain(
    'The name no longer leads there',
  )
})

test('the subject counts what is told, over all targets', () => {
  expect(subjectOf([alert([change(), change()])])).toBe('shop.example: 2 new')
  expect(subjectOf([alert([change()]), alert([change({ kind: 'fixed', state: 'fixed' })], 'b.example')])).toBe(
    '2 targets: 1 new, 1 fixed',
  )
})

test('German news is German in its subject and its lines; what a target sent stays as it came', () => {
  const news = [alert([change({ severity: 'critical' }), change({ kind: 'regressed', state: 'regressed' })])]
  expect(subjectOf(news, 'de')).toBe('shop.example: 1 neu, 1 wieder aufgetreten')
  expect(linesOf(news, 'de')[0]).toBe(
    'Neu, kritisch: Ein Protokoll ohne Verschlüsselung wird angeboten (shop.example, 2121/tcp an 192.0.2.1). Schließen und nur die verschlüsselte Form anbieten: SSH und SFTP, IMAP auf 993, POP3 auf 995. Gesehen am 1. Mai 2026, 12:00 UTC: state open, banner 220 ready\\r\\n.',
  )
  const evidence = { since: '2026-05-01T10:00:00.000Z' }
  const silent = change({
    kind: 'silent',
    rule: 'outage/registry',
    scanner: 'outage',
    severity: 'low',
    subject: 'org',
    evidence,
  })
  expect(linesOf([alert([silent])], 'de')).toEqual([
    'Antwortet nicht, niedrig: Die Registry antwortet nicht (.org), seit 1. Mai 2026, 10:00 UTC (shop.example). Abwarten: Es liegt bei ihr. Was über Registrierungen bekannt war, bleibt stehen.',
  ])
})
