import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect, test } from 'vitest'
import { createApp } from '#apps/api/app.ts'
import { paths } from '#apps/web/paths.ts'
import { problems } from '#apps/api/problems.ts'
import { connect, createPool } from '#db/connect.ts'
import { makeApiKey } from '#db/model/api-key.ts'
import { expectProblem, useApi } from '#test/support/api.ts'
import { scanners } from '#workers/scanners/index.ts'

const { api } = await useApi()

/** As much of it as is looked at here. */
interface OpenApiDocument {
  openapi: string
  info: { description: string }
  paths: Record<
    string,
    {
      post?: {
        requestBody: {
          content: { 'application/json': { schema: { properties: { scanners: { properties: object } } } } }
        }
      }
    }
  >
}

test('nothing under /v1 answers without a known key', async () => {
  for (const authorization of [
    '',
    'Bearer',
    `Bearer ${makeApiKey()}`,
    `Bearer ${api.key.slice(0, -1)}`,
    `Basic ${api.key}`,
    `Bearer ${api.key} x`,
  ]) {
    for (const path of ['/v1/scans', '/v1/scanners', '/v1/nowhere']) {
      const answer = await api.app.request(path, { headers: { authorization } })
      expect(answer.headers.get('www-authenticate')).toContain('Bearer')
      await expectProblem(answer, 401, 'unauthenticated')
    }
  }
  expect((await api.send('GET', '/v1/scans')).status).toBe(200)
})

test('health, the document and the reference page need no key', async () => {
  for (const path of [
    '/healthz',
    '/readyz',
    '/openapi.json',
    '/docs',
    '/docs/start.js',
    '/docs/report-1.schema.json',
    '/docs/swagger-ui.css',
    '/docs/swagger-ui-bundle.js',
  ]) {
    expect(`${path} ${(await api.app.request(path)).status}`).toBe(`${path} 200`)
  }
})

test('the catalogue names every scanner with the schemas of its options and results', async () => {
  const { scanners: catalogue } = (await (await api.send('GET', '/v1/scanners')).json()) as {
    scanners: { name: string; withoutProof: string; options: object; result: object; rules: object[] }[]
  }
  expect(Object.fromEntries(catalogue.map(({ name, withoutProof }) => [name, withoutProof]))).toMatchObject({
    ports: 'nothing',
    tls: 'visit',
    dns: 'all',
  })
  expect(catalogue.map(({ name }) => name)).toEqual(Object.keys(scanners))
  for (const { options, result, rules } of catalogue) {
    expect(options).toMatchObject({ type: 'object', additionalProperties: false })
    expect(result).toMatchObject({ type: 'object' })
    expect(rules.length).toBeGreaterThan(0)
  }
})

test('the OpenAPI document describes every route, and every code that it may refuse with', async () => {
  const document = (await (await api.app.request('/openapi.json')).json()) as OpenApiDocument
  expect(document.openapi).toBe('3.1.0')
  // Pages are for people; all else that is served stands in the document.
  const pages =
    /^\/(docs|admin|openapi\.json|assets|sign-in|sign-up|reset|set-up|not-me|invitation|restore|dev|opt-out|probes|s\/|\.well-known|$)/
  const dashboard = new Set<string>([...Object.values(paths), '/app/:file'])
  const served = api.app.routes.filter(
    ({ method, path }) => method !== 'ALL' && !pages.test(path) && !dashboard.has(path) && !path.includes('*'),
  )
  expect([...new Set(served.map(({ path }) => path.replaceAll(/:(\w+)/g, '{$1}')))].sort()).toEqual(
    Object.keys(document.paths).sort(),
  )
  for (const code of Object.keys(problems)) expect(document.info.description).toContain(`\`${code}\``)
  const submission = document.paths['/v1/scans']!.post!.requestBody.content['application/json'].schema
  expect(Object.keys(submission.properties.scanners.properties)).toEqual(Object.keys(scanners))
})

test('a request id comes back and stands in the log; a hostile one is replaced', async () => {
  const answer = await api.send('GET', '/v1/scans', undefined, { 'x-request-id': 'from-the-caller.1' })
  expect(answer.headers.get('x-request-id')).toBe('from-the-caller.1')
  expect(api.logged).toContainEqual(
    expect.objectContaining({ requestId: 'from-the-caller.1', path: '/v1/scans', status: 200 }),
  )
  expect(
    (await api.send('GET', '/v1/scans', undefined, { 'x-request-id': '{"x":1}' })).headers.get('x-request-id'),
  ).toMatch(/^[0-9a-f-]{36}$/)
})

test('404 and 405 for routes that are not there', async () => {
  await expectProblem(api.send('GET', '/nowhere'), 404, 'not-found')
  await expectProblem(api.send('GET', '/v1/nowhere'), 404, 'not-found')
  await expectProblem(api.send('POST', '/v1/nowhere', 'x', { 'content-type': 'text/plain' }), 404, 'not-found')
  const answer = await api.send('DELETE', '/v1/scans')
  expect(answer.headers.get('allow')).toBe('POST, GET, HEAD')
  await expectProblem(answer, 405, 'method-not-allowed')
})

test('a bug of ours is a 500 that tells nothing but its request id', async () => {
  const boom = {
    selectFrom: () => {
      throw new TypeError('secret detail')
    },
  } as never
  const app = createApp({ ...api.deps, db: boom })
  const answer = await app.request('/v1/scans', { headers: { authorization: `Bearer ${api.key}` } })
  const problem = await expectProblem(answer, 500, 'internal')
  expect(JSON.stringify(problem)).not.toContain('secret')
})

test('with the database away every answer is a 503 that says when to ask again', async () => {
  const db = connect(
    createPool({
      url: 'postgres://nobody@127.0.0.1:9/none',
      max: 1,
      name: 'away',
      timeoutMillis: 500,
      onError: () => {},
    }),
  )
  const app = createApp({ ...api.deps, db })
  for (const path of ['/readyz', '/v1/scans']) {
    const answer = await app.request(path, { headers: { authorization: `Bearer ${api.key}` } })
    expect(answer.headers.get('retry-after')).toBe('1')
    await expectProblem(answer, 503, 'unavailable')
  }
  expect((await app.request('/healthz')).status).toBe(200)
  await db.destroy()
})

test('a database that takes the question and never answers costs a caller less than two seconds', async () => {
  const silent = createServer().listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const { port } = silent.address() as AddressInfo
  const db = connect(
    createPool({
      url: `postgres://nobody@127.0.0.1:${port}/none`,
      max: 1,
      name: 'silent',
      timeoutMillis: 60_000,
      onError: () => {},
    }),
  )
  const app = createApp({ ...api.deps, db })
  const answer = await app.request('/v1/scans', { headers: { authorization: `Bearer ${api.key}` } })
  expect(answer.headers.get('retry-after')).toBe('1')
  await expectProblem(answer, 503, 'unavailable')
  silent.close()
})

test('a process that is stopping says so and asks its callers to go elsewhere', async () => {
  const app = createApp({ ...api.deps, isDraining: () => true })
  await expectProblem(app.request('/readyz'), 503, 'unavailable')
  const answer = await app.request('/v1/scans', { headers: { authorization: `Bearer ${api.key}` } })
  expect(answer.status).toBe(200)
  expect(answer.headers.get('connection')).toBe('close')
})

test('no page of ours may run or load anything from elsewhere', async () => {
  expect((await api.app.request('/docs')).headers.get('content-security-policy')).toMatch(
    /^default-src 'none'; script-src 'self'; style-src 'self'/,
  )
  expect((await api.app.request('/openapi.json')).headers.get('content-security-policy')).toContain(
    "default-src 'none'",
  )
  expect((await api.app.request('/docs')).headers.get('x-content-type-options')).toBe('nosniff')
})
