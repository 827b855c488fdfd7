import { expect, test } from 'vitest'
import { useApi } from '#test/support/api.ts'
import { makePerson } from '#test/support/people.ts'

const { api } = await useApi()

interface Operation {
  readonly requestBody?: { readonly content: Record<string, { readonly schema: object }> }
  readonly parameters?: readonly { readonly name: string; readonly in: string }[]
  readonly 'x-permission'?: string
}
const { paths } = (await (await api.app.request('/openapi.json')).json()) as {
  paths: Record<string, Record<string, Operation>>
}
const operations = Object.entries(paths).flatMap(([route, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    method: method.toUpperCase(),
    route,
    path: route.replaceAll(/\{\w+\}/g, '01990000-0000-7000-8000-000000000000'),
    operation,
  })),
)
const pages = [
  '/',
  '/sign-in',
  '/sign-in/factor',
  '/sign-up',
  '/sign-up/code',
  '/reset',
  '/set-up',
  '/not-me',
  '/restore',
  '/invitation',
  '/account',
  '/opt-out',
  '/probes',
  '/.well-known/probing.txt',
  '/assets/pages.css',
  '/docs',
  '/openapi.json',
  '/nowhere',
  '/v1/nowhere',
]

function expectSafe(what: string, answer: Response) {
  const { headers } = answer
  const shown = {
    what,
    sniff: headers.get('x-content-type-options'),
    referrer: headers.get('referrer-policy'),
    framing: /frame-ancestors 'none'/.test(headers.get('content-security-policy') ?? ''),
    nothingByDefault: /default-src 'none'/.test(headers.get('content-security-policy') ?? ''),
    opener: headers.get('cross-origin-opener-policy'),
    resource: headers.get('cross-origin-resource-policy'),
    cors: headers.get('access-control-allow-origin'),
    server: headers.get('server') ?? headers.get('x-powered-by'),
  }
  expect(shown).toEqual({
    what,
    sniff: 'nosniff',
    referrer: 'no-referrer',
    framing: true,
    nothingByDefault: true,
    opener: 'same-origin',
    resource: 'same-origin',
    cors: null,
    server: null,
  })
  if (answer.body !== null && answer.status !== 204 && answer.status !== 303)
    expect(`${what} ${headers.get('content-type')}`).toMatch(
      / (application\/(problem\+)?json(l)?|text\/[a-z-]+; charset=utf-8)/i,
    )
}

test('every answer, of whatever status, says what browsers shall not do with it', async () => {
  const ada = await makePerson(api, { instanceRole: 'instance-admin' })
  for (const { method, path } of operations) {
    const body = method === 'GET' || method === 'DELETE' ? undefined : {}
    for (const authorization of ['', `Bearer ${api.key}`, `Bearer ${ada.accessToken}`]) {
      // What would end the person, or follow a scan for good, is asked without a credential only.
      if (authorization !== '' && /\/v1\/me$|leave|logout|sessions$/.test(path) && method !== 'GET') continue
      const answer = await api.send(method, path, body, { authorization })
      expectSafe(`${method} ${path} ${answer.status}`, answer)
      expect(answer.headers.get('cache-control')).toMatch(path === '/openapi.json' ? /./ : /no-store/)
      await answer.body?.cancel()
    }
  }
  for (const path of pages) expectSafe(path, await api.app.request(path))
})

test('a body with a field that nobody asked for is refused, whatever the operation', async () => {
  const admin = await makePerson(api, { instanceRole: 'instance-admin' })
  for (const { method, path, operation } of operations) {
    if (operation.requestBody === undefined) continue
    const answer = await admin.send(method, path, { isAdmin: true, __proto__: { role: 'owner' }, instanceRole: 7 })
    expect(`${method} ${path} ${answer.status}`).toBe(`${method} ${path} 422`)
  }
})

test('a parameter that nobody asked for, or that comes twice where one is meant, is refused', async () => {
  const admin = await makePerson(api, { instanceRole: 'instance-admin' })
  for (const { method, path, operation } of operations) {
    const queries = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query')
    if (method !== 'GET' || queries.length === 0) continue
    const name = queries[0]!.name
    for (const query of ['isAdmin=true', `${name}=1&${name}=2`]) {
      const answer = await admin.send('GET', `${path}?${query}`)
      expect(`${path}?${query} ${answer.status}`).toMatch(/ (422|404|401)$/)
    }
  }
})

test('nothing is served that is no route: no sources, no listings, no TRACE', async () => {
  for (const path of [
    '/.git/config',
    '/.env',
    '/package.json',
    '/apps/api/main.ts',
    '/assets/',
    '/docs/../package.json',
    '/assets/..%2fpackage.json',
    '/server-status',
    '/debug',
    '/metrics',
  ])
    expect(`${path} ${(await api.app.request(path)).status}`).toBe(`${path} 404`)
  expect((await api.app.request('/v1/scans', { method: 'PROPFIND' })).status).toBeGreaterThanOrEqual(400)
})

test('no answer shows what stands in for a secret', async () => {
  const ada = await makePerson(api, { instanceRole: 'instance-admin' })
  await ada.send('POST', '/v1/keys', { name: 'a key' })
  for (const { method, path } of operations.filter(
    ({ method, path }) => method === 'GET' && !path.endsWith('/events'),
  )) {
    const text = await (await ada.send(method, path)).text()
    expect(`${path} ${/\[secret\]|argon2id|_hash|_sealed/.test(text)}`).toBe(`${path} false`)
  }
})
