import { expect, test } from 'vitest'
import { problems } from '#apps/api/problems.ts'
import { useApi } from '#test/support/api.ts'

const { api } = await useApi()

test('the type of every problem leads to a page that says what it means and what to do', async () => {
  const list = await (await api.app.request('/docs/errors')).text()
  for (const [code, { title, status }] of Object.entries(problems)) {
    expect(list).toContain(`href="/docs/errors/${code}"`)
    const answer = await api.app.request(`/docs/errors/${code}`)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=UTF-8'])
    const page = await answer.text()
    for (const said of [title, code, String(status)]) expect(page).toContain(said)
  }
  const { type } = (await (await api.send('GET', '/v1/nothing')).json()) as { type: string }
  expect((await api.app.request(new URL(type).pathname)).status).toBe(200)
})
