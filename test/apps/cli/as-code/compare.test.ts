import { expect, test } from 'vitest'
import { stepsTo } from '#apps/cli/as-code/compare.ts'
import type { StoredState } from '#apps/cli/as-code/stored.ts'

const stored = (state: Partial<Record<keyof StoredState, Record<string, object>>>): StoredState => {
  const of = (part: keyof StoredState) =>
    new Map(
      Object.entries(state[part] ?? {}).map(([name, fields]) => [name, { id: `id of ${name}`, fields: { ...fields } }]),
    )
  return { targets: of('targets'), schedules: of('schedules'), alertRoutes: of('alertRoutes') }
}
const shop = { target: 'shop.test', tags: ['b', 'a'], note: 'ours' }

test('what is not there is made, with all that the file says', () => {
  expect(stepsTo({ version: 1, targets: [shop] }, stored({}))).toEqual([
    {
      part: 'targets',
      kind: 'make',
      name: 'shop.test',
      id: null,
      fields: [
        { field: 'tags', from: undefined, to: ['b', 'a'] },
        { field: 'note', from: undefined, to: 'ours' },
      ],
    },
  ])
})

test('what is as the file says is left alone: the order of names does not count, nor what the file does not say', () => {
  const state = stored({
    targets: { 'shop.test': { tags: ['a', 'b'], note: 'ours', name: 'Shop', isArchived: false } },
  })
  expect(stepsTo({ version: 1, targets: [shop] }, state)).toEqual([])
})

test('what differs is changed, field by field, and what was archived is in use again', () => {
  const state = stored({ targets: { 'shop.test': { tags: ['a', 'b'], note: 'theirs', isArchived: true } } })
  expect(stepsTo({ version: 1, targets: [shop] }, state)).toMatchObject([
    {
      kind: 'change',
      id: 'id of shop.test',
      fields: [
        { field: 'note', from: 'theirs', to: 'ours' },
        { field: 'isArchived', from: true, to: false },
      ],
    },
  ])
})

test('what a part does not name is to be taken away, unless it is put away already; a part that is not there is nobody’s business', () => {
  const state = stored({ targets: { 'a.test': {}, 'b.test': { isArchived: true } }, schedules: { nightly: {} } })
  expect(stepsTo({ version: 1, targets: [] }, state)).toMatchObject([
    { part: 'targets', kind: 'remove', name: 'a.test' },
  ])
  expect(stepsTo({ version: 1 }, state)).toEqual([])
})
