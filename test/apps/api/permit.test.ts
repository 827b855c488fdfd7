import { expect, test } from 'vitest'
import { hashApiKey, makeApiKey } from '#db/model/api-key.ts'
import { newId } from '#db/model/id.ts'
import { permissionNames, permissions } from '#db/model/permission.ts'
import { isAtLeast, type OrganisationRole } from '#db/model/role.ts'
import { expectProblem, useApi } from '#test/support/api.ts'

const { db, api } = await useApi()

interface Operation {
  readonly method: string
  readonly path: string
  readonly permission: string | undefined
  readonly answers: readonly string[]
}

async function operations(): Promise<Operation[]> {
  const { paths } = (await (await api.app.request('/openapi.json')).json()) as {
    paths: Record<string, Record<string, { 'x-permission'?: string; responses: object }>>
  }
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path: path.replaceAll(/\{\w+\}/g, '01990000-0000-7000-8000-000000000000'),
      permission: operation['x-permission'],
      answers: Object.keys(operation.responses),
    })),
  )
}
const guarded = (await operations()).filter(({ path }) => path.startsWith('/v1/'))

/** The key of a service account with this role. */
async function keyOf(role: Exclude<OrganisationRole, 'owner'>, scopes: string[] | null): Promise<string> {
  const [account, key] = [newId(), makeApiKey()]
  const organisation = { organisation_id: api.organisationId, name: account }
  await db
    .insertInto('service_accounts')
    .values({ id: account, ...organisation, role })
    .execute()
  await db
    .insertInto('api_keys')
    .values({ id: newId(), ...organisation, service_account_id: account, hash: hashApiKey(key), scopes })
    .execute()
  return key
}

test('every operation under /v1 says which permission it needs, and that it may answer 401 and 403', () => {
  expect(guarded.length).toBeGreaterThan(3)
  for (const { permission, answers } of guarded) {
    expect(permissionNames).toContain(permission)
    expect(answers).toEqual(expect.arrayContaining(['401', '403']))
  }
})

for (const { method, path, permission } of guarded) {
  const answerTo = async (...about: Parameters<typeof keyOf>) => {
    const authorization = `Bearer ${await keyOf(...about)}`
    return api.send(method, path, method === 'GET' ? undefined : {}, { authorization })
  }

  test(`${method} ${path} wants ${permission}, and asks before it reads anything else`, async () => {
    const others = permissionNames.filter((name) => name !== permission)
    for (const scopes of [[], others]) await expectProblem(answerTo('admin', scopes), 403, 'scope-missing')
    expect((await answerTo('admin', [permission!])).status).not.toBe(403)

    const { role } = permissions[permission as keyof typeof permissions]
    const isViewers = role === null || isAtLeast('viewer', role)
    if (isViewers) expect((await answerTo('viewer', null)).status).not.toBe(403)
    else await expectProblem(answerTo('viewer', null), 403, 'role-too-low')
  })
}
