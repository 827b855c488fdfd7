import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { afterAll, describe, expect, test } from 'vitest'
import { createApp } from '#apps/api/app.ts'
import { redacted } from '#apps/api/pages/queue-board.ts'
import { newId } from '#db/model/id.ts'
import { expectProblem, useApi } from '#test/support/api.ts'
import { openBrowser } from '#test/support/browser.ts'
import { makePerson } from '#test/support/people.ts'
import { takeTestRedis } from '#test/support/redis.ts'
import { openQueues } from '#workers/queue/backend.ts'

const browser = await openBrowser()
const redisUrl = await takeTestRedis()
const { api } = await useApi()
const viewer = await makePerson(api, { instanceRole: 'instance-viewer' })
const admin = await makePerson(api, { instanceRole: 'instance-admin' })
afterAll(() => browser?.close())

test('nobody but who may look at the instance gets in', async () => {
  for (const path of ['/admin/queues', '/admin/queues/api/queues', '/admin/queues/static/favicon.ico']) {
    await expectProblem(api.app.request(path), 401, 'unauthenticated')
    await expectProblem((await makePerson(api, { role: 'owner' })).send('GET', path), 403, 'role-too-low')
    await expectProblem(api.send('GET', path), 403, 'session-required')
  }
})

test('its page has a policy of its own, and asks no stranger for letters', async () => {
  const answer = await viewer.send('GET', '/admin/queues')
  expect(answer.headers.get('content-security-policy')).toContain("base-uri 'self'")
  const html = await answer.text()
  expect(html).toContain('<base href="/admin/queues/"')
  expect(html).not.toMatch(/https?:/)
  const slash = await viewer.send('GET', '/admin/queues/')
  expect([slash.status, slash.headers.get('location')]).toEqual([308, '/admin/queues'])
  expect((await viewer.send('GET', '/admin/queues/static/favicon.ico')).status).toBe(200)
  expect((await viewer.send('GET', '/admin/queues/api/queues/none/1')).status).toBe(404)
})

test('whatever would change something is refused, to admins too', async () => {
  const id = newId()
  await api.deps.bell.ring('run-scan', id, { scanId: id })
  for (const [method, path] of [
    ['PUT', `queues/scans/s-${id}/clean`],
    ['PUT', 'queues/scans/pause'],
    ['PUT', 'queues/pause'],
    ['PUT', 'queues/scans/empty'],
    ['PUT', 'queues/scans/obliterate'],
    ['POST', 'queues/scans/add'],
    ['PATCH', `queues/scans/s-${id}/update-data`],
    ['DELETE', 'queues/scans'],
  ] as const)
    await expectProblem(admin.send(method, `/admin/queues/api/${path}`, {}), 405, 'method-not-allowed')
  expect(await jobsOf(api.app, 'scans')).toMatchObject([{ id: `s-${id}`, data: { scanId: id } }])
})

test('of a payload ids are shown, and of anything else its type', () => {
  const id = newId()
  expect(redacted({ scanId: id })).toEqual({ scanId: id })
  expect(redacted({ scanId: id, code: '123456', of: { list: [1], none: null } })).toEqual({
    scanId: '[string]',
    code: '[string]',
    of: { list: '[list of 1]', none: null },
  })
  expect(redacted({ scanId: 'a secret' })).toEqual({ scanId: '[string]' })
})

interface Board {
  queues: { name: string; readOnlyMode: boolean; jobs: { id: string; data: object }[] }[]
}
async function jobsOf(app: typeof api.app, name: string) {
  const headers = { authorization: `Bearer ${viewer.accessToken}` }
  const answer = await app.request(`/admin/queues/api/queues?activeQueue=${name}&status=latest&page=1&jobsPerPage=10`, {
    headers,
  })
  expect(answer.status).toBe(200)
  const { queues } = (await answer.json()) as Board
  expect(queues.map((queue) => queue.name).toSorted()).toEqual(['alerts', 'batches', 'mail', 'scans'])
  expect(queues.every(({ readOnlyMode }) => readOnlyMode)).toBe(true)
  return queues.find((queue) => queue.name === name)!.jobs
}

describe.runIf(redisUrl)('of a queue in Redis', () => {
  const open = (url: string) => openQueues({ databaseUrl: 'unused', redisUrl: url, poolSize: 1, onError: () => {} })

  test('what waits is shown as it is of one in Postgres', async () => {
    const queues = await open(redisUrl!)
    const id = newId()
    await queues.queues.mail.add('send-mail', { mailId: id }, { jobId: `m-${id}` })
    const app = createApp({ ...api.deps, queues: async () => queues })
    expect(await jobsOf(app, 'mail')).toMatchObject([{ id: `m-${id}`, data: { mailId: id } }])
    await queues.close()
  })

  test('one that is away leaves nobody without an answer, and everything else goes on', async () => {
    // Nothing listens there.
    const queues = await open('redis://127.0.0.1:9')
    const app = createApp({ ...api.deps, queues: async () => queues })
    const headers = { authorization: `Bearer ${viewer.accessToken}` }
    const answer = await app.request('/admin/queues/api/queues?activeQueue=scans&status=latest', { headers })
    expect(answer.status).toBeGreaterThanOrEqual(500)
    expect((await app.request('/v1/instance/queues', { headers })).status).toBe(200)
    await queues.close()
  })
})

test.runIf(browser)(
  'it shows the queues in a real browser, asks nobody else, and breaks no rule of its policy',
  async () => {
    const server = serve({ fetch: api.app.fetch, hostname: '127.0.0.1', port: 0 })
    await once(server, 'listening')
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const context = await browser!.newContext({ extraHTTPHeaders: { authorization: `Bearer ${viewer.accessToken}` } })
    const page = await context.newPage()
    const complaints: string[] = []
    const asked = new Set<string>()
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('request', (request) =>
      asked.add(new URL(request.url()).protocol === 'data:' ? base : new URL(request.url()).origin),
    )
    await page.goto(`${base}/admin/queues`)
    await page.getByText('batches').first().waitFor()
    expect([...asked]).toEqual([base])
    expect(complaints).toEqual([])
    server.close()
    await context.close()
  },
)
