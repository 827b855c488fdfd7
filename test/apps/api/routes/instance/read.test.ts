import { expect, test } from 'vitest'
import { expectProblem, useApi } from '#test/support/api.ts'
import { testSite } from '#test/support/deps.ts'
import { makePerson } from '#test/support/people.ts'

const { api } = await useApi([], { attestation: false, mail: 'none' })

test('whoever sees the instance sees its version and what its settings say, and nobody else does', async () => {
  const viewer = await makePerson(api, { role: 'viewer', instanceRole: 'instance-viewer' })
  const answer = await viewer.send('GET', '/v1/instance')
  expect(answer.status).toBe(200)
  expect(await answer.json()).toMatchObject({
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    publicUrl: testSite.publicUrl,
    attestation: false,
    mail: 'none',
    abuseContact: testSite.abuseContact,
  })
  const owner = await makePerson(api)
  await expectProblem(owner.send('GET', '/v1/instance'), 403, 'role-too-low')
})

test('people are found by a part of their address or name, whatever its letters’ case', async () => {
  const admin = await makePerson(api, { instanceRole: 'instance-admin' })
  const all = (await (await admin.send('GET', '/v1/instance/users')).json()) as {
    users: { id: string; email: string }[]
  }
  const { email: own } = all.users.find(({ id }) => id === admin.id)!
  const part = encodeURIComponent(own.split('@')[0]!.toUpperCase())
  const found = (await (await admin.send('GET', `/v1/instance/users?q=${part}`)).json()) as { users: { id: string }[] }
  expect(found.users.map(({ id }) => id)).toContain(admin.id)
  const none = (await (await admin.send('GET', '/v1/instance/users?q=%25')).json()) as { users: unknown[] }
  expect(none.users).toEqual([])
})
