import { expect, test } from 'vitest'
import { useApi } from '#test/support/api.ts'
import { makePerson } from '#test/support/people.ts'

const { api } = await useApi()
interface Me {
  permissions: string[]
  behindStepUp: string[]
}
const read = async (person: { send: typeof api.send }) => (await (await person.send('GET', '/v1/me')).json()) as Me

test('what a step-up opens is told apart from what may be done now, and nothing beyond the role is either', async () => {
  const stale = await read(await makePerson(api, { role: 'admin', isFresh: false }))
  expect(stale.permissions).not.toContain('members:write')
  expect(stale.behindStepUp).toContain('members:write')
  const fresh = await read(await makePerson(api, { role: 'admin' }))
  expect(fresh.permissions).toContain('members:write')
  expect(fresh.behindStepUp).toEqual([])
  for (const { permissions, behindStepUp } of [stale, fresh])
    expect([...permissions, ...behindStepUp]).not.toContain('organisation:write')
})

test('no step-up opens anything to a key', async () => {
  expect((await read(api)).behindStepUp).toEqual([])
})
