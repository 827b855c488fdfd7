import { expect, test } from 'vitest'
import { byUrgency, type Risk, reasonsOf } from '#workers/documents/risk.ts'

const risk = (facts: Partial<Risk>): Risk => ({
  severity: 'medium',
  worstTargets: 1,
  findings: 1,
  targets: 1,
  regressed: 0,
  notRetested: 0,
  oldestOpenedAt: new Date('2026-05-01T00:00:00Z'),
  ...facts,
})

test.each<[string, Partial<Risk>, Partial<Risk>]>([
  ['a worse one at one target', { severity: 'critical' }, { severity: 'high', worstTargets: 500 }],
  ['what mends more targets', { worstTargets: 3 }, { worstTargets: 2, regressed: 9 }],
  ['what came back', { regressed: 1 }, { oldestOpenedAt: new Date('2020-01-01T00:00:00Z') }],
  ['what stands longer', { oldestOpenedAt: new Date('2026-04-01T00:00:00Z') }, {}],
])('%s comes first', (_what, first, second) => {
  expect(byUrgency(risk(first), risk(second))).toBeLessThan(0)
  expect(byUrgency(risk(second), risk(first))).toBeGreaterThan(0)
})

test('it says why in sentences, and what to know before one begins', () => {
  const now = new Date('2026-06-10T00:00:00Z')
  expect(reasonsOf(risk({ severity: 'high' }), new Date('2026-05-02T00:00:00Z'))).toEqual([
    { code: 'severity', sentence: 'It is high at 1 target.' },
  ])
  const many = risk({ worstTargets: 2, findings: 5, targets: 3, regressed: 1, notRetested: 2 })
  expect(reasonsOf(many, now).map(({ sentence }) => sentence)).toEqual([
    'It is medium at 2 targets.',
    'One remedy mends 5 findings at 3 targets.',
    '1 finding had been fixed and came back.',
    'The oldest has been open for 40 days.',
    'The last scan did not re-test 2 findings: scan again before you call it done.',
  ])
})
