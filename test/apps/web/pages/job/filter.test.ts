import { expect, test } from 'vitest'
import { scanFilter } from '#apps/api/documents/job.ts'
import { askedBy, filterNames, filterOf, namedBy } from '#apps/web/pages/job/filter.ts'

test('an address says every part of a filter that the API knows, and no other', () => {
  expect([...filterNames].toSorted()).toEqual(Object.keys(scanFilter.shape).toSorted())
})

test('what an address does not say is not asked', () => {
  const filter = filterOf({ cause: '0123456789abcdef', failedHours: '24', page: '7' })
  expect(askedBy(filter)).toEqual({ cause: '0123456789abcdef', failedHours: '24' })
})

test('an act names the same scans as the list beside it, and never all there are', () => {
  const filter = filterOf({ status: 'failed', failedHours: '24', retry: 'none' })
  const named = namedBy(filter)
  expect(named).toEqual({ status: 'failed', failedHours: 24, retry: 'none' })
  expect(scanFilter.parse(named)).toEqual(scanFilter.parse(askedBy(filter)))
  expect(namedBy(filterOf({}))).toBeNull()
})
