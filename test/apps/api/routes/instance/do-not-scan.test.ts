import { afterAll, expect, test } from 'vitest'
import { findSpared, listSpared, saveSpareCheck, sparedInForce } from '#db/queries/do-not-scan.ts'
import { expectProblem, useApi } from '#test/support/api.ts'
import { makePerson } from '#test/support/people.ts'
import { keepSparing } from '#workers/queue/keep-sparing.ts'
import type { SparingGuard } from '#workers/network/spare.ts'

const { db, api } = await useApi([])
const stop = new AbortController()
afterAll(() => stop.abort())
await keepSparing(db, api.deps.bus, api.deps.guard as SparingGuard, stop.signal)
const submit = (target: string) => api.send('POST', '/v1/scans', { target })

test('an admin’s entry refuses its name everywhere, and lets it go again', async () => {
  const admin = await makePerson(api, { instanceRole: 'instance-admin' })
  expect((await submit('www.example.org')).status).toBe(202)
  const made = await admin.send('POST', '/v1/instance/do-not-scan', { host: 'example.org', reason: 'asked by mail' })
  expect(made.status).toBe(201)
  const { id } = (await made.json()) as { id: string }
  await expect.poll(async () => (await submit('www.example.org')).status, { timeout: 2000 }).toBe(422)
  await expectProblem(submit('www.example.org'), 422, 'opted-out')
  expect((await admin.send('DELETE', `/v1/instance/do-not-scan/${id}`)).status).toBe(204)
  await expect.poll(async () => (await submit('www.example.org')).status, { timeout: 2000 }).toBe(202)
})

const post = (path: string, body: string) =>
  api.app.request(path, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(body.length),
      origin: api.deps.site.publicUrl,
    },
    body,
  })

test('an owner’s wish holds once it is proved, and is no wish before', async () => {
  const asked = await post('/opt-out', 'host=8.8.4.4')
  expect(asked.status).toBe(303)
  const path = asked.headers.get('location')!
  const id = path.split('/').at(-1)!
  const { token } = (await findSpared(db, id))!
  expect(await (await api.app.request(path)).text()).toContain(`http://8.8.4.4/.well-known/portlight/${token}`)
  expect(await sparedInForce(db)).toEqual([])
  expect((await submit('8.8.4.4')).status).toBe(202)
  await saveSpareCheck(db, id, { status: 'holds', reason: null })
  await expect.poll(async () => (await submit('8.8.4.4')).status, { timeout: 2000 }).toBe(422)
  expect(await (await api.app.request(path)).text()).toContain('You are left alone')
  await saveSpareCheck(db, id, { status: 'fails', reason: 'no-record' })
  expect(await sparedInForce(db)).toHaveLength(1)
})

test('nobody hides a whole network from a page, or what is no host', async () => {
  const before = (await listSpared(db)).length
  expect((await post('/opt-out', 'host=8.8.0.0/16')).status).toBe(422)
  expect((await post('/opt-out', 'host=a b')).status).toBe(422)
  expect(await listSpared(db)).toHaveLength(before)
})

test('who is scanned finds where to ask', async () => {
  const text = await (await api.app.request('/.well-known/probing.txt')).text()
  expect(text).toContain('Canonical: http://localhost:3000/.well-known/probing.txt\n')
  expect(text).toContain('Contact: mailto:abuse@example.org\n')
  expect(text).toMatch(/^Expires: 20\d\d-\d\d-\d\dT[\d:]+Z$/m)
  expect((await api.app.request('/probes')).status).toBe(200)
  expect((await api.app.request('/probes/01990000-0000-7000-8000-000000000000')).status).toBe(404)
})
