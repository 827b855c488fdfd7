import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { createApp } from '#apps/api/app.ts'
import { sweepRequests } from '#db/queries/idempotency.ts'
import { expectProblem, useApi } from '#test/support/api.ts'
import { everythingIn } from '#test/support/everything-in.ts'
import { makePerson } from '#test/support/people.ts'

const { db, api } = await useApi()

const submit = (key: string, body: object = { target: '127.0.0.1' }) =>
  api.send('POST', '/v1/scans', body, { 'idempotency-key': key })
const bare = async (answer: Response) => ({
  status: answer.status,
  location: answer.headers.get('location'),
  retryAfter: answer.headers.get('retry-after'),
  type: answer.headers.get('content-type'),
  body: await answer.text(),
})
const without = (key: string) =>
  sql`update idempotent_requests set status = null, body_sealed = null where key = ${key}`

test('the same request gets the same answer, to the byte, also from another process', async () => {
  const first = await bare(await submit('same'))
  expect(first.status).toBe(202)
  const again = await submit('same')
  expect(again.headers.get('idempotent-replayed')).toBe('true')
  expect(await bare(again)).toEqual(first)
  const elsewhere = await createApp(api.deps).request('/v1/scans', {
    method: 'POST',
    headers: {
      authorization: `Bearer ${api.key}`,
      'content-type': 'application/json',
      'idempotency-key': 'same',
    },
    body: '{"target":"127.0.0.1"}',
  })
  expect(await bare(elsewhere)).toEqual(first)
})

test('a refusal too is the answer, and another request with its key is refused', async () => {
  const refused = await submit('refused', { target: '10.0.0.1' })
  expect(refused.status).toBe(422)
  expect(await bare(await submit('refused', { target: '10.0.0.1' }))).toMatchObject({ status: 422 })
  await expectProblem(submit('refused'), 422, 'idempotency-key-reused')
  await expectProblem(
    api.send('POST', '/v1/targets', { target: '10.0.0.1' }, { 'idempotency-key': 'refused' }),
    422,
    'idempotency-key-reused',
  )
})

test('while the first is being answered the second is told so; once its process is taken for dead, it finds what that made', async () => {
  const { id } = (await (await submit('killed')).json()) as { id: string }
  // As a kill leaves it between the commit and the answer.
  await without('killed').execute(db)
  await sql`update idempotent_requests set claimed_until = now() + interval '5 seconds' where key = 'killed'`.execute(
    db,
  )
  const told = await submit('killed')
  expect(told.headers.get('retry-after')).toBe('1')
  await expectProblem(told, 409, 'request-in-progress')
  await sql`update idempotent_requests set claimed_until = now() - interval '1 second' where key = 'killed'`.execute(db)
  const later = await submit('killed')
  expect([later.status, await later.json()]).toMatchObject([202, { id }])
})

test('a key is its credential’s own, and free again after a day', async () => {
  const ada = await makePerson(api)
  const first = (await (await submit('mine')).json()) as { id: string }
  const others = await ada.send('POST', '/v1/scans', { target: '127.0.0.1' }, { 'idempotency-key': 'mine' })
  expect(((await others.json()) as { id: string }).id).not.toBe(first.id)
  await sql`update idempotent_requests set created_at = now() - interval '25 hours' where key = 'mine'`.execute(db)
  await sweepRequests(db)
  expect(((await (await submit('mine')).json()) as { id: string }).id).not.toBe(first.id)
})

test('a secret that is shown once is shown again to the same request, and lies nowhere in clear', async () => {
  const owner = await makePerson(api, { organisationId: null })
  const make = () => owner.send('POST', '/v1/keys', { name: 'ci' }, { 'idempotency-key': 'one-key' })
  const first = await make()
  expect(first.status).toBe(201)
  const { key } = (await first.json()) as { key: string }
  expect(await (await make()).json()).toMatchObject({ key })
  expect(await everythingIn(db)).not.toContain(key)
})

test('every POST behind a credential takes a key, and says so', async () => {
  const document = (await (await api.app.request('/openapi.json')).json()) as {
    paths: Record<string, { post?: { 'x-permission'?: string; parameters?: { name: string }[]; responses: object } }>
  }
  const posts = Object.values(document.paths).flatMap(({ post }) =>
    post?.['x-permission'] === undefined ? [] : [post],
  )
  expect(posts.length).toBeGreaterThan(20)
  for (const { 'x-permission': permission, parameters = [], responses } of posts) {
    const isTaken = parameters.some(({ name }) => name === 'Idempotency-Key')
    expect(isTaken).toBe(permission !== 'none')
    if (isTaken) expect(Object.keys(responses)).toEqual(expect.arrayContaining(['409', '422']))
  }
})
