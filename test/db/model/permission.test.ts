import { expect, test } from 'vitest'
import type { Actor, Credential } from '#db/model/actor.ts'
import { denialOf, type PermissionName, permissionNames, permissions, scopes } from '#db/model/permission.ts'
import { instanceRoles, organisationRoles } from '#db/model/role.ts'

const key = { kind: 'api-key', id: 'k', scopes: null, targetTags: null } as const
const fresh = { kind: 'session', id: 's', isFresh: true } as const
const actor = (about: Partial<Actor> = {}): Actor => ({
  organisationId: 'o',
  credential: fresh,
  principal: { kind: 'user', id: 'u' },
  role: 'owner',
  instanceRole: null,
  ...about,
})
const allowed = (about: Partial<Actor>) => permissionNames.filter((name) => denialOf(actor(about), name) === null)

test('a higher role may all that a lower one may, and something more', () => {
  const may = organisationRoles.map((role) => allowed({ role }))
  for (const [i, higher] of may.slice(0, -1).entries()) {
    expect(higher).toEqual(expect.arrayContaining(may[i + 1]!))
    expect(higher.length).toBeGreaterThan(may[i + 1]!.length)
  }
})

test('what concerns the instance is for its own roles, whatever somebody is in an organisation', () => {
  const instance = permissionNames.filter((name) => 'instance' in permissions[name])
  expect(allowed({ role: 'owner' }).filter((name) => instance.includes(name))).toEqual([])
  expect(allowed({ instanceRole: 'instance-viewer' }).filter((name) => instance.includes(name))).toEqual([
    'instance:read',
  ])
  expect(allowed({ instanceRole: 'instance-admin' })).toEqual(permissionNames)
})

test('a key passes no step-up and stands for no person, whatever its role and scopes', () => {
  for (const role of organisationRoles)
    for (const instanceRole of [null, ...instanceRoles]) {
      const credential: Credential = { ...key, scopes: [...permissionNames] }
      for (const name of allowed({ role, instanceRole, credential })) expect(scopes).toContain(name)
    }
  expect(denialOf(actor({ credential: key }), 'keys:write')).toBe('step-up-required')
  expect(denialOf(actor({ credential: key }), 'self:write')).toBe('session-required')
})

test('a key with scopes may exactly these of what its role may', () => {
  const credential: Credential = { ...key, scopes: ['scans:read', 'scans:write'] }
  expect(allowed({ role: 'viewer', credential })).toEqual(['scans:read'])
  expect(allowed({ role: 'owner', credential })).toEqual(['scans:read', 'scans:write'])
  expect(denialOf(actor({ credential }), 'targets:read')).toBe('scope-missing')
  expect(allowed({ credential: { ...key, scopes: [] } })).toEqual([])
})

test('a session whose second factor is old steps up first, and only where it could act at all', () => {
  const credential: Credential = { ...fresh, isFresh: false }
  const stale = permissionNames.filter((name) => permissions[name].by === 'fresh-session')
  for (const name of stale)
    expect(denialOf(actor({ credential, instanceRole: 'instance-admin' }), name)).toBe('step-up-required')
  expect(denialOf(actor({ credential, role: 'viewer' }), 'members:write')).toBe('role-too-low')
})

test('a viewer speaks, and changes nothing but itself', () => {
  const changes = allowed({ role: 'viewer' }).filter((name) => !name.endsWith(':read'))
  expect(changes).toEqual(['discussion:write', 'self:write', 'self:secure'] satisfies PermissionName[])
})
