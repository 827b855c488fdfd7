import { expect, test } from 'vitest'
import { leftOpen } from '#workers/findings/left-open.ts'

const unknown = (reason: string) => ({ verdict: 'unknown', reason }) as const

test('what is untold is counted by its reason, beside all that was judged', () => {
  const judgements = [unknown('no-answer'), { verdict: 'absent' }, unknown('no-answer'), unknown('filtered')] as const
  const { checks, untold } = leftOpen({ status: 'completed', reason: null, judgements })
  expect(checks).toBe(4)
  expect([...untold]).toEqual([
    ['no-answer', 2],
    ['filtered', 1],
  ])
})

test('a run that judged nothing told nothing, unless it completed: then there was nothing to judge', () => {
  expect(leftOpen({ status: 'completed', reason: null, judgements: [] }).checks).toBe(0)
  expect([...leftOpen({ status: 'refused', reason: 'no-proof', judgements: [] }).untold]).toEqual([['no-proof', 1]])
  expect([...leftOpen({ status: 'failed', reason: null, judgements: [] }).untold]).toEqual([['failed', 1]])
})
