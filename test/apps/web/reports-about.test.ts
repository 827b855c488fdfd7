import { expect, test } from 'vitest'
import { badgeSnippet, formats, reportAddress, shareState } from '#apps/web/pages/reports/about.ts'
import { reportFormats } from '#workers/documents/report/formats.ts'

test('each format that the API makes is offered', () => {
  expect([...formats].sort()).toEqual([...reportFormats].sort())
})

test.each([
  [{ kind: 'all' }, '/v1/report?format=pdf'],
  [{ kind: 'target', id: 'a' }, '/v1/targets/a/report?format=pdf'],
  [{ kind: 'scan', id: 'b/c' }, '/v1/scans/b%2Fc/report?format=pdf'],
] as const)('a report of %j is made at %s', (about, address) => {
  expect(reportAddress(about, 'pdf')).toBe(address)
})

test('a link is open until its date or until it is revoked, whichever comes first', () => {
  const now = Date.parse('2026-11-27T12:00:00Z')
  const later = '2026-12-27T12:00:00Z'
  expect(shareState({ expiresAt: later, revokedAt: null }, now)).toBe('open')
  expect(shareState({ expiresAt: later, revokedAt: '2026-11-27T11:00:00Z' }, now)).toBe('revoked')
  expect(shareState({ expiresAt: '2026-11-27T12:00:00Z', revokedAt: null }, now)).toBe('over')
})

test('what stands in a snippet stays inside its attributes', () => {
  expect(badgeSnippet('https://a.test/s/x', 'https://a.test/s/x/badge.svg', 'How "a" <stands>')).toBe(
    '<a href="https://a.test/s/x"><img src="https://a.test/s/x/badge.svg" alt="How &quot;a&quot; &lt;stands&gt;"></a>',
  )
})
