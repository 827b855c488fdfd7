import { expect, test } from 'vitest'
import { exitCodes, worstOf } from '#apps/cli/exit-codes.ts'
import { exitCodeOf } from '#apps/cli/gate.ts'
import { aFinding, aRun, aScan } from './support/make.ts'

const unknown = aFinding({ verdict: 'unknown', reason: 'no-answer' })
const completed = aRun()
const failed = aRun({ status: 'failed', reason: 'internal' })
const inconclusive = aRun({ status: 'inconclusive', reason: 'deadline' })
const refused = aRun({ status: 'refused', reason: 'private-use' })
const notAsked = aRun({ status: 'not-asked', reason: 'wrong-kind' })

test.each([
  ['nothing', aScan(), 0, 0],
  ['a finding', aScan({ findings: [aFinding()] }), 1, 1],
  ['a worse finding', aScan({ findings: [aFinding({ severity: 'critical' })] }), 1, 1],
  ['a lesser finding', aScan({ findings: [aFinding({ severity: 'medium' })] }), 0, 0],
  ['a finding beside a scanner that failed', aScan({ runs: [completed, failed], findings: [aFinding()] }), 1, 1],
  ['a finding of a scanner that ran out of time', aScan({ runs: [inconclusive], findings: [aFinding()] }), 1, 1],
  ['a finding of a scan that was cancelled', aScan({ status: 'cancelled', findings: [aFinding()] }), 1, 1],
  ['a scanner that failed', aScan({ runs: [completed, failed] }), 0, 3],
  ['a scanner that could not tell', aScan({ runs: [completed, inconclusive] }), 0, 3],
  ['a scanner that was refused', aScan({ runs: [completed, refused] }), 0, 3],
  ['a scanner that does not take such a target', aScan({ runs: [completed, notAsked] }), 0, 0],
  ['a check that could not be told', aScan({ findings: [unknown] }), 0, 3],
  ['a lesser check that could not be told', aScan({ findings: [{ ...unknown, severity: 'low' }] }), 0, 0],
  ['no scanner that could tell', aScan({ runs: [inconclusive, failed] }), 3, 3],
  [
    'a lesser finding, and no scanner that completed',
    aScan({ runs: [inconclusive], findings: [aFinding({ severity: 'low' })] }),
    3,
    3,
  ],
  ['a scan that failed', aScan({ status: 'failed', runs: [failed] }), 3, 3],
  ['a scan that was cancelled', aScan({ status: 'cancelled', runs: [completed] }), 3, 3],
  ['a scan that was refused', aScan({ status: 'refused', runs: [refused] }), 2, 2],
])('%s', (_what, scan, code, strictCode) => {
  expect(exitCodeOf(scan, { failOn: 'high', strict: false })).toBe(code)
  expect(exitCodeOf(scan, { failOn: 'high', strict: true })).toBe(strictCode)
})

test('of many results the one that most needs a person decides', () => {
  const { nothingFound, found, refused, notTold } = exitCodes
  expect(worstOf([])).toBe(nothingFound)
  expect(worstOf([nothingFound, refused])).toBe(refused)
  expect(worstOf([refused, notTold, nothingFound])).toBe(notTold)
  expect(worstOf([refused, notTold, found])).toBe(found)
})
