import { expect, test } from 'vitest'
import { endOfDay, readList } from '#apps/web/parts/read-list.ts'

test('a list is read without its gaps and doubles; nothing is no list', () => {
  expect(readList(' 192.0.2.0/24, ,2001:db8::/32, 192.0.2.0/24 ')).toEqual(['192.0.2.0/24', '2001:db8::/32'])
  expect(readList(' , ')).toBeNull()
})

test('a key ends with the last second of its day, where the reader is', () => {
  const end = new Date(endOfDay('2027-01-31')!)
  expect([end.getDate(), end.getHours(), end.getMinutes(), end.getSeconds()]).toEqual([31, 23, 59, 59])
  expect(endOfDay('')).toBeNull()
})
