import { expect, test } from 'vitest'
import { mayTouch, roleOf, rolesToGive } from '#apps/web/pages/organisation/roles.ts'

test('nobody is offered to give a role above his own, nor to change who stands above him', () => {
  expect(rolesToGive('owner')).toEqual(['owner', 'admin', 'operator', 'viewer'])
  expect(rolesToGive('admin')).toEqual(['admin', 'operator', 'viewer'])
  expect(mayTouch('admin', 'owner')).toBe(false)
  expect(mayTouch('admin', 'admin')).toBe(true)
  expect(mayTouch('owner', 'owner')).toBe(true)
})

test('what is no role is taken for the least', () => {
  expect(roleOf('superuser')).toBe('viewer')
})
