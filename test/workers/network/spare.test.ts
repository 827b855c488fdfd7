import { expect, test } from 'vitest'
import { parseTarget } from '#db/model/target.ts'
import { createGuard } from '#workers/network/guard.ts'
import { sparing } from '#workers/network/spare.ts'

const guard = sparing(createGuard({ allow: ['10.0.0.0/8'], own: [] }), [
  { kind: 'name', value: 'example.org' },
  { kind: 'range', value: '8.8.8.0/24' },
  { kind: 'range', value: '10.1.0.0/16' },
])
const spelled = (text: string) => guard.judgeSpelling(parseTarget(text))?.rule ?? null

test('a name is spared with all below it, and nothing beside it', () => {
  expect(['example.org', 'a.b.example.org'].map(spelled)).toEqual(['opted-out', 'opted-out'])
  expect(['example.com', 'notexample.org', 'org.example.com'].map(spelled)).toEqual([null, null, null])
})

test('an address is spared by its range, and SCAN_ALLOW opens none of them', () => {
  expect(['8.8.8.8', '8.8.9.8', '10.1.2.3', '10.2.2.3'].map(spelled)).toEqual(['opted-out', null, 'opted-out', null])
  expect(guard.refusalOf('8.8.8.8')?.rule).toBe('opted-out')
})

test('an alias that leads to a spared name, and a name that leads to a spared address, is refused', () => {
  expect(guard.judgeResolved(['www.example.com', 'cdn.example.org'], ['9.9.9.9'])?.rule).toBe('opted-out')
  expect(guard.judgeResolved(['www.example.com'], ['9.9.9.9', '8.8.8.8'])?.rule).toBe('opted-out')
  expect(guard.judgeResolved(['www.example.com'], ['9.9.9.9'])).toBeNull()
})

test('the rules that were there before say their own word first', () => {
  expect(spelled('127.0.0.1')).toBe('loopback')
})

test('a list that changes holds from the next question on', () => {
  guard.spare([])
  expect(spelled('example.org')).toBeNull()
  guard.spare([{ kind: 'name', value: 'example.net' }])
  expect(spelled('www.example.net')).toBe('opted-out')
})
