import { expect, test } from 'vitest'
import { byNews, newsOf } from '#apps/web/pages/alerts/told.ts'

test.each([
  [{ kind: 'confirmed', state: 'open' }, 'opened'],
  [{ kind: 'confirmed', state: 'fixed' }, 'fixed'],
  [{ kind: 'confirmed', state: 'regressed' }, 'regressed'],
  [{ kind: 'reopened', state: 'open' }, 'reopened'],
  [{ kind: 'expires', state: 'open' }, 'expires'],
] as const)('%j is told as %s', (change, news) => {
  expect(newsOf(change)).toBe(news)
})

test('what is new stands together, however it came to be so', () => {
  const change = { findingId: null, news: '', rule: '', scanner: '', title: '', severity: 'low' as const, remedy: '' }
  const rest = { reference: '', addresses: [], evidence: null, reason: null }
  const changes = (['confirmed', 'expires', 'opened'] as const).map((kind) => ({
    ...change,
    ...rest,
    kind,
    state: 'open' as const,
    subject: kind,
  }))
  expect(byNews(changes).map(({ news, changes }) => [news, changes.map(({ subject }) => subject)])).toEqual([
    ['opened', ['confirmed', 'opened']],
    ['expires', ['expires']],
  ])
})
