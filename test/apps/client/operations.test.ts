import { expect, test } from 'vitest'
import { useApi } from '#test/support/api.ts'
import { type Document, writeOperations } from '#test/support/operations.ts'

const { api } = await useApi()

test('the client has the types of the document that the API serves', async () => {
  const document = (await (await api.send('GET', '/openapi.json')).json()) as Document
  await expect(await writeOperations(document)).toMatchFileSnapshot('../../../apps/client/operations.ts')
})
