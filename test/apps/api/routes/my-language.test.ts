import { expect, test } from 'vitest'
import { expectProblem, useApi } from '#test/support/api.ts'
import { makePerson } from '#test/support/people.ts'

const { api } = await useApi()
const principalOf = async (person: { send: typeof api.send }) =>
  ((await (await person.send('GET', '/v1/me')).json()) as { principal: { name: string; language: string | null } })
    .principal

test('a person’s language is theirs to say, leaves the name alone, and may be the browser’s again', async () => {
  const ada = await makePerson(api)
  expect(await principalOf(ada)).toMatchObject({ name: 'Ada', language: null })
  expect((await ada.send('PATCH', '/v1/me', { language: 'de' })).status).toBe(204)
  expect(await principalOf(ada)).toMatchObject({ name: 'Ada', language: 'de' })
  await ada.send('PATCH', '/v1/me', { name: 'Ada L.' })
  expect(await principalOf(ada)).toMatchObject({ name: 'Ada L.', language: 'de' })
  await ada.send('PATCH', '/v1/me', { language: null })
  expect(await principalOf(ada)).toMatchObject({ language: null })
})

test('a language that Portlight does not speak, and a change of nothing, are refused', async () => {
  const ada = await makePerson(api)
  await expectProblem(ada.send('PATCH', '/v1/me', { language: 'fr' }), 422, 'invalid-input')
  await expectProblem(ada.send('PATCH', '/v1/me', {}), 422, 'invalid-input')
  await expectProblem(api.send('PATCH', '/v1/me', { language: 'de' }), 403, 'session-required')
})
