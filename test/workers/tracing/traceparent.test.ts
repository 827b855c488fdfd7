import { expect, test } from 'vitest'
import { childOf, readTraceparent, writeTraceparent } from '#workers/tracing/traceparent.ts'

const good = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

test('a traceparent is read and written as W3C has it', () => {
  expect(writeTraceparent(readTraceparent(good)!)).toBe(good)
  expect(readTraceparent(good.replace(/1$/, '0'))).toMatchObject({ isSampled: false })
})

test.each([
  undefined,
  null,
  '',
  'junk',
  `${good}-more`,
  ` ${good}`,
  `${good}\n`,
  good.toUpperCase(),
  good.replace('00-', '01-'),
  good.replace('00-', 'ff-'),
  good.replace(/0af\w+/, '0'.repeat(32)),
  good.replace(/b7a\w+/, '0'.repeat(16)),
  `${good},${good}`,
])('anything else is none: %j', (field) => {
  expect(readTraceparent(field)).toBeNull()
})

test('a child stays in its trace, and keeps to what its beginner decided', () => {
  const parent = readTraceparent(good.replace(/1$/, '0'))!
  const child = childOf(parent)
  expect(child).toMatchObject({ traceId: parent.traceId, isSampled: false })
  expect(child.spanId).not.toBe(parent.spanId)
  expect(readTraceparent(writeTraceparent(childOf(null)))).toMatchObject({ isSampled: true })
})
