import { expect, test } from 'vitest'
import { fuzzAuthority } from '#test/support/hostile-targets.ts'

test('of thousands of hostile targets and answers nothing is dialled without authority', {
  timeout: 60_000,
}, async () => {
  const { asked, dialled } = await fuzzAuthority(3000)
  expect(asked).toBeGreaterThan(1000)
  expect(dialled).toEqual([])
})
